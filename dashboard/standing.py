"""Rates of all units of one level over one period, side by side, as the scorecard needs them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dashboard import moment, place, reason, session
from dashboard.session import door, scope
from dashboard.text import number, percent
from data.metrics import METRICS, Metric

FRONT = "in_grid_on_time"
BESIDE = ("in_grid", "on_time_handling", "on_time_closing", "rework", "valid_track", "coverage")
UNLOCATED = "unlocated"

Row = dict[str, Any]


def level(view: dict[str, Any] | None) -> str:
    """Return the level asked for where it lies below the view's area, else the one right below.

    Departments (`unit`) have no place in the tree; workers (`worker`) are for who may see tracks, never for a wall.
    """
    ids = [x.id for x in door().config.levels]
    asked, first = (view or {}).get("level"), place.below(view)
    if asked == "unit" or (asked == "worker" and _sees_persons(view)):
        return str(asked)
    return asked if asked in ids and ids.index(asked) >= ids.index(first) else first


def _sees_persons(view: dict[str, Any] | None) -> bool:
    on_wall = session.is_kiosk() or (view or {}).get("kiosk") == "1"
    return scope().sees_tracks and not on_wall


def rates(name: str, view: dict[str, Any] | None) -> list[Row]:
    """Return a metric of every unit of the level; no value at all where a feed it needs brought nothing."""
    start, end = moment.period(view or {})
    cut: dict[str, datetime] = {"start": start, "end": end, "now": min(end, moment.now(view or {}))}
    asked = level(view)
    who = reason.who() if asked == "worker" else scope()
    rows = door().metric(name, who, level=asked, area=place.area(view), **cut)
    if "fix" in METRICS[name].inputs and not any(row["part"] for row in rows):
        return [{**row, "value": None, "low": None, "high": None} for row in rows]
    return rows


def spelled(metric: Metric, value: float | None, unit: bool = False) -> str:
    """Return a metric's value as it is written in a table (97.3, 1,238, 4.2), with % where `unit`."""
    if metric.unit == "percent":
        return percent(value, unit=unit)
    return number(value, 0 if metric.unit == "count" else 1)
