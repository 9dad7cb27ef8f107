"""Finds the area a point lies in: exact, and fast enough for every fix of a province.

The box of all areas is cut into cells of about 20 m. A cell no border touches lies wholly inside one area
or outside all of them, and so do all cells connected with it: one exact test answers for the whole patch.
Points in the remaining cells are tested against the prepared polygons whose boxes hold them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import label

CELL_M = 20.0
MOST_CELLS = 20_000_000  # 80 MB of int32; larger regions get larger cells
DEGREE_M = 111_320.0
OUTSIDE = -1
BORDER = -2


class Index:
    """Point-in-polygon over areas of one level, EPSG:4326.

    `area_ids` are kept sorted; a point on a shared border belongs to the smallest id, a point on the outer
    border is inside. Geometries are shapely (Multi)Polygons; holes are outside.
    """

    def __init__(self, area_ids: Sequence[str], geometries: Sequence[shapely.Geometry]) -> None:
        """Sort the areas by id and build the raster: about half a second for 1,600 grids."""
        order = sorted(range(len(area_ids)), key=lambda i: area_ids[i])
        self.area_ids = [area_ids[i] for i in order]
        self._shapes = np.array([geometries[i] for i in order], dtype=object)
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)
        self._frame()
        self._raster = self._fill(self._border())

    def place(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.int32]:
        """Return for each point (degrees) its position in `area_ids`; -1: outside all areas, or not finite."""
        x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
        column, row = (x - self._west) / self._width, (y - self._south) / self._height
        rows, columns = self._raster.shape
        near = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        found = np.full(len(x), OUTSIDE, np.int32)
        found[near] = self._raster[row[near].astype(np.int64), column[near].astype(np.int64)]
        unsure = np.flatnonzero(found == BORDER)
        found[unsure] = self._exact(x[unsure], y[unsure])
        return found

    def _frame(self) -> None:
        west, south, east, north = shapely.total_bounds(self._shapes) if len(self._shapes) else (0.0,) * 4
        self._height = CELL_M / DEGREE_M
        self._width = self._height / max(np.cos(np.radians((south + north) / 2)), 0.01)
        cells = (east - west) / self._width * ((north - south) / self._height)
        coarser = max(1.0, np.sqrt(cells / MOST_CELLS))
        self._height, self._width = self._height * coarser, self._width * coarser
        self._west, self._south = west - self._width, south - self._height  # a margin of one cell all around
        self._shape = (int((north - south) / self._height) + 3, int((east - west) / self._width) + 3)

    def _border(self) -> NDArray[np.bool_]:
        """Mark the cells that borders touch: a piece of half a cell lies in the cells of its box's corners."""
        touched = np.zeros(self._shape, np.bool_)
        lines = shapely.get_parts(shapely.boundary(self._shapes))
        lines = shapely.transform(lines, self._to_cells)
        points, line = shapely.get_coordinates(shapely.segmentize(lines, 0.5), return_index=True)
        joined = line[1:] == line[:-1]
        start, end = points[:-1][joined], points[1:][joined]
        rounding = 1e-6
        low, high = np.minimum(start, end) - rounding, np.maximum(start, end) + rounding
        for column in (low[:, 0], high[:, 0]):
            for row in (low[:, 1], high[:, 1]):
                touched[row.astype(np.int64), column.astype(np.int64)] = True
        return touched

    def _to_cells(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        corner, cell = np.array([self._west, self._south]), np.array([self._width, self._height])
        return np.asarray((points - corner) / cell, np.float64)

    def _fill(self, border: NDArray[np.bool_]) -> NDArray[np.int32]:
        patches, n = label(~border)
        one = np.zeros(n + 1, np.int64)
        one[patches.ravel()] = np.arange(patches.size)  # any cell of the patch will do
        rows, columns = np.divmod(one[1:], self._shape[1])
        x, y = self._west + (columns + 0.5) * self._width, self._south + (rows + 0.5) * self._height
        answer = np.concatenate([[BORDER], self._exact(x, y)]).astype(np.int32)
        return np.asarray(answer[patches], np.int32)

    def _exact(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int32]:
        point, shape = self._tree.query(shapely.points(x, y))
        hit = shapely.intersects_xy(self._shapes[shape], x[point], y[point])
        found = np.full(len(x), len(self._shapes), np.int32)
        np.minimum.at(found, point[hit], shape[hit].astype(np.int32))
        return np.where(found == len(self._shapes), OUTSIDE, found).astype(np.int32)
