"""Counts fixes in cells of the city's metric CRS: what coverage and heat are made of.

Cells of 100 m, and in each row the cell of 250 m the fixes lie in as well (a cell of 100 m across the border of
two such is two rows): town grids are covered by the one, rural grids by the other.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.config import Fixes
from etl.day import Day

CELL_M, WIDE_M = 100, 250
KEYS = ("worker", "area", "cell_x", "cell_y", "wide_x", "wide_y")


def visited_cells(day: Day, limits: Fixes) -> dict[str, Any]:
    """Return the columns of table cell_day (without `day`) from the counted fixes.

    How fast a worker passes is the speed implied since the counted fix before; the first fix of the day, which
    nothing calls riding, is walking.
    """
    points = day.points
    key = {"worker": points.worker, "area": day.area[day.counted]}
    for name, side in (("cell", CELL_M), ("wide", WIDE_M)):
        key[f"{name}_x"], key[f"{name}_y"] = (np.floor(v / side).astype(np.int32) for v in (points.x, points.y))
    speed = _speeds(day)
    slow = {"walking": speed <= limits.walk_mps, "covering": speed <= limits.cover_mps}
    slow = {name: values.astype(np.int32) for name, values in slow.items()}
    first = _changes(key)
    runs = {name: values[first] for name, values in key.items()}
    sums = {name: np.add.reduceat(values, first) if len(first) else values for name, values in slow.items()}
    rows = pa.table({**runs, **sums, "n": np.diff(np.append(first, len(speed))).astype(np.int32)})
    cells = rows.group_by(KEYS).aggregate([(name, "sum") for name in ("n", *slow)])
    cells = cells.sort_by([(key, "ascending") for key in KEYS])
    return {
        "worker_id": pa.array(day.workers, pa.string()).take(cells["worker"]),
        "area_id": pa.array(day.areas, pa.string()).take(cells["area"]),
        **{name: cells[name] for name in KEYS[2:]},
        "n": cells["n_sum"],
        "n_walking": cells["walking_sum"],
        "n_covering": cells["covering_sum"],
    }


def _changes(key: dict[str, NDArray[np.int32]]) -> NDArray[np.int64]:
    """Return where any key differs from that of the fix before, the first fix included: people linger in a cell."""
    new = np.zeros(len(key["worker"]), np.bool_)
    new[:1] = True
    for values in key.values():
        new[1:] |= values[1:] != values[:-1]
    return np.flatnonzero(new)


def _speeds(day: Day) -> NDArray[np.float64]:
    """Return the speed in metres per second at which each counted fix was come to."""
    points = day.points
    speed = np.zeros(len(points.worker))
    elapsed = np.maximum(np.diff(points.seconds), 1.0)
    speed[1:] = np.hypot(np.diff(points.x), np.diff(points.y)) / elapsed
    speed[1:][points.worker[1:] != points.worker[:-1]] = 0.0
    return speed
