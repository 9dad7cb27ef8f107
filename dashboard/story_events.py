"""What happened on a day, on one line of time: reports, steps of cases, alarms, and what went on at key areas.

An event is {at, kind, id, severity, words, lon, lat, near, worker}: `at` elapsed seconds since local midnight, kind
report | step | alarm | key, `near` false where it did not concern the workers chosen (with nobody chosen all do),
places null where there is none to show, worker null where none is meant or may be named. Sorted by time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import shapely

from dashboard import telling
from dashboard.happenings import Day, Row
from dashboard.reason import who
from dashboard.session import door, scope
from dashboard.text import clock, named, t, voice
from dashboard.text import words as table
from data.key_areas import crossings

MOST = 400  # of an area; more are left to the cases page, least urgent first
RANK = {"alarm": 0, "key": 1}  # before any report or step, which follow by severity


def events(day: Day, near: list[Row]) -> list[Row]:
    """Return the events of a day; `near` are the reports made close to a chosen worker (worker_id, incident_id)."""
    close = {row["incident_id"]: row["worker_id"] for row in near}
    found = [*_reports(day, close), *_steps(day, close), *_alarms(day, close), *_visits(day), *_crowds(day)]
    found.sort(key=lambda row: (not row["near"], RANK.get(row["kind"], 2 + (row["severity"] or 5))))
    return sorted(found[:MOST], key=lambda row: row["at"])


def _event(day: Day, kind: str, moment: datetime, words: str, **more: Any) -> Row:
    about = {"id": None, "severity": None, "lon": None, "lat": None, "near": day.workers is None, "worker": None}
    at = (moment - day.start).total_seconds()
    return {"at": at, "kind": kind, **about, "words": f"{clock(moment)} · {words}", **more}


def _case(day: Day, row: Row, close: dict[str, str]) -> Row:
    incident = row["incident_id"]
    about = {"id": incident, "severity": row["severity"], "lon": row["lon"], "lat": row["lat"]}
    return {**about, "near": day.workers is None or incident in close, "worker": close.get(incident)}


def _reports(day: Day, close: dict[str, str]) -> list[Row]:
    rows = door().query("incidents_between", scope(), area=day.area, start=day.start, end=day.end).to_pylist()
    return [_event(day, "report", r["reported_at"], telling.what(r), **_case(day, r, close)) for r in rows]


def _steps(day: Day, close: dict[str, str]) -> list[Row]:
    """Return steps of the warehouse, and those of operations it does not hold yet; a report is no step of its own."""
    asked = {"start": day.start, "end": day.end}
    rows = door().query("steps_between", scope(), area=day.area, **asked).to_pylist()
    held = {(r["incident_id"], r["to_state"], r["stepped_at"]) for r in rows}
    kinds = {row["kind"]: row for row in door().query("kinds", scope()).to_pylist()}
    for row in door().query("steps_made", scope(), **asked).to_pylist():
        if (row["incident_id"], row["to_state"], row["stepped_at"]) not in held and day.holds(row["area_id"]):
            kind = kinds.get(row["kind"], {"name_zh": row["kind"], "name_en": row["kind"]})
            rows.append({**row, "kind_zh": kind["name_zh"], "kind_en": kind["name_en"], "unit_name": None})
    once = {(r["incident_id"], r["to_state"], r["stepped_at"]): r for r in rows if r["to_state"] != "S10"}
    return [_event(day, "step", r["stepped_at"], _stepped(r), **_case(day, r, close)) for r in once.values()]


def _stepped(row: Row) -> str:
    step = t("happening.step", what=row["subkind"] or named(row, "kind"), step=t(f"step.{row['to_state']}"))
    return f"{step} · {row['unit_name']}" if row["unit_name"] else step


def _alarms(day: Day, close: dict[str, str]) -> list[Row]:
    """Return the alarms that began on the day, at the moment they began."""
    rows = door().query("alarms_between", scope(), area=day.area, start=day.start, end=day.end).to_pylist()
    rules = table(voice().language).get("alarm_rule", {})
    out = []
    for row in (row for row in rows if row["began_at"] >= day.start):
        mine = row["worker_id"] in (day.workers or ()) or row["incident_id"] in close
        about = {"severity": row["severity"], "lon": row["lon"], "lat": row["lat"], "worker": row["worker_id"]}
        words = t("happening.alarm", rule=rules.get(row["rule"], row["rule"]), place=row["area_name"] or "")
        near = mine or day.workers is None
        out.append(_event(day, "alarm", row["began_at"], words, id=row["alarm_id"], near=near, **about))
    return out


def _visits(day: Day) -> list[Row]:
    """Return when workers came to key areas and when they left; a stretch over midnight has one end on each day."""
    workers = None if day.workers is None else list(day.workers)
    asked = {"area": day.area, "start": day.start, "end": day.end, "workers": workers}
    out = []
    for row in door().query("key_visits_between", who(), **asked).to_pylist():
        about = {"id": row["key_area_id"], **_spot(row["geometry"]), "near": True, "worker": row["worker_id"]}
        facts = {"who": row["name"] or row["worker_id"], "place": row["key_area_name"]}
        ends = (("arrives", row["arrived_at"]), ("leaves", row["left_at"]))
        inside = [(what, at) for what, at in ends if day.start <= at < day.end]
        out += [_event(day, "key", at, t(f"happening.{what}", **facts), **about) for what, at in inside]
    return out


def _crowds(day: Day) -> list[Row]:
    """Return when more people than the limit had been in a key area long enough, and when they were fewer again."""
    places = {row["key_area_id"]: row for row in door().query("key_areas", scope()).to_pylist() if row["people_limit"]}
    settings = door().config.key_areas
    since = day.start - timedelta(seconds=settings.count_stale_s)
    asked = {"area": day.area, "key_area": "", "start": since, "end": day.end}
    rows = door().query("people_counts", scope(), **asked).to_pylist()
    out = []
    for key_area, place in places.items():
        own = [row for row in rows if row["key_area_id"] == key_area]
        limit = place["people_limit"]
        times, values = [row["counted_at"] for row in own], [row["people"] for row in own]
        for over in crossings(times, values, limit, limit * settings.release_share, settings.over_s):
            about = {"id": key_area, **_spot(place["geometry"])}
            told = (("over", over.raised_at), ("calm", over.ended_at))
            for what, at in told:
                if at is not None and day.start <= at < day.end:
                    words = t(f"happening.{what}", place=place["name"], n=f"{over.peak:g}", limit=limit)
                    out.append(_event(day, "key", at, words, **about))
    return out


def _spot(geometry: bytes | None) -> Row:
    if geometry is None:
        return {"lon": None, "lat": None}
    point = shapely.from_wkb(geometry).representative_point()
    return {"lon": round(point.x, 6), "lat": round(point.y, 6)}
