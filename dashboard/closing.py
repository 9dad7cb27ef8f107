"""Closed months on the screen: which months there are, how each stands, and who may act on them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dashboard import moment
from dashboard.session import door, scope
from data.closing import Closed
from data.corrections import Corrections

MONTHS = 13
Row = dict[str, Any]


def months(view: Row | None) -> list[str]:
    """Return the last months that are over, the newest first."""
    first = moment.today(view or {}).replace(day=1)
    found: list[date] = []
    while len(found) < MONTHS:
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(first)
    return [f"{day:%Y-%m}" for day in found]


def chosen(view: Row | None) -> str:
    """Return the month of the view, else the newest that is over."""
    listed = months(view)
    asked = str((view or {}).get("month") or "")
    return asked if asked in listed else listed[0]


def closed(month: str) -> Closed | None:
    """Return a month as it was closed, None while it is open."""
    kept = door().closings
    return kept.get(month) if kept else None


def corrections(month: str) -> list[Row]:
    """Return the corrections of a month inside the account's area, the oldest first."""
    rows = Corrections(door().operations).of(month)
    inside = {
        row["area_id"] for row in door().query("areas", scope(), day=moment.today({})).select(["area_id"]).to_pylist()
    }
    return [row for row in rows if row["area_id"].removesuffix("~") in inside]


def may_close() -> bool:
    """Say whether the account closes months: of the whole city only."""
    return scope().closes_months and scope().area_id == door().config.city.area_id
