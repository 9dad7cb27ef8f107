"""What rows are judged against: areas, workers, duty and the moment of receipt, frozen for one run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from data.config import Config
from etl.place import Index


@dataclass(frozen=True)
class Reference:
    """The reference tables as they stand in this run (schemas: data/sql/schema); receipt time in naive UTC."""

    config: Config
    area: pa.Table
    worker: pa.Table | None
    roster: pa.Table | None
    received_at: datetime

    @cached_property
    def city(self) -> str:
        """The virtual child of the city: in the city, in no grid."""
        return self.config.city.area_id + "~"

    @cached_property
    def index(self) -> Index:
        """The exact point-in-polygon index over the leaves."""
        level = np.array(self.area["level"].to_pylist())
        leaves = self.area.filter(pa.array(level == self.config.leaf))
        return Index(leaves["area_id"].to_pylist(), shapely.from_wkb(leaves["geometry"].to_numpy(False)))

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the city in degrees, widened by the margin of [fixes]."""
        geometries = shapely.from_wkb(self.area["geometry"].drop_null().to_numpy(False))
        west, south, east, north = shapely.total_bounds(geometries)
        high = self.config.fixes.margin_m / 110_900.0
        wide = high / max(np.cos(np.radians((south + north) / 2)), 0.1)
        return west - wide, south - high, east + wide, north + high

    @cached_property
    def area_ids(self) -> frozenset[str]:
        """Every area id, virtual children included."""
        return frozenset(self.area["area_id"].to_pylist())

    @cached_property
    def leaf_ids(self) -> frozenset[str]:
        """The ids of the leaves."""
        return frozenset(self.index.area_ids)

    @cached_property
    def above(self) -> dict[str, str]:
        """The parent of every leaf."""
        rows = zip(self.area["area_id"].to_pylist(), self.area["parent_id"].to_pylist(), strict=True)
        return {area: parent for area, parent in rows if area in self.leaf_ids and parent}

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        """The areas of each name, virtual children left out."""
        names: dict[str, list[str]] = {}
        columns = (self.area[key].to_pylist() for key in ("area_id", "name", "level"))
        for area_id, name, level in zip(*columns, strict=True):
            if level != "unlocated":
                names.setdefault(name, []).append(area_id)
        return names

    @cached_property
    def area_of(self) -> dict[str, str]:
        """The assigned area of every listed worker who has one."""
        if self.worker is None:
            return {}
        rows = zip(self.worker["worker_id"].to_pylist(), self.worker["area_id"].to_pylist(), strict=True)
        return {worker: area for worker, area in rows if area}

    def countable(self, area_id: str) -> str:
        """Return where a fact known only to be in `area_id` is counted: a leaf itself, else its virtual child."""
        return area_id if area_id in self.leaf_ids or area_id.endswith("~") else area_id + "~"

    def place(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.object_]:
        """Return the leaf of each point, or the virtual child of the city outside every leaf."""
        names = np.array([*self.index.area_ids, self.city], object)
        placed: NDArray[np.object_] = names[self.index.place(lon, lat)]
        return placed
