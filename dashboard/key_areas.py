"""The key areas a view asks for, the most urgent first, each with its state: what list, map and details all show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import shapely

from dashboard import moment, place
from dashboard.session import door, scope
from dashboard.text import t, voice, words
from data.days import midnight
from data.key_areas import STATES, Crossing, crossings, inside, next_visit, rolling, state_of, tracked_since
from data.timetable import Timetable, parse

ASKED = ("overdue", "due", "fine", "none")
HISTORY = timedelta(days=30)
WEEK = timedelta(days=7)

Row = dict[str, Any]


@dataclass(frozen=True)
class Exceeding:
    """One time a limit was exceeded: of people or of incidents, and the limit."""

    what: str  # "people" | "incidents"
    limit: int
    crossing: Crossing


def every(view: dict[str, Any] | None) -> list[Row]:
    """Return the key areas of the view's area: rows of key_area_states with state, due (local day), timetable read,
    incidents counted, people None where the count is too old.
    """
    view = view or {}
    now, today = moment.now(view), moment.today(view)
    rows = door().query("key_area_states", scope(), area=place.area(view), now=now).to_pylist()
    counts = _incident_counts(rows, now)
    settings, kept = door().config.key_areas, door().config.privacy.fix_days
    for row in rows:
        row["tracked_from"] = tracked_since(row["tracked_from"], today, kept)
        row["hours"] = parse(row["timetable"]) if row["timetable"] else Timetable(())
        row["due"] = next_visit(row, row["tracked_from"])
        row["state"] = _state(row, today)
        row["incident_days"] = row["incident_days"] or settings.incident_days
        row["incidents"] = counts[row["key_area_id"]]
        if row["counted_at"] and (now - row["counted_at"]).total_seconds() > settings.count_stale_s:
            row["people"] = None
    return sorted(rows, key=lambda row: (STATES.index(row["state"]), row["due"] or date.max, row["key_area_id"]))


def narrowed(rows: list[Row], view: dict[str, Any] | None) -> list[Row]:
    """Return those of the state and kind the view asks for."""
    view = view or {}
    state, kind = view.get("duty"), view.get("key_kind")
    return [r for r in rows if (state not in ASKED or r["state"] == state) and (not kind or r["kind"] == kind)]


def chosen(view: dict[str, Any] | None) -> Row | None:
    """Return the key area the view speaks of, or the most urgent one of its list; None where there is none."""
    rows = every(view)
    asked = [row for row in rows if row["key_area_id"] == (view or {}).get("key_area")]
    return next(iter([*asked, *narrowed(rows, view)]), None)


def kind_name(kind: str | None) -> str:
    """Return the name of a kind of key area; a site's own kinds are shown as they are."""
    known = words(voice().language)["key_areas"]["kinds"]
    return known.get(kind, kind) if kind else t("key_areas.no_kind")


def incidents(view: dict[str, Any] | None, row: Row) -> list[Row]:
    """Return the incidents reported within reach of a key area in the days its limit is counted over, latest first."""
    now = moment.now(view or {})
    rows = _reported(now - timedelta(days=row["incident_days"]), now)
    _, mine = _within([row], rows)
    return sorted((rows[at] for at in mine), key=lambda r: r["reported_at"], reverse=True)


def exceedings(view: dict[str, Any] | None, row: Row) -> list[Exceeding]:
    """Return when the limits of a key area were exceeded within the last 30 days, latest first."""
    now = moment.now(view or {})
    settings, found = door().config.key_areas, list[Exceeding]()
    if row["people_limit"]:
        counts = people(row, now - HISTORY, now)
        times, values = [r["counted_at"] for r in counts], [r["people"] for r in counts]
        release = row["people_limit"] * settings.release_share
        over = crossings(times, values, row["people_limit"], release, settings.over_s)
        found += [Exceeding("people", row["people_limit"], one) for one in over]
    if row["incident_limit"]:
        span = timedelta(days=row["incident_days"])
        reported = _reported(now - HISTORY - span, now)
        _, mine = _within([row], reported)
        times, values = rolling(sorted(reported[at]["reported_at"] for at in mine), span, now)
        over = crossings(times, values, row["incident_limit"], row["incident_limit"], 0.0)
        since = now - HISTORY
        found += [Exceeding("incidents", row["incident_limit"], one) for one in over if (one.ended_at or now) > since]
    return sorted(found, key=lambda one: one.crossing.began_at, reverse=True)


def people(row: Row, start: datetime, end: datetime) -> list[Row]:
    """Return the counts of people of a key area: counted_at, people."""
    asked = {"area": scope().area_id, "key_area": row["key_area_id"], "start": start, "end": end}
    rows: list[Row] = door().query("people_counts", scope(), **asked).to_pylist()
    return rows


def weeks(view: dict[str, Any] | None, row: Row, number: int) -> list[Row]:
    """Return the last calendar weeks, this one last: monday, visits (None: not tracked throughout), running."""
    today, zone = moment.today(view or {}), door().config.zone
    monday = today - timedelta(days=today.weekday())
    first = monday - WEEK * (number - 1)
    asked = {"area": scope().area_id, "start": midnight(first, zone), "end": moment.now(view or {})}
    made: Counter[date] = Counter()
    for day in door().query("key_area_days", scope(), **asked).to_pylist():
        if day["key_area_id"] == row["key_area_id"]:
            made[day["day"] - timedelta(days=day["day"].weekday())] += day["visits"]
    since = max(filter(None, (row["tracked_from"], row["valid_from"])), default=None)
    listed = [first + WEEK * at for at in range(number)]
    return [
        {
            "monday": day,
            "visits": made[day] if since and (since <= day or made[day] and since < day + WEEK) else None,
            "running": day == monday,
            "part": bool(since and day < since < day + WEEK),
        }
        for day in listed
    ]


def label(row: Row) -> tuple[float, float]:
    """Return lon and lat of a point inside the key area."""
    point = shapely.point_on_surface(shapely.from_wkb(row["geometry"]))
    return point.x, point.y


def _state(row: Row, today: date) -> str:
    if row["visits_per_week"] and row["tracked_from"] is None:
        return "unknown"
    return state_of(row["due"], today)


def _reported(start: datetime, end: datetime) -> list[Row]:
    rows = door().query("incidents_between", scope(), area=scope().area_id, start=start, end=end)
    drawn: list[Row] = [r for r in rows.to_pylist() if r["located"] == "point" and r["lon"] is not None]
    return drawn


def _within(rows: list[Row], points: list[Row]) -> tuple[list[int], list[int]]:
    settings = door().config
    lon, lat = ([r[key] for r in points] for key in ("lon", "lat"))
    shapes = [row["geometry"] for row in rows]
    where = inside(shapes, lon, lat, settings.key_areas.visit_m, settings.city.crs_metric)
    return where[0].tolist(), where[1].tolist()


def _incident_counts(rows: list[Row], now: datetime) -> Counter[str]:
    """Return how many incidents were reported within reach of each key area in its own number of days."""
    days = [row["incident_days"] or door().config.key_areas.incident_days for row in rows]
    reported = _reported(now - timedelta(days=max(days, default=0)), now) if rows else []
    out: Counter[str] = Counter()
    for site, at in zip(*_within(rows, reported), strict=True):
        out[rows[site]["key_area_id"]] += reported[at]["reported_at"] > now - timedelta(days=days[site])
    return out
