"""Cells of the metric grid that polygons touch: the denominator of coverage."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from etl.geometry import Shapes

CELL_M = 100.0
COARSEST = 64  # cells on the side of the blocks a polygon is first cut into


def count_cells(shapes: Shapes) -> NDArray[np.int32]:
    """Return how many cells of 100 m each polygon (metres of the city's metric CRS) shares an area with."""
    return np.array([_count(x) for x in shapes], np.int32)


def _count(shape: shapely.Geometry) -> int:
    """Cut into blocks; whole blocks are counted at once, those on the edge are cut in four, down to one cell."""
    shapely.prepare(shape)
    west, south, east, north = np.floor(np.array(shape.bounds) / (CELL_M * COARSEST)).astype(int) * COARSEST
    grid = np.meshgrid(np.arange(west, east + 1, COARSEST), np.arange(south, north + 1, COARSEST))
    x, y, size, total = grid[0].ravel(), grid[1].ravel(), COARSEST, 0
    while len(x):
        boxes = shapely.box(x * CELL_M, y * CELL_M, (x + size) * CELL_M, (y + size) * CELL_M)
        shared = shapely.intersects(shape, boxes) & ~shapely.touches(shape, boxes)
        x, y, boxes = x[shared], y[shared], boxes[shared]
        inside = shapely.contains(shape, boxes) if size > 1 else np.ones(len(x), np.bool_)
        total += int(inside.sum()) * size * size
        if size == 1:
            break
        size //= 2
        x, y = _quarters(x[~inside], size), _quarters(y[~inside], size, down=True)
    return total


def _quarters(corner: NDArray[np.int64], size: int, down: bool = False) -> NDArray[np.int64]:
    steps = np.array([0, 0, size, size]) if down else np.array([0, size, 0, size])
    return np.asarray(corner[:, None] + steps, np.int64).ravel()
