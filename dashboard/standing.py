"""Rates of all units of one level over one period, side by side, as the scorecard needs them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard import moment, place
from dashboard.intervals import Rate
from dashboard.session import door, scope
from dashboard.text import named, number, percent
from dashboard.tree import tree
from data.metrics import METRICS, Metric

FRONT = "in_grid_on_time"
BESIDE = ("in_grid", "on_time_handling", "on_time_closing", "rework", "valid_track", "coverage")
UNLOCATED = "unlocated"

Row = dict[str, Any]


@dataclass(frozen=True)
class Unit:
    """One unit: its id, the front rate, its peer group (None: not known), and the other metrics by name."""

    area_id: str
    rate: Rate
    group: str | None
    located: bool
    beside: dict[str, Row]


def level(view: dict[str, Any] | None) -> str:
    """Return the level asked for where it lies below the view's area, else the one right below."""
    ids = [x.id for x in door().config.levels]
    asked, first = (view or {}).get("level"), place.below(view)
    return asked if asked in ids and ids.index(asked) >= ids.index(first) else first


def units(view: dict[str, Any] | None) -> list[Unit]:
    """Return every unit of the level, and what is known only to lie in an area above it."""
    known = tree(moment.today(view or {}))
    beside = {name: {row["area_id"]: row for row in rates(name, view)} for name in BESIDE}
    made = []
    for row in rates(FRONT, view):
        area_id, located = row["area_id"], row["level"] != UNLOCATED
        others = {name: rows[area_id] for name, rows in beside.items() if area_id in rows}
        rate = Rate(named(row), row["value"], row["low"], row["high"], row["n"])
        made.append(Unit(area_id, rate, known.urban_class(area_id) if located else None, located, others))
    return made


def rates(name: str, view: dict[str, Any] | None) -> list[Row]:
    """Return a metric of every unit of the level; no value at all where a feed it needs brought nothing."""
    start, end = moment.period(view or {})
    cut: dict[str, datetime] = {"start": start, "end": end, "now": min(end, moment.now(view or {}))}
    rows = door().metric(name, scope(), level=level(view), area=place.area(view), **cut)
    if "fix" in METRICS[name].inputs and not any(row["part"] for row in rows):
        return [{**row, "value": None, "low": None, "high": None} for row in rows]
    return rows


def spelled(metric: Metric, value: float | None, unit: bool = False) -> str:
    """Return a metric's value as it is written in a table (97.3, 1,238, 4.2), with % where `unit`."""
    if metric.unit == "percent":
        return percent(value, unit=unit)
    return number(value, 0 if metric.unit == "count" else 1)
