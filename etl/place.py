"""Finds the area a point lies in: exact, and fast enough for every fix of a province.

The box of all areas is cut into cells of about 20 m. A cell no border touches lies wholly inside one area
or outside all of them, and so do all cells connected with it: one exact test answers for the whole patch.
Points in the remaining cells are asked on which side of the borders near them they lie; the few of them that
rounding could misplace are tested against the prepared polygons.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from etl.borders import BORDER, OUTSIDE, UNSURE, Frame, file_borders, look_up
from etl.index_cache import cache_key, keep_raster, read_raster

CELL_M = 20.0
MOST_CELLS = 20_000_000  # 80 MB of int32; larger regions get larger cells
DEGREE_M = 111_320.0
Raster = NDArray[np.signedinteger[Any]]


class Index:
    """Point-in-polygon over areas of one level, EPSG:4326.

    `area_ids` are kept sorted; a point on a shared border belongs to the smallest id, a point on the outer
    border is inside. Geometries are shapely (Multi)Polygons; holes are outside.
    """

    def __init__(
        self, area_ids: Sequence[str], geometries: Sequence[shapely.Geometry], cache: Path | None = None
    ) -> None:
        """Sort the areas by id and draw the raster (0.3 s for 1,600 grids), or read it from the folder `cache`."""
        order = sorted(range(len(area_ids)), key=lambda i: area_ids[i])
        self.area_ids = [area_ids[i] for i in order]
        self._shapes = np.array([geometries[i] for i in order], dtype=object)
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)
        self._frame = _frame(self._shapes)
        self._raster = self._drawn() if cache is None else self._cached(cache)
        self._borders = file_borders(self._shapes, self._frame)

    def place(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.int32]:
        """Return for each point (degrees) its position in `area_ids`; -1: outside all areas, or not finite."""
        x, y = np.ascontiguousarray(lon, np.float64), np.ascontiguousarray(lat, np.float64)
        found = np.asarray(look_up(x, y, self._raster, self._frame, self._borders), np.int32)
        unsure = np.flatnonzero(found == UNSURE)
        found[unsure] = self._exact(x[unsure], y[unsure])
        return found

    def _cached(self, folder: Path) -> Raster:
        key = cache_key(self.area_ids, shapely.to_wkb(self._shapes), self._frame)
        kept = read_raster(folder, key)
        if kept is not None and kept.shape == (self._frame.rows, self._frame.columns):
            return kept
        raster = self._drawn()
        keep_raster(folder, key, raster)
        return raster

    def _drawn(self) -> Raster:
        """Give every cell of a patch without borders the answer of one exact test."""
        frame, border = self._frame, self._border()
        from scipy.ndimage import label

        patches, n = label(~border)
        one = np.zeros(n + 1, np.int64)
        one[patches.ravel()] = np.arange(patches.size)  # any cell of the patch will do
        rows, columns = np.divmod(one[1:], frame.columns)
        x, y = frame.west + (columns + 0.5) * frame.width, frame.south + (rows + 0.5) * frame.height
        small = np.int16 if len(self._shapes) < np.iinfo(np.int16).max else np.int32
        answer = np.concatenate([[BORDER], self._exact(x, y)]).astype(small)
        return np.asarray(answer[patches])

    def _border(self) -> NDArray[np.bool_]:
        """Mark the cells that borders touch: a piece of half a cell lies in the cells of its box's corners."""
        touched = np.zeros((self._frame.rows, self._frame.columns), np.bool_)
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
        corner, cell = np.array(self._frame[:2]), np.array(self._frame[2:4])
        return np.asarray((points - corner) / cell, np.float64)

    def _exact(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int32]:
        point, shape = self._tree.query(shapely.points(x, y))
        hit = shapely.intersects_xy(self._shapes[shape], x[point], y[point])
        found = np.full(len(x), len(self._shapes), np.int32)
        np.minimum.at(found, point[hit], shape[hit].astype(np.int32))
        return np.where(found == len(self._shapes), OUTSIDE, found).astype(np.int32)


def _frame(shapes: NDArray[np.object_]) -> Frame:
    """Return the frame of cells around the shapes, a margin of one cell on every side."""
    west, south, east, north = shapely.total_bounds(shapes) if len(shapes) else (0.0,) * 4
    height = CELL_M / DEGREE_M
    width = height / max(np.cos(np.radians((south + north) / 2)), 0.01)
    coarser = max(1.0, np.sqrt((east - west) / width * ((north - south) / height) / MOST_CELLS))
    height, width = height * coarser, width * coarser
    west, south = west - width, south - height
    rows, columns = int((north - south) / height) + 3, int((east - west) / width) + 3
    return Frame(float(west), float(south), float(width), float(height), rows, columns)
