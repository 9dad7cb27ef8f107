"""Small made-up days of fixes, in metres from a corner and seconds from local midnight."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyproj import Transformer

from data.config import make_config
from data.schema import arrow_schema
from etl.points import Points

DAY = date(2026, 1, 5)
MIDNIGHT = datetime(2026, 1, 4, 16)  # UTC, of DAY in Asia/Shanghai
CORNER = (700_000.0, 3_536_000.0)  # easting, northing in EPSG:4549: on a corner of 100 m cells
DEGREES = Transformer.from_crs("EPSG:4549", "EPSG:4326", always_xy=True)
CONFIG = make_config(Path("."), {})
LIMITS = CONFIG.fixes


def at(second: float) -> datetime:
    """Return a moment of DAY, naive UTC."""
    return MIDNIGHT + timedelta(seconds=second)


def lonlat(east: Any, north: Any) -> tuple[Any, Any]:
    """Return degrees of a place so many metres east and north of CORNER."""
    return DEGREES.transform(CORNER[0] + np.asarray(east), CORNER[1] + np.asarray(north))


def fix(second: float, east: float = 0.0, north: float = 0.0, **more: Any) -> dict[str, Any]:
    """Return one fix of worker w1 in grid g1, or of whatever `more` says."""
    lon, lat = lonlat(east, north)
    known = {"day": DAY, "worker_id": "w1", "area_id": "g1", "source": "app", "flags": 0}
    return {**known, "fixed_at": at(second), "lon": float(lon), "lat": float(lat), **more}


def walk(seconds: Any, east: Any, north: Any = 0.0, **more: Any) -> list[dict[str, Any]]:
    """Return fixes along arrays of seconds and metres."""
    columns = np.broadcast_arrays(np.asarray(seconds, float), east, north)
    return [fix(float(s), float(e), float(n), **more) for s, e, n in zip(*columns, strict=True)]


def table(rows: list[dict[str, Any]]) -> pa.Table:
    """Return fixes as a table in the schema of table fix, in the order given."""
    return pa.Table.from_pylist(rows, arrow_schema("fix"))


def points(seconds: Any, x: Any, y: Any = 0.0, accuracy: float = np.nan) -> Points:
    """Return counted fixes of one worker in plain metres; lon and lat are kilometres, not degrees."""
    seconds, x, y = (np.array(v, float) for v in np.broadcast_arrays(np.asarray(seconds, float), x, y))
    n = len(seconds)
    return Points(np.zeros(n, np.int32), seconds, x / 1000, y / 1000, x, y, np.full(n, accuracy))
