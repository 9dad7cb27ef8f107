"""What rows are judged against: areas, workers, duty and the moment of receipt, frozen for one run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from data.config import Config
from data.days import local_day
from data.schema import arrow_schema
from etl.duty import Duty
from etl.place import Index

Days = NDArray[np.datetime64]
Floats = NDArray[np.float64]
EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Reference:
    """The reference tables as they stand in this run (schemas: data/sql/schema); receipt time in naive UTC.

    `index` and everything placed by it stand for the boundaries of one local day, `day`: that of the receipt where
    none is given. `on` gives the same reference for another day; days with the same boundaries share an index.
    """

    config: Config
    area: pa.Table
    worker: pa.Table | None
    roster: pa.Table | None
    received_at: datetime
    area_version: pa.Table | None = None  # None: only the newest boundaries are known
    day: date | None = None
    indexes: dict[bytes, Index] = field(default_factory=dict, repr=False, compare=False)

    def on(self, day: date) -> Reference:
        """Return this reference with the boundaries valid on a local day."""
        return replace(self, day=day)

    def index_on(self, day: date) -> Index:
        """Return the exact point-in-polygon index over the leaves valid on a local day."""
        first, last = self._validity
        valid = (first <= np.datetime64(day, "D")) & (np.datetime64(day, "D") < last)
        key = np.packbits(valid).tobytes()
        if key not in self.indexes:
            leaves = self._leaves.filter(pa.array(valid))
            shapes = shapely.from_wkb(leaves["geometry"].to_numpy(False))
            cache = self.config.home / "warehouse" / "cache"
            self.indexes[key] = Index(leaves["area_id"].to_pylist(), shapes, cache)
        return self.indexes[key]

    @cached_property
    def index(self) -> Index:
        """The index over the leaves valid on `day`."""
        return self.index_on(self.day or local_day(self.received_at, self.config.zone))

    @cached_property
    def placed_ids(self) -> pa.StringArray:
        """The ids the positions of `index` stand for, and last, for -1, the virtual child of the city."""
        return pa.array([*self.index.area_ids, self.city], pa.string())

    @cached_property
    def every_id(self) -> pa.StringArray:
        """The ids the codes of `codes` stand for: leaves of all times, sorted, and the virtual child of the city."""
        return pa.array([*sorted(self.leaf_ids), self.city], pa.string())

    def codes(self, lon: Floats, lat: Floats, days: Days) -> NDArray[np.int32]:
        """Return for each point the code (of `every_id`) of the leaf that held it on its local day (datetime64[D])."""
        number = np.asarray(days, "datetime64[D]").astype(np.int64)
        first = int(number.min(initial=0))
        seen = np.flatnonzero(np.bincount(number - first)) + first
        index = {day: self.index_on(date.fromordinal(EPOCH + day)) for day in seen.tolist()}
        if len(set(map(id, index.values()))) == 1:
            return self._coded(next(iter(index.values())), lon, lat)
        found = np.empty(len(lon), np.int32)
        for day, boundaries in index.items():
            mine = number == day
            found[mine] = self._coded(boundaries, lon[mine], lat[mine])
        return found

    def _coded(self, index: Index, lon: Floats, lat: Floats) -> NDArray[np.int32]:
        code = np.searchsorted(self.every_id.to_numpy(zero_copy_only=False)[:-1].astype(str), index.area_ids)
        every = np.append(code, len(self.every_id) - 1).astype(np.int32)
        return np.asarray(every[index.place(lon, lat)], np.int32)

    @cached_property
    def city(self) -> str:
        """The virtual child of the city: in the city, in no grid."""
        return self.config.city.area_id + "~"

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
        """The ids of the leaves, of all times."""
        return frozenset(self._leaves["area_id"].to_pylist())

    @cached_property
    def above(self) -> dict[str, str]:
        """The parent of every leaf, of all times."""
        rows = zip(self.area["area_id"].to_pylist(), self.area["parent_id"].to_pylist(), strict=True)
        return {area: parent for area, parent in rows if area in self.leaf_ids and parent}

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        """The areas of each name, virtual children left out; areas that ended only where no other has the name."""
        names: dict[str, list[str]] = {}
        ended: dict[str, list[str]] = {}
        columns = (self.area[key].to_pylist() for key in ("area_id", "name", "level", "valid_to"))
        for area_id, name, level, valid_to in zip(*columns, strict=True):
            if level != "unlocated":
                (names if valid_to is None else ended).setdefault(name, []).append(area_id)
        return ended | names

    @cached_property
    def area_of(self) -> dict[str, str]:
        """The assigned area of every listed worker who has one."""
        if self.worker is None:
            return {}
        rows = zip(self.worker["worker_id"].to_pylist(), self.worker["area_id"].to_pylist(), strict=True)
        return {worker: area for worker, area in rows if area}

    @cached_property
    def duty(self) -> Duty:
        """The duty and leave spans of every worker; none without a roster."""
        return Duty(self.roster if self.roster is not None else arrow_schema("roster").empty_table())

    def countable(self, area_id: str) -> str:
        """Return where a fact known only to be in `area_id` is counted: a leaf itself, else its virtual child."""
        return area_id if area_id in self.leaf_ids or area_id.endswith("~") else area_id + "~"

    def place(self, lon: Floats, lat: Floats, days: Days | None = None) -> NDArray[np.object_]:
        """Return the leaf of each point, or the virtual child of the city outside every leaf.

        With `days` each point is placed by the boundaries of its own local day, else all by those of `day`.
        """
        ids, codes = (
            (self.placed_ids, self.index.place(lon, lat))
            if days is None
            else (self.every_id, self.codes(lon, lat, days))
        )
        placed: NDArray[np.object_] = ids.to_numpy(zero_copy_only=False)[codes]
        return placed

    @cached_property
    def _leaves(self) -> pa.Table:
        """The leaves of all times: every version where versions are known."""
        known = self.area if self.area_version is None else self.area_version
        return known.filter(pa.array(np.array(known["level"].to_pylist()) == self.config.leaf))

    @cached_property
    def _validity(self) -> tuple[Days, Days]:
        """The first local day of each leaf version and the first one after it."""
        first, last = (self._leaves[key].to_numpy().astype("datetime64[D]") for key in ("valid_from", "valid_to"))
        first, last = first.copy(), last.copy()
        first[np.isnat(first)], last[np.isnat(last)] = np.datetime64(date.min), np.datetime64(date.max)
        return first, last
