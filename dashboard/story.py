"""The replay of a day for the map and the strip: everything a script needs, in one answer of columns and rows.

Columns are the tracks of the chosen workers (`startIndices`, `getPath` lon lat, `getTimestamps`, `getColor`); the
header holds the rest. Times are elapsed seconds since local midnight. With nobody chosen there are no columns: the
tracks of everybody come as chunks, and one lane sums them up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

import numpy as np
import pyarrow as pa

from dashboard import names, telling
from dashboard import story_marks as marks
from dashboard.extent import Bounds
from dashboard.happenings import Day, Row
from dashboard.lanes import STEP_S, bars, legs, seconds
from dashboard.story_events import events
from dashboard.story_marks import Page
from dashboard.subject import LETTERS
from dashboard.telling import Told
from dashboard.text import t
from dashboard.theme import map_theme, track
from dashboard.wire import Columns, pack

MARGIN, LEAST = 0.12, 0.004  # of the extent of tracks, and degrees
SEVERE = 2  # with nobody chosen only reports this urgent are shown
HALF_HOUR = 1800


def everybody(day: Day, page: Page, incident: Row) -> bytes:
    """Return one lane for all workers of the area, the urgent reports of the day, and what is said of an incident."""
    walked = day.walked()
    reports = [row for row in day.reports() if row["severity"] <= SEVERE]
    lane = {"letter": "", "name": t("strip.everybody"), "place": "", "colour": map_theme(page.theme)["accent"][:3]}
    shown = [marks.incident(row, page, near=True) for row in reports]
    more = {"lanes": [{**lane, **_lane(walked)}], "incidents": shown, **_events(events(day, []), page)}
    return pack(0, {}, **_about(day), span=_span(walked), **more, **incident)


def chosen(day: Day, places: dict[str, int], page: Page, incident: Row) -> bytes:
    """Return tracks and everything about up to four workers; `places` gives each its letter and colour."""
    told = telling.tell(day, places)
    if not told.tracks.num_rows:
        return pack(0, {}, **_about(day), span=[8 * 3600, 18 * 3600], lanes=_empty_lanes(told, page), **incident)
    bounds = _around(_bounds(told.tracks), incident.get("bounds"))
    walked = _walked(told)
    more: dict[str, Any] = {
        **incident,
        "bounds": bounds,
        "lanes": [_person(told, worker, walked, page) for worker in places],
        "stays": [marks.stay(told, row, page) for row in told.stays],
        "doubtful": [marks.doubtful(told, row, page) for row in told.doubtful],
        "incidents": marks.incidents(told, bounds, page),
        "notes": names.fit(marks.notes(told), names.Frame(bounds, page.size, page.em)),
        **_events(events(told.day, told.near), page, _courses(told)),
        **marks.gaps(told, bounds, page),
        **marks.beats(told, bounds, page),
    }
    columns, length = _columns(told, page)
    return pack(length, columns, **_about(day), span=_span(sum(walked.values())), **more)


def _events(found: list[Row], page: Page, courses: Sequence[Row] = ()) -> dict[str, list[Row]]:
    """Return what happened in the order of time, courses among it, and of that the marks on the map."""
    return {"events": sorted([*courses, *found], key=lambda row: row["at"]), "happened": marks.happened(found, page)}


def _about(day: Day) -> dict[str, Any]:
    return {"midnight": int(day.start.replace(tzinfo=UTC).timestamp() * 1000), "length_s": day.length_s}


def _span(walked: Any) -> list[float]:
    """Return the part of the day the strip shows: from the half hour before the first to that after the last step."""
    moving = np.flatnonzero(np.asarray(walked) > 0) * STEP_S
    if not len(moving):
        return [8 * 3600, 18 * 3600]
    first, last = moving[0] // HALF_HOUR * HALF_HOUR, (moving[-1] + STEP_S + HALF_HOUR - 1) // HALF_HOUR * HALF_HOUR
    return [float(first), float(max(last, first + 2 * HALF_HOUR))]


def _lane(walked: Any) -> dict[str, Any]:
    return {"bars": np.rint(walked).astype(int).tolist(), "stays": [], "gaps": [], "doubtful": []}


def _walked(told: Told) -> dict[str, Any]:
    worker, start, end, along = legs(told.tracks, told.day.start)
    mine = {one: worker == one for one in told.places}
    return {one: bars(start[at], end[at], along[at], told.day.length_s) for one, at in mine.items()}


def _person(told: Told, worker: str, walked: dict[str, Any], page: Page) -> dict[str, Any]:
    def own(rows: list[Row]) -> list[Row]:
        return [row for row in rows if row["worker_id"] == worker]

    place = told.places[worker]
    facts = {"letter": LETTERS[place], "colour": track(page.theme, place)[:3], "worker": worker, **told.person(worker)}
    stays, gaps = ([[r["at"], r["end"]] for r in own(rows)] for rows in (told.stays, told.gaps))
    doubtful = [r["at"] for r in own(told.doubtful)]
    return {**facts, **_lane(walked[worker]), "stays": stays, "gaps": gaps, "doubtful": doubtful}


def _empty_lanes(told: Told, page: Page) -> list[dict[str, Any]]:
    nothing = bars(*(np.empty(0),) * 3, told.day.length_s)
    return [_person(told, worker, dict.fromkeys(told.places, nothing), page) for worker in told.places]


def _bounds(tracks: pa.Table) -> Bounds:
    lon, lat = tracks["lon"].to_numpy(), tracks["lat"].to_numpy()
    wide, high = (max(float(np.ptp(v)), LEAST) * (0.5 + MARGIN) for v in (lon, lat))
    x, y = (float(v.min() + v.max()) / 2 for v in (lon, lat))
    return x - wide, y - high, x + wide, y + high


def _around(bounds: Bounds, more: Bounds | None) -> Bounds:
    """Return what holds both: an incident is on the map of who was near it."""
    if more is None:
        return bounds
    return min(bounds[0], more[0]), min(bounds[1], more[1]), max(bounds[2], more[2]), max(bounds[3], more[3])


def _columns(told: Told, page: Page) -> tuple[Columns, int]:
    worker, part = told.tracks["worker_id"].to_numpy(), told.tracks["seg"].to_numpy()
    new = np.ones(len(worker), bool)
    new[1:] = (worker[1:] != worker[:-1]) | (part[1:] != part[:-1])
    starts = np.flatnonzero(new).astype(np.uint32)
    colours = np.array([track(page.theme, place) for place in told.places.values()], np.uint8)
    order = {worker: i for i, worker in enumerate(told.places)}
    path = np.column_stack([told.tracks["lon"].to_numpy(), told.tracks["lat"].to_numpy()])
    columns: Columns = {
        "startIndices": (starts, 1),
        "getPath": (path.ravel(), 2),
        "getTimestamps": (seconds(told.tracks["fixed_at"], told.day.start).astype(np.float32), 1),
        "getColor": (colours[[order[one] for one in worker]].ravel(), 4),
    }
    return columns, len(starts)


def _courses(told: Told) -> list[Row]:
    """Return the stays, silences and doubtful fixes of the chosen workers: at, kind, worker, words."""
    workers = {place: worker for worker, place in told.places.items()}
    rows = [row for row in told.events() if row["kind"] != "report"]
    return [{"at": r["at"], "kind": r["kind"], "worker": workers[r["place"]], "words": _words(told, r)} for r in rows]


def _words(told: Told, event: Row) -> str:
    return f"{told.when(event['at'])} · {LETTERS[event['place']]} {event['title']}"
