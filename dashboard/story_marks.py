"""What a replay draws on the map, and when: stays, gaps, doubtful fixes, incidents, notes, assigned areas.

Every row holds `at`, the elapsed seconds from which it is shown; places are [lon, lat], colours [r, g, b, a].
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc
import shapely

from dashboard import markers, telling
from dashboard.dashes import METRES_PER_DEGREE, dashes
from dashboard.extent import Bounds
from dashboard.happenings import Row
from dashboard.lanes import seconds
from dashboard.session import door, scope
from dashboard.telling import Told
from dashboard.text import clock
from dashboard.theme import track
from layers.gaps import strokes
from layers.incidents import SIZES
from layers.stays import radius

HATCH_PX, DASH_PX = 7, 6
HAPPENED_PX, FAR_PX = 22, 15  # of an alarm or a key area's event, and of one that did not concern the chosen


@dataclass(frozen=True)
class Page:
    """What the map that asks looks like: theme, width and height in pixels, size of a letter in pixels."""

    theme: str
    size: tuple[float, float]
    em: float


def stay(told: Told, row: Row, page: Page) -> Row:
    """Return a stay as a disc."""
    place, minutes = told.places[row["worker_id"]], (row["end"] - row["at"]) / 60
    words = f"{told.letter(row)} {telling.stay_note(row)} · {told.when(row['at'])}–{told.when(row['end'])}"
    drawn = {"r": radius(minutes), "fill": track(page.theme, place, 0.16), "colour": track(page.theme, place)}
    return {"at": row["at"], "p": [row["lon"], row["lat"]], "words": words, **drawn}


def gaps(told: Told, bounds: Bounds, page: Page) -> dict[str, list[Row]]:
    """Return the hatch of all gaps, HATCH_PX apart where the map shows `bounds`, and the rings at their ends."""
    step = HATCH_PX * _degrees(bounds, page)
    hatch, ends = [], []
    for row in told.gaps:
        tint = track(page.theme, told.places[row["worker_id"]], 0.8)
        start, end = (row["from_lon"], row["from_lat"]), (row["to_lon"], row["to_lat"])
        hatch += [{"at": row["at"], "a": a, "b": b, "colour": tint} for a, b in strokes(start, end, step)]
        ends += [{"at": row["at"], "p": list(p), "colour": tint} for p in (start, end)]
    return {"strokes": hatch, "ends": ends}


def doubtful(told: Told, row: Row, page: Page) -> Row:
    """Return a doubtful fix, tied to where the track was then."""
    own = told.tracks.filter(pc.equal(told.tracks["worker_id"], row["worker_id"]))
    at = seconds(own["fixed_at"], told.day.start)
    tie = [float(np.interp(row["at"], at, own[key].to_numpy())) for key in ("lon", "lat")] if len(at) else None
    icon = markers.icon("cross", page.theme)
    p = [row["lon"], row["lat"]]
    words = f"{told.letter(row)} {told.when(row['at'])} {telling.flagged(row)}"
    return {"at": row["at"], "p": p, "tie": tie or p, "icon": icon, "words": words}


def incidents(told: Told, bounds: Bounds, page: Page) -> list[Row]:
    """Return the reports of the day inside bounds; `near` ones were close to a chosen worker."""
    west, south, east, north = bounds
    near = {row["incident_id"] for row in told.near}
    inside = [r for r in told.reports if west < r["lon"] < east and south < r["lat"] < north]
    return [incident(row, page, near=row["incident_id"] in near) for row in inside]


def incident(row: Row, page: Page, near: bool) -> Row:
    """Return a report as its mark."""
    words = f"{clock(row['reported_at'])} {telling.what(row)}"
    icon, size = markers.icon(f"severity-{row['severity']}", page.theme), SIZES["town"][row["severity"]]
    about = {"at": row["at"], "id": row["incident_id"], "severity": row["severity"], "near": near, "words": words}
    return {**about, "p": [row["lon"], row["lat"]], "icon": icon, "size": size}


def happened(events: list[Row], page: Page) -> list[Row]:
    """Return the alarms and the events of key areas that have a place as marks."""
    marked = [row for row in events if row["kind"] in ("alarm", "key") and row["lon"] is not None]
    return [_happening(row, page) for row in marked]


def _happening(row: Row, page: Page) -> Row:
    picture = f"alarm-{row['severity']}" if row["kind"] == "alarm" else "visit"
    size = HAPPENED_PX if row["near"] else FAR_PX
    drawn = {"icon": markers.icon(picture, page.theme), "size": size}
    return {"at": row["at"], "id": row["id"], "p": [row["lon"], row["lat"]], "words": row["words"], **drawn}


def notes(told: Told) -> list[Row]:
    """Return the notes by rank: reports, gaps, long stays."""
    reports = [_note(r, [r["lon"], r["lat"]], f"{telling.what(r)} {told.when(r['at'])}", (0, -18)) for r in told.near]
    middles = [[(r["from_lon"] + r["to_lon"]) / 2, (r["from_lat"] + r["to_lat"]) / 2] for r in told.gaps]
    gaps = [_note(r, p, telling.gap_note(r), (0, -24)) for r, p in zip(told.gaps, middles, strict=True)]
    long = [r for r in told.stays if r["end"] - r["at"] >= telling.NOTED_S]
    long.sort(key=lambda r: r["at"] - r["end"])
    return reports + gaps + [_note(r, [r["lon"], r["lat"]], telling.stay_note(r), (0, 22)) for r in long]


def _note(row: Row, p: list[float], name: str, away: tuple[int, int]) -> Row:
    return {"at": row["at"], "p": p, "name": name, "away": list(away)}


def beats(told: Told, bounds: Bounds, page: Page) -> dict[str, list[Row]]:
    """Return the assigned areas as tinted polygons and dashed outlines."""
    rows = door().query("areas", scope(), day=told.day.day).to_pylist()
    shapes = {row["area_id"]: shapely.from_wkb(row["geometry"]) for row in rows if row["geometry"]}
    dash_m = DASH_PX * _degrees(bounds, page) * METRES_PER_DEGREE
    tints, lines = [], []
    for worker, place in told.places.items():
        shape = shapes.get(told.people[worker]["area_id"]) if worker in told.people else None
        for part in shapely.get_parts(shape) if shape is not None else ():
            rings = [part.exterior, *part.interiors]
            tints.append({"polygon": [list(ring.coords) for ring in rings], "fill": track(page.theme, place, 0.08)})
            edge = track(page.theme, place, 0.7)
            cut = dashes(np.array([part]), dash_m)
            lines += [{"path": list(dash.coords), "colour": edge} for dash in cut]
    return {"beats": tints, "dashes": lines}


def _degrees(bounds: Bounds, page: Page) -> float:
    """Return the degrees of latitude in a pixel where the map shows `bounds`."""
    west, south, east, north = bounds
    wide = (east - west) * math.cos(math.radians((south + north) / 2))
    return max((north - south) / page.size[1], wide / page.size[0])
