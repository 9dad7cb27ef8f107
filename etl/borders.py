"""Says on which side of a border a point lies, by counting crossings, and admits when rounding cannot tell.

Every edge of every polygon is filed under the rows of the raster it passes through, so a point looks only at the
edges level with it. A turn is computed in doubles with its error bound (Shewchuk, Adaptive Precision Floating-Point
Arithmetic, 1997); within the bound, and on a border, the answer is UNSURE and somebody exact must be asked.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from etl.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OUTSIDE, BORDER, UNSURE = -1, -2, -3
ROUNDING = 3.3306690738754716e-16  # (3 + 16 e) e with e = 2**-53: Shewchuk's bound of a turn's sign
BLOCK = 16  # raster cells on the side of the blocks that list the polygons near them


class Frame(NamedTuple):
    """Where the raster lies: its south-west corner and the size of its cells, in degrees, and their number."""

    west: float
    south: float
    width: float
    height: float
    rows: int
    columns: int


class Borders(NamedTuple):
    """Edges (x1, y1, x2, y2) by polygon and raster row, boxes of the polygons, and the polygons near each block.

    Edges of polygon p in raster row r: `edge[filed[first[b]:first[b + 1]]]` with b = base[p] + r - low[p].
    """

    edge: Floats
    filed: NDArray[np.int32]
    first: Ints
    base: Ints
    low: Ints
    box: Floats
    near: NDArray[np.int32]
    near_first: Ints


def file_borders(shapes: NDArray[np.object_], frame: Frame) -> Borders:
    """File the edges of (Multi)Polygons (EPSG:4326) under the rows of the frame."""
    edge, polygon = _edges(shapes)
    low = np.floor((np.minimum(edge[:, 1], edge[:, 3]) - frame.south) / frame.height).astype(np.int64)
    high = np.floor((np.maximum(edge[:, 1], edge[:, 3]) - frame.south) / frame.height).astype(np.int64)
    lowest = np.full(len(shapes), np.iinfo(np.int64).max)
    highest = np.full(len(shapes), -1)
    np.minimum.at(lowest, polygon, low)
    np.maximum.at(highest, polygon, high)
    base = np.concatenate([[0], np.cumsum(np.maximum(highest - lowest + 1, 0))])
    number, step = _spread(high - low + 1)
    bucket = (base[polygon] - lowest[polygon] + low)[number] + step
    order = np.argsort(bucket, kind="stable")
    first = np.searchsorted(bucket[order], np.arange(base[-1] + 1))
    box = shapely.bounds(shapes).reshape(-1, 4)
    near, near_first = _near(box, frame)
    return Borders(edge, number[order].astype(np.int32), first, base, lowest, box, near, near_first)


def _edges(shapes: NDArray[np.object_]) -> tuple[Floats, Ints]:
    parts, of = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[1:] == ring[:-1]
    edge = np.hstack([points[:-1][joined], points[1:][joined]])
    return np.ascontiguousarray(edge), of[part][ring[1:][joined]]


def _spread(counts: Ints) -> tuple[Ints, Ints]:
    """Return each number as often as its count says, and which time it is: 0, 1, ..."""
    number = np.repeat(np.arange(len(counts)), counts)
    start = np.cumsum(counts) - counts
    return number, np.arange(len(number)) - start[number]


def _near(box: Floats, frame: Frame) -> tuple[NDArray[np.int32], Ints]:
    """List for each block of cells, row by row, the polygons whose boxes it may meet, the first ids first."""
    size = np.array([frame.width, frame.height] * 2) * BLOCK
    corner = np.floor((box - np.array([frame.west, frame.south] * 2)) / size).astype(np.int64)
    wide, high = corner[:, 2] - corner[:, 0] + 1, corner[:, 3] - corner[:, 1] + 1
    polygon, step = _spread(wide * high)
    row, column = np.divmod(step, wide[polygon])
    width = frame.columns // BLOCK + 1
    block = (corner[polygon, 1] + row) * width + corner[polygon, 0] + column
    order = np.argsort(block, kind="stable")
    blocks = (frame.rows // BLOCK + 1) * width
    return polygon[order].astype(np.int32), np.searchsorted(block[order], np.arange(blocks + 1))


@compiled
def _side(x: float, y: float, p: int, row: int, borders: Borders) -> int:
    """Return 1 inside polygon p, 0 outside, UNSURE where rounding decides or on its border."""
    box = borders.box[p]
    if x < box[0] or y < box[1] or x > box[2] or y > box[3]:
        return 0
    bucket = borders.base[p] + row - borders.low[p]
    crossings = 0
    for k in range(borders.first[bucket], borders.first[bucket + 1]):
        x1, y1, x2, y2 = borders.edge[borders.filed[k]]
        if y < min(y1, y2) or y > max(y1, y2) or x > max(x1, x2):
            continue
        crosses = (y1 > y) != (y2 > y)
        if x < min(x1, x2):
            crossings += crosses
            continue
        left, right = (x1 - x) * (y2 - y), (y1 - y) * (x2 - x)
        turn = left - right
        if abs(turn) <= ROUNDING * (abs(left) + abs(right)):
            return UNSURE
        if crosses and (turn > 0) == (y2 > y1):
            crossings += 1
    return crossings % 2


@compiled
def look_up(x: Floats, y: Floats, raster: NDArray[np.int32], frame: Frame, borders: Borders) -> NDArray[np.int32]:
    """Return for each point the smallest polygon that holds it, OUTSIDE, or UNSURE; not-a-number is OUTSIDE."""
    found = np.full(len(x), OUTSIDE, np.int32)
    for i in range(len(x)):
        across, up = (x[i] - frame.west) / frame.width, (y[i] - frame.south) / frame.height
        if not (0 <= across < frame.columns and 0 <= up < frame.rows):
            continue
        column, row = int(across), int(up)
        cell = int(raster[row, column])
        if cell == BORDER:
            cell = _smallest(x[i], y[i], row, row // BLOCK * (frame.columns // BLOCK + 1) + column // BLOCK, borders)
        found[i] = cell
    return found


@compiled
def _smallest(x: float, y: float, row: int, block: int, borders: Borders) -> int:
    for k in range(borders.near_first[block], borders.near_first[block + 1]):
        side = _side(x, y, borders.near[k], row, borders)
        if side == UNSURE:
            return UNSURE
        if side == 1:
            return int(borders.near[k])
    return OUTSIDE
