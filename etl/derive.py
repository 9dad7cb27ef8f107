"""Makes everything that follows from the fixes of one local day: tracks, stays, gaps, sums, cells, playback.

A pure function: the same fixes in any order give the same tables. Fixes with an uncounted flag
(data/rules.toml) stay in table fix and in the counts, and take part in nothing else. Nothing looks across
local midnight.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.config import Config
from data.schema import arrow_schema
from etl.chunks import Tracks, packed
from etl.crew import Crew
from etl.day import Day, examine
from etl.suspicion import suspicions
from etl.tracks import gap_vertices
from etl.visited import visited_cells
from etl.worker_days import worker_days


def derive_day(day: date, fixes: pa.Table, crew: Crew, config: Config) -> dict[str, pa.Table]:
    """Return tables fix, track, stay, gap, worker_day, cell_day, suspicion and chunk of a local day, in schema order.

    `fixes` has the columns of table fix (`day` and `flags` optional) and optionally `received_at`, one row
    per worker and second, in any order. A `late` flag already set stays, other flags are judged anew.
    """
    found = examine(day, fixes, config)
    columns = {
        "fix": {**{name: found.fixes[name] for name in found.fixes.column_names}, "flags": found.flags},
        "track": _tracks(found),
        "stay": _stays(found),
        "gap": _gaps(found),
        "worker_day": worker_days(found, crew, config.fixes),
        "cell_day": visited_cells(found, config.fixes),
        "suspicion": suspicions(found, config),
    }
    tables = {name: _table(name, day, part) for name, part in columns.items()}
    return {**tables, "chunk": packed(day, Tracks(tables["track"], tables["fix"]), crew.packed_in, config)}


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
    before, after = gap_vertices(found.points, found.track)
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


def _most(group: NDArray[np.int64], value: NDArray[np.int32], n: int) -> NDArray[np.int64]:
    """Return for each of n groups its most frequent value, the smallest on a tie; group -1 is none."""
    width = int(value.max(initial=0)) + 1
    pairs, count = np.unique(group[group >= 0] * width + value[group >= 0], return_counts=True)
    order = np.lexsort((pairs, -count, pairs // width))
    best = order[np.searchsorted(pairs[order] // width, np.arange(n))]
    return np.asarray(pairs[best] % width, np.int64)


def _ids(ids: list[str], positions: Any) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(positions, pa.int32()), pa.array(ids, pa.string()))


def _table(name: str, day: date, columns: dict[str, Any]) -> pa.Table:
    """Return the columns in the order of the schema; ids may stay dictionaries, which are plain text once written."""
    schema = arrow_schema(name)
    columns = {**columns, "day": pa.repeat(pa.scalar(day, pa.date32()), len(columns["worker_id"]))}
    arrays = [_column(columns[field.name], field.type) for field in schema]
    return pa.table(arrays, names=schema.names)


def _column(values: Any, kind: pa.DataType) -> Any:
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values if values.type == kind or pa.types.is_dictionary(values.type) else values.cast(kind)
    return pa.array(values).cast(kind) if len(values) else pa.array([], kind)
