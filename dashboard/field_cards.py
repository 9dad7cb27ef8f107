"""What the page of a worker or department shows: the cases given to it, and a worker's own day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import numpy as np

from dashboard.session import door, scope
from dashboard.text import clock, deadline, distance, duration, named, stamp, t
from dashboard.tree import UNLOCATED, tree
from data.days import local_day
from data.states import FINAL

# What can be done from here, in this order; the first that is possible is the large button.
ACTS = ("accept_order", "arrive", "handle", "self_resolve", "return")
HANDED = ("S60", "S65")  # done by whoever it was given to, and waiting to be checked
WIDE, HIGH = 360.0, 240.0

Row = dict[str, Any]


def now() -> datetime:
    """Return the time, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


def cases() -> list[Row]:
    """Return the cards of the account's open cases, first to expire first."""
    rows = door().query("board", scope(), since=now()).to_pylist()
    kinds = {row["kind"]: row for row in door().query("kinds", scope()).to_pylist()}
    return [card(row, kinds) for row in rows if row["state"] not in FINAL]


def card(row: Row, kinds: dict[str, Row]) -> Row:
    """Return one case in words: title, place, state, time left, and what may be done."""
    kind = kinds.get(row["kind"])
    due = row["due_at"] or row["deadline_at"]
    may = door().desk.may(row | {"reporter_id": None}, scope())
    left = None if due is None else (due - now()).total_seconds()
    return {
        "id": row["incident_id"],
        "version": row["version"],
        "severity": row["severity"],
        "title": row["title"] or row["subkind"] or (named(kind) if kind else row["kind"]),
        "kind": named(kind) if kind else row["kind"],
        "place": where(row["area_id"]),
        "state": t(f"step.{row['state']}"),
        "due": t("field.no_limit") if left is None else deadline(left),
        "due_at": stamp(due) if due else "",
        "tone": "over" if left is not None and left < 0 else "",
        "arrived": arrived(row),
        "point": None if row["lon"] is None else f"{row['lat']:.5f}, {row['lon']:.5f}",
        "acts": [act for act in ACTS if act in may],
        "command": uuid4().hex,
        "mirrored": row["owner"] == "mirror",
        "handed": row["state"] in HANDED,
    }


def calls() -> list[Row]:
    """Return the whistles the account's unit is called by: topic, place, by when, and the next thing to say."""
    told = []
    for row in door().whistles.open(scope()) if scope().unit_id else []:
        call = next(one for one in row["calls"] if one["unit_id"] == scope().unit_id)
        step = "report" if call["arrived_at"] else "arrive" if call["confirmed_at"] else "confirm"
        due = row["confirm_by"] if step == "confirm" else row["arrive_by"]
        told.append(
            {
                "id": row["whistle_id"],
                "topic": row["topic"],
                "place": where(row["area_id"]),
                "step": "" if call["reported_at"] else step,
                "done": [name for name in ("confirmed_at", "arrived_at", "reported_at") if call[name]],
                "due": deadline((due - now()).total_seconds()) if step != "report" else "",
                "tone": "over" if step != "report" and due < now() else "",
                "command": uuid4().hex,
            }
        )
    return told


def arrived(row: Row) -> str:
    """Return both times of arrival: by the track and by the button."""
    if row["arrived_at"] is None and row["arrived_track_at"] is None:
        return ""
    return t("field.arrived", button=clock(row["arrived_at"]), track=clock(row["arrived_track_at"]))


def where(area_id: str) -> str:
    """Return a place in words, from the street down."""
    known = tree(local_day(now(), door().config.zone))
    way = [named(known.rows[area]) for area in known.up(area_id.removesuffix(UNLOCATED))][::-1]
    return " · ".join(way[1:] or way)


def own_day(day: date) -> Row | None:
    """Return a worker's own day: figures, stays and the track as an SVG path; None where nothing was recorded."""
    mine: dict[str, Any] = {"workers": [scope().worker_id], "area": scope().area_id, "day": day}
    track = door().query("tracks", scope(), **mine).to_pylist()
    if not track:
        return None
    stays = door().query("stays", scope(), **mine).to_pylist()
    lines = [f"{clock(row['starts_at'])}–{clock(row['ends_at'])} {where(row['area_id'])}" for row in stays]
    first, last = track[0]["fixed_at"], track[-1]["fixed_at"]
    return {
        "span": f"{clock(first)}–{clock(last)}",
        "online": duration((last - first).total_seconds()),
        "distance": distance(_length(track)),
        "stays": lines,
        "path": path(track),
    }


def path(track: list[Row]) -> str:
    """Return a track (lon, lat, seg) as the d of an SVG path in a box of WIDE x HIGH; a gap lifts the pen."""
    lon = np.array([row["lon"] for row in track])
    lat = np.array([row["lat"] for row in track])
    flat = np.cos(np.radians(lat.mean()))
    x, y = (lon - lon.min()) * flat, lat.max() - lat
    scale = min((WIDE - 16) / max(np.ptp(x), 1e-6), (HIGH - 16) / max(np.ptp(y), 1e-6))
    points = zip(8 + x * scale, 8 + y * scale, [row["seg"] for row in track], strict=True)
    told, seg = [], None
    for across, down, mine in points:
        told.append(f"{'M' if mine != seg else 'L'}{across:.1f} {down:.1f}")
        seg = mine
    return " ".join(told)


def _length(track: list[Row]) -> float:
    """Return the metres of a track without its gaps, on the sphere (mean radius 6,371,009 m)."""
    lon, lat = (np.radians([row[key] for row in track]) for key in ("lon", "lat"))
    half = np.sin(np.diff(lat) / 2) ** 2 + np.cos(lat[1:]) * np.cos(lat[:-1]) * np.sin(np.diff(lon) / 2) ** 2
    same = np.diff([row["seg"] for row in track]) == 0
    return float((2 * 6_371_009 * np.arcsin(np.sqrt(half)))[same].sum())
