"""Areas and key areas in metres, and where many points lie in relation to them at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from data.metric_crs import to_metres
from data.places import Places
from data.warehouse import Warehouse

KEY_AREAS = """
    SELECT key_area_id, name, kind, grade, area_id, geometry, valid_from, valid_to FROM key_area ORDER BY key_area_id
"""
Row = dict[str, Any]
Points = NDArray[np.object_]


@dataclass(frozen=True)
class Shapes:
    """The shapes of one version, in metres of the city's projected CRS."""

    places: Places
    leaves: dict[str, shapely.Geometry]
    key_areas: list[Row]
    drawn: Points  # of key_areas, in their order

    @classmethod
    def read(cls, places: Places, warehouse: Warehouse) -> Shapes:
        """Read the version served."""
        crs, ids = places.config.city.crs_metric, [area for area, _ in places.tree().leaves]
        leaves = dict(zip(ids, _metric([shape for _, shape in places.tree().leaves], crs), strict=True))
        rows = warehouse.fetch(KEY_AREAS, {}).to_pylist()
        return cls(places, leaves, rows, _metric([row["geometry"] for row in rows], crs))

    def outside_m(self, points: Points, area_ids: list[str | None]) -> NDArray[np.float64]:
        """Return how many metres each point lies outside its own area, 0 inside; NaN for an area without a shape."""
        return np.asarray(shapely.distance(points, np.array([self._own(area) for area in area_ids], object)))

    def near(self, points: Points, reach_m: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return positions of points and of the key areas within `reach_m` metres of them."""
        if not len(points) or not len(self.drawn):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        point, shape = self._index.query(points, predicate="dwithin", distance=reach_m)
        return point, shape

    def label(self, area_id: str) -> tuple[float | None, float | None]:
        """Return lon and lat (EPSG:4326) of a point inside a key area; None, None for an unknown one."""
        row = next((row for row in self.key_areas if row["key_area_id"] == area_id), None)
        if row is None:
            return None, None
        point = shapely.point_on_surface(shapely.from_wkb(row["geometry"]))
        return float(point.x), float(point.y)

    @cached_property
    def _index(self) -> shapely.STRtree:
        return shapely.STRtree(self.drawn)

    @cached_property
    def _joined(self) -> dict[str, shapely.Geometry]:
        return {}

    def _own(self, area_id: str | None) -> shapely.Geometry | None:
        """Return the shape of an area: its leaf, or all leaves below it; prepared, as thousands of points follow."""
        if area_id is None:
            return None
        if area_id not in self._joined:
            root = area_id.removesuffix("~")
            below = [self.leaves[root]] if root in self.leaves else self._below(root)
            shape = shapely.union_all(below) if below else None
            shapely.prepare(shape)
            self._joined[area_id] = shape
        return self._joined[area_id]

    def _below(self, root: str) -> list[shapely.Geometry]:
        inside = self.places.tree().inside
        return [shape for leaf, shape in self.leaves.items() if inside(leaf, root)]


def _metric(shapes: list[bytes], crs: str) -> Points:
    drawn = np.asarray(shapely.from_wkb(shapes), object)
    moved = shapely.transform(drawn, lambda at: np.column_stack(to_metres(at[:, 0], at[:, 1], crs)))
    return np.asarray(moved, object)
