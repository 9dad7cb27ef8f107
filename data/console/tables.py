"""What the console holds: the account's incidents, areas, roll-ups and metrics, scoped and masked; never a fix."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.cache import SingleFlight
from data.days import local_day, midnight
from data.metrics import METRICS
from data.query import Door
from data.scope import Scope

PERIOD_DAYS = 30
SPECIAL = "SPG"  # special groups: only ever as published tables
AREA = ("area_id", "parent_id", "level", "name", "name_en", "lon", "lat", "area_m2", "households", "urban_class")
INCIDENT = (
    "incident_id", "source", "kind", "kind_zh", "kind_en", "subkind", "severity", "title", "area_id", "area_name",
    "parent_name", "street_name", "unit_id", "unit_name", "located", "lon", "lat", "reported_at", "accepted_at",
    "filed_at", "handled_at", "closed_at", "deadline_at", "first_deadline_at", "state", "discovered_level",
    "solved_level", "max_level", "returns", "reworks", "extensions", "reopens", "checks",
)  # fmt: skip


_kept = SingleFlight(4)


def kept(door: Door, scope: Scope, now: datetime) -> dict[str, pa.Table]:
    """Return `tables`, gathered once for an account's area and day until the warehouse changes."""
    day = local_day(now, door.config.zone)
    key = (door.config.home, door.version(), scope.area_id, scope.roles, day)
    made: dict[str, pa.Table] = _kept.get(key, lambda: tables(door, scope, now))
    return made


def tables(door: Door, scope: Scope, now: datetime) -> dict[str, pa.Table]:
    """Return the tables of the console by name.

    incident: those reported in the last [console] days; area: valid areas of every level; coverage: visited 100 m cells
    of every grid and metric: every metric at every level, both of the last 30 local days. Times are naive UTC.
    """
    zone = door.config.zone
    last = local_day(now, zone)
    end = midnight(last + timedelta(days=1), zone)
    start = midnight(last - timedelta(days=door.config.console.days - 1), zone)
    incidents = door.query("incidents_between", scope, area=scope.area_id, start=start, end=end)
    first = last - timedelta(days=PERIOD_DAYS - 1)
    return {
        "incident": _only(incidents.filter(pc.field("kind") != SPECIAL), INCIDENT),
        "area": _only(door.query("areas", scope, day=last), AREA),
        "coverage": door.query("coverage", scope, area=scope.area_id, first_day=first, last_day=last),
        "metric": metrics(door, scope, (first, last), now),
    }


def metrics(door: Door, scope: Scope, days: tuple[date, date], now: datetime) -> pa.Table:
    """Return every metric at every level inside the scope for some local days, first and last included."""
    zone = door.config.zone
    start, end = midnight(days[0], zone), midnight(days[1] + timedelta(days=1), zone)
    rows: list[dict[str, Any]] = []
    for name in METRICS:
        for level in [one.id for one in door.config.levels]:
            found = door.metric(name, scope, start=start, end=end, now=min(end, now), level=level)
            told = {"metric": name, "first_day": days[0], "last_day": days[1]}
            rows += [told | row for row in found if row["level"] == level]
    return pa.Table.from_pylist(rows)


def _only(table: pa.Table, names: tuple[str, ...]) -> pa.Table:
    return table.select([name for name in names if name in table.column_names])
