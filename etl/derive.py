"""Makes everything that follows from the fixes of one local day: tracks, stays, gaps, sums, cells, playback.

A pure function: the same fixes in any order give the same tables. Fixes with an uncounted flag
(data/flags.toml) stay in table fix and in the counts, and take part in nothing else. Nothing looks across
local midnight.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.config import Config, Fixes
from data.schema import arrow_schema
from etl.chunks import Lines, pack
from etl.day import Day, examine
from etl.tracks import distances, online
from etl.visited import visited_cells


@dataclass(frozen=True)
class Crew:
    """Who is assigned where on the day: worker -> area, leaf -> the area above it, and the id of the city."""

    area_of: dict[str, str]
    above: dict[str, str]
    city: str

    def assigned(self, worker_id: str) -> str:
        """Return the assigned area of a worker, the city's unlocated child where there is none."""
        return self.area_of.get(worker_id) or self._unlocated

    def packed_in(self, worker_id: str) -> str:
        """Return the area above the leaves whose chunks hold the worker's playback."""
        area = self.assigned(worker_id)
        return area if area in self._uppers else self.above.get(area, self._unlocated)

    def owns(self, worker_id: str, area_id: str) -> bool:
        """Say whether an area a fix lies in is the worker's own: the assigned one or a leaf inside it."""
        assigned = self.assigned(worker_id)
        inside = assigned in (area_id, self.above.get(area_id))
        return inside or (assigned == self.city and area_id != self._unlocated)

    @property
    def _unlocated(self) -> str:
        return f"{self.city}~"

    @cached_property
    def _uppers(self) -> frozenset[str]:
        return frozenset(self.above.values())


def derive_day(day: date, fixes: pa.Table, crew: Crew, config: Config) -> dict[str, pa.Table]:
    """Return tables fix, track, stay, gap, worker_day, cell_day and chunk of a local day, in schema order.

    `fixes` has the columns of table fix (`day` and `flags` optional) and optionally `received_at`, one row
    per worker and second, in any order. A `late` flag already set stays, other flags are judged anew.
    """
    found = examine(day, fixes, config)
    tables = {
        "fix": {**{name: found.fixes[name] for name in found.fixes.column_names}, "flags": found.flags},
        "track": _tracks(found),
        "stay": _stays(found),
        "gap": _gaps(found),
        "worker_day": _worker_days(found, crew, config.fixes),
        "cell_day": visited_cells(found, config.fixes.walk_mps),
        "chunk": _chunks(day, found, crew, config.playback.slot_s),
    }
    return {name: _table(name, day, columns) for name, columns in tables.items()}


def _tracks(found: Day) -> dict[str, Any]:
    track, worker = found.track, found.points.worker[found.track.fix]
    first = np.full(len(found.workers), np.iinfo(np.int64).max)
    np.minimum.at(first, worker, track.segment)
    return {
        "worker_id": _ids(found.workers, worker),
        "seg": track.segment - first[worker],
        "fixed_at": found.at(track.fix),
        "lon": track.lon,
        "lat": track.lat,
    }


def _stays(found: Day) -> dict[str, Any]:
    stays, points = found.stays, found.points
    return {
        "worker_id": _ids(found.workers, points.worker[stays.first]),
        "starts_at": found.at(stays.first),
        "ends_at": found.at(stays.last),
        "lon": stays.mean(points.lon),
        "lat": stays.mean(points.lat),
        "fixes": stays.last - stays.first + 1,
        "area_id": _ids(found.areas, _most(stays.of, found.area[found.counted], len(stays.first))),
    }


def _gaps(found: Day) -> dict[str, Any]:
    before, after = _gap_vertices(found)
    track, fix = found.track, found.track.fix
    return {
        "worker_id": _ids(found.workers, found.points.worker[fix[before]]),
        "starts_at": found.at(fix[before]),
        "ends_at": found.at(fix[after]),
        "from_lon": track.lon[before],
        "from_lat": track.lat[before],
        "to_lon": track.lon[after],
        "to_lat": track.lat[after],
        "straight_m": np.hypot(track.x[after] - track.x[before], track.y[after] - track.y[before]),
    }


def _worker_days(found: Day, crew: Crew, limits: Fixes) -> dict[str, Any]:
    n = len(found.workers)
    first = np.searchsorted(found.worker, np.arange(n))
    last = np.searchsorted(found.worker, np.arange(n), side="right") - 1
    valid = found.flags == 0
    own = valid & _own(found, crew)
    before, after = _gap_vertices(found)
    seconds = found.points.seconds[found.track.fix]
    gap_worker = found.points.worker[found.track.fix[before]]
    return {
        "worker_id": found.workers,
        "area_id": [crew.assigned(worker) for worker in found.workers],
        "first_at": found.fixes["fixed_at"].take(first),
        "last_at": found.fixes["fixed_at"].take(last),
        "fixes": last - first + 1,
        "valid_fixes": np.bincount(found.worker[valid], minlength=n),
        "own_fixes": np.bincount(found.worker[own], minlength=n),
        "online_s": online(found.points, limits.online_cap_s, n),
        "distance_m": distances(found.points, found.track, limits, n),
        "stays": np.bincount(found.points.worker[found.stays.first], minlength=n),
        "gaps": np.bincount(gap_worker, minlength=n),
        "gap_s": np.bincount(gap_worker, seconds[after] - seconds[before], minlength=n),
    }


def _chunks(day: date, found: Day, crew: Crew, slot_s: int) -> dict[str, Any]:
    homes = [crew.packed_in(worker) for worker in found.workers]
    areas = sorted(set(homes))
    home = np.array([areas.index(area) for area in homes], np.int64)
    track, points = found.track, found.points
    worker = points.worker[track.fix]
    lines = Lines(track.segment, worker, home[worker], points.seconds[track.fix], track.lon, track.lat)
    rows = list(pack(day, lines, found.workers, slot_s))
    return {
        "area_id": [areas[area] for area, _, _ in rows],
        "slot": [slot for _, slot, _ in rows],
        "payload": [payload for _, _, payload in rows],
    }


def _own(found: Day, crew: Crew) -> NDArray[np.bool_]:
    """Ask the crew once for every worker and area that occur together."""
    width = len(found.areas)
    pairs, which = np.unique(found.worker.astype(np.int64) * width + found.area, return_inverse=True)
    owned = [crew.owns(found.workers[pair // width], found.areas[pair % width]) for pair in pairs]
    return np.array(owned, np.bool_)[which]


def _gap_vertices(found: Day) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the vertices before and after each gap: a worker's segment ends and another begins."""
    worker = found.points.worker[found.track.fix]
    before = np.flatnonzero((np.diff(found.track.segment) != 0) & (np.diff(worker) == 0))
    return before, before + 1


def _most(group: NDArray[np.int64], value: NDArray[np.int32], n: int) -> NDArray[np.int64]:
    """Return for each of n groups its most frequent value, the smallest on a tie; group -1 is none."""
    width = int(value.max(initial=0)) + 1
    pairs, count = np.unique(group[group >= 0] * width + value[group >= 0], return_counts=True)
    order = np.lexsort((pairs, -count, pairs // width))
    best = order[np.searchsorted(pairs[order] // width, np.arange(n))]
    return np.asarray(pairs[best] % width, np.int64)


def _ids(ids: list[str], positions: Any) -> pa.Array:
    return pa.array(ids, pa.string()).take(pa.array(positions))


def _table(name: str, day: date, columns: dict[str, Any]) -> pa.Table:
    schema = arrow_schema(name)
    rows = len(columns["area_id" if name == "chunk" else "worker_id"])
    columns = {**columns, "day": pa.array([day] * rows, pa.date32())}
    arrays = [_column(columns[field.name], field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _column(values: Any, kind: pa.DataType) -> Any:
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values if values.type == kind else values.cast(kind)
    return pa.array(values).cast(kind) if len(values) else pa.array([], kind)
