"""Who is near a case: now, ranked to be sent there; or then, from tracks, with a reason and logged."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from dashboard import reason
from dashboard.queues import now
from dashboard.session import door, scope
from dashboard.tree import UNLOCATED
from data.errors import Problem
from data.loop.nearest import Nearest
from data.loop.ranking import Candidate, Offer
from data.loop.was_near import Circle, was_near
from data.query import Door

AROUND = timedelta(minutes=30)
RADIUS_M = 300.0
GIVEN = ("S40", "S50", "X5")  # states in which a worker is assigned rather than a unit dispatched

Row = dict[str, Any]


@lru_cache(maxsize=2)
def _nearest(of: Door) -> Nearest:
    return Nearest(of)


def offer(row: Row) -> Offer:
    """Return the workers on offer for a case now, best first."""
    return _nearest(door()).offer(scope(), row, now())


def offer_at(lon: float, lat: float) -> Offer:
    """Return the workers on offer at a point (degrees EPSG:4326) now, best first, for no case in particular."""
    here = door().places.at(lon, lat) or f"{door().config.city.area_id}{UNLOCATED}"
    row = {"incident_id": "", "kind": "", "subkind": None, "title": None, "area_id": here, "lon": lon, "lat": lat}
    return _nearest(door()).offer(scope(), row, now())


def then_at(lon: float, lat: float, start: datetime, end: datetime) -> list[Row]:
    """Return who was near a point in [start, end) (naive UTC), nearest first.

    Raises Problem: needs_reason, not_allowed; too_long_ago for an operator who asks for more days back than
    [live] operator_days.
    """
    who, days = reason.who(), door().config.live.operator_days
    if not (who.has("leader") or who.has("auditor")) and start < now() - timedelta(days=days):
        raise Problem("too_long_ago", known=days)
    rows: list[Row] = was_near(door(), who, Circle(lon, lat, RADIUS_M), start, min(end, now())).to_pylist()
    return rows


def offered(row: Row) -> tuple[Candidate, ...]:
    """Return only who is offered."""
    return offer(row).candidates


def sending(row: Row) -> str:
    """Return the act that sends a worker in the case's state."""
    return "assign" if row["state"] in GIVEN else "verify" if row["state"] == "S10" else "dispatch"


def then(row: Row) -> list[Row]:
    """Return who was near when the case was reported, nearest first; raises Problem `needs_reason`, `not_allowed`."""
    circle = Circle(row["lon"], row["lat"], RADIUS_M)
    at = row["reported_at"]
    rows: list[Row] = was_near(door(), reason.who(), circle, at - AROUND, min(at + AROUND, now())).to_pylist()
    return rows
