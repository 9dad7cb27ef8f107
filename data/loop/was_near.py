"""Who was near a place in a stretch of the past: asked of the warehouse, with a reason, and logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from data.config import Config
from data.days import local_day
from data.loop.distance import box
from data.metric_crs import to_metres
from data.query import Door
from data.rules import uncounted
from data.scope import Scope

CELL_M = 100.0  # of table cell_day


@dataclass(frozen=True)
class Circle:
    """A place: degrees EPSG:4326 and metres around it."""

    lon: float
    lat: float
    radius_m: float


def was_near(door: Door, scope: Scope, circle: Circle, start: datetime, end: datetime) -> pa.Table:
    """Return the workers of the scope with a counted fix inside the circle in [start, end), nearest first.

    start, end: naive UTC. Columns: worker_id, name (masked), role, area_id (assigned), nearest_m, nearest_at,
    accuracy_m (of that fix), inside_min (time between fixes that both lie inside, a pause counted no longer than
    [fixes] online_cap_s), first_at, last_at, fixes. Only what is published is known: about the last ten minutes live
    positions say more. Raises Problem: needs_reason, not_allowed, no_audit, too_slow.
    """
    zone = door.config.zone
    asked: dict[str, Any] = {
        **vars(circle),
        **cells(circle, door.config),
        "start": start,
        "end": end,
        "first_day": local_day(start, zone),
        "last_day": local_day(end - timedelta(microseconds=1), zone),
        "uncounted": uncounted(),
        "silent": door.config.fixes.online_cap_s,
    }
    return door.query("was_near", scope, **asked)


def cells(circle: Circle, config: Config) -> dict[str, int]:
    """Return the cells of 100 m of the city's metric CRS that hold the circle, one more on every side."""
    west, south, east, north = box((circle.lon, circle.lat), circle.radius_m)
    lon, lat = np.array([west, east, west, east]), np.array([south, south, north, north])
    x, y = (np.floor(axis / CELL_M).astype(int) for axis in to_metres(lon, lat, config.city.crs_metric))
    return {
        "cell_west": int(x.min()) - 1,
        "cell_east": int(x.max()) + 1,
        "cell_south": int(y.min()) - 1,
        "cell_north": int(y.max()) + 1,
    }
