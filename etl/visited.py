"""Counts fixes in the 100 m cells of the city's metric CRS: what coverage and heat are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from etl.day import Day

CELL_M = 100.0
KEYS = ("worker", "area", "cell_x", "cell_y")


def visited_cells(day: Day, walk_mps: float) -> dict[str, Any]:
    """Return the columns of table cell_day (without `day`) from the counted fixes.

    A fix is walking when the speed implied since the worker's counted fix before is at most walk_mps; the
    first fix of the day, which nothing calls riding, is walking.
    """
    points = day.points
    keys = {
        "worker": points.worker,
        "area": day.area[day.counted],
        "cell_x": np.floor(points.x / CELL_M).astype(np.int32),
        "cell_y": np.floor(points.y / CELL_M).astype(np.int32),
    }
    rows = pa.table({**keys, "walking": _walking(day, walk_mps).astype(np.int32)})
    sums = rows.group_by(KEYS).aggregate([("walking", "count"), ("walking", "sum")])
    sums = sums.sort_by([(key, "ascending") for key in KEYS])
    return {
        "worker_id": pa.array(day.workers, pa.string()).take(sums["worker"]),
        "area_id": pa.array(day.areas, pa.string()).take(sums["area"]),
        "cell_x": sums["cell_x"],
        "cell_y": sums["cell_y"],
        "n": sums["walking_count"],
        "n_walking": sums["walking_sum"],
    }


def _walking(day: Day, walk_mps: float) -> NDArray[np.bool_]:
    points = day.points
    walking = np.ones(len(points.worker), np.bool_)
    length = np.hypot(np.diff(points.x), np.diff(points.y))
    elapsed = np.maximum(np.diff(points.seconds), 1.0)
    walking[1:] = (np.diff(points.worker) != 0) | (length / elapsed <= walk_mps)
    return walking
