"""What is to be seen on video: the place a view asks for, its cameras in their order, and why somebody looks.

The place is the view's `point` ("lon,lat"), else its `incident`, else its `camera`. A camera chosen beside a place
comes first whatever its rank. The reason is given for one incident (or for looking without one) and asked anew for the
next; it is kept in the signed session and never stands in an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import session

from dashboard import moment
from dashboard.session import door, scope
from dashboard.text import duration, t
from data.gb28181 import SECURITY_LEVELS
from data.masking import mask_text
from data.sight import nearest

KEY, LONGEST = "watching", 200
SIZES = ("4", "1", "9")
MOST = max(map(int, SIZES))

Row = dict[str, Any]
View = dict[str, Any] | None


@dataclass(frozen=True)
class Place:
    """What the cameras should see: kind 'incident', 'point' or 'camera', a point (None: not known) and its row."""

    kind: str
    point: tuple[float, float] | None
    row: Row


def registered() -> list[Row]:
    """Return every camera of the account's area."""
    rows: list[Row] = door().query("cameras", scope()).to_pylist()
    return rows


def place(view: View, rows: list[Row]) -> Place | None:
    """Return what a view looks for, or None where nothing was chosen yet or what was is not there."""
    view = view or {}
    if view.get("point"):
        lon, lat = (float(x) for x in str(view["point"]).split(","))
        return Place("point", (lon, lat), {})
    if view.get("incident"):
        return _incident(str(view["incident"]))
    row = next((row for row in rows if row["camera_id"] == view.get("camera")), None)
    return Place("camera", (row["lon"], row["lat"]), row) if row else None


def tiles(view: View) -> list[Row]:
    """Return the cameras of the view's tiles, best first: rows with distance_m and sees, empty without a place."""
    view, rows = view or {}, registered()
    where = place(view, rows)
    if where is None or where.point is None:
        return []
    config = door().config.video
    ranked = nearest(rows, where.point, len(rows), config.radius_m, config.range_m)
    chosen = view.get("camera")
    first = sorted(ranked, key=lambda row: row["camera_id"] != chosen)
    return first[: size(view)]


def size(view: View) -> int:
    """Return how many tiles a view asks for: 4 where it says nothing known."""
    asked = str((view or {}).get("tiles") or SIZES[0])
    return int(asked) if asked in SIZES else int(SIZES[0])


def away(row: Row, view: View) -> str:
    """Say how long a camera has been off, or that it is not known."""
    if row["state_at"] is None:
        return t("video.off_unknown")
    seconds = (_now(view) - row["state_at"]).total_seconds()
    return t("video.off", span=duration(max(seconds, 0)))


def security(row: Row) -> str:
    """Return the GB 35114 level of a camera in words; empty where none is stated."""
    level = row["security_level"]
    return t("video.security", level=level) if level in SECURITY_LEVELS else ""


def reason(incident: str | None) -> str:
    """Return the reason given for an incident (or for none), or nothing."""
    kept = session.get(KEY) or {}
    return str(kept.get("words", "")) if kept.get("for") == (incident or "") else ""


def give(incident: str | None, words: str | None) -> str:
    """Keep why somebody looks, until another incident is looked at; return it as kept."""
    session[KEY] = {"for": incident or "", "words": (mask_text(words) or "").strip()[:LONGEST]}
    return reason(incident)


def _now(view: View) -> datetime:
    return moment.now(view or {})


def _incident(incident_id: str) -> Place | None:
    """Look for an incident among those in progress, then in the warehouse."""
    for query in ("case", "incident_at"):
        rows: list[Row] = door().query(query, scope(), incident=incident_id).to_pylist()
        if rows:
            lon, lat = rows[0]["lon"], rows[0]["lat"]
            return Place("incident", None if lon is None else (lon, lat), rows[0])
    return None
