"""Their columns into ours: text, numbers, times in UTC, places in EPSG:4326, and what could not be.

`apply_mapping` works on whole columns; only rows that are refused are ever looked at one by one. Nothing is lost:
the rows of the file are the rows it returns plus its rejects.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.config import Config
from data.feeds import Column, Feed, feeds
from etl.bounds import MOST_VERTICES
from etl.geometry import read_shapes, to_degrees
from etl.mapping_file import Ancestor, Mapping, load_mapping, load_mappings
from etl.projection import to_wgs84
from etl.rejects import Refusals
from etl.transforms import as_text, describes_person, lacking, replaced, take
from etl.values import TYPES, Reading, typed
from etl.which_mapping import find_mapping

__all__ = [
    "Ancestor", "Mapped", "Mapping", "apply_mapping", "find_mapping", "impersonal", "load_mapping", "load_mappings",
]  # fmt: skip

SAME_POINT = 1e-6  # units of the source's system: nearer to a stated default point is that point


@dataclass(frozen=True)
class Mapped:
    """What became of a file: `rows` in the feed's columns, `rejects`, and counts worth a note.

    rows: every column of the feed in canonical Arrow types (times naive UTC, lon/lat and geometry EPSG:4326) and
    `_row` int64; incidents also `_default` bool (a default geocode: no coordinates kept); areas also `_ancestors`
    text (JSON, top first). rows.schema.metadata holds feed, key and path.
    """

    rows: pa.Table
    rejects: pa.Table
    notes: dict[str, int] = field(default_factory=dict)


def apply_mapping(raw: pa.Table, mapping: Mapping, config: Config) -> Mapped:
    """Map a source's table (their columns, `_row`, `_problem`, `_detail`) to the feed the mapping names.

    Raises FileRefused `wrong_columns` when the file lacks a column the mapping reads.
    """
    feed = feeds()[mapping.feed]
    path = (raw.schema.metadata or {}).get(b"path", b"?").decode()
    lacking(mapping.transforms, raw.column_names, path)
    refusals = Refusals(raw.num_rows)
    _unreadable(raw, refusals)
    columns, notes = _typed_columns(raw, mapping, feed, refusals)
    if mapping.feed == "area":
        columns["_ancestors"] = _ancestors(raw, mapping, columns, refusals)
    if mapping.feed == "incident":
        columns["_default"] = _default_points(columns, mapping)
    if "lon" in feed.columns:
        _locate(columns, mapping, feed, refusals)
    for column in feed.columns.values():
        _required(columns, column, refusals)
    kept = pa.array(~refusals.failed)
    rows = pa.table({**columns, "_row": raw["_row"]}).filter(kept)
    meta = {"feed": feed.name, "key": feed.key[0] if feed.key else "", "path": path}
    keys = columns[feed.key[0]] if feed.key else pa.chunked_array([pa.nulls(raw.num_rows, pa.string())])
    return Mapped(rows.replace_schema_metadata(meta), refusals.table(raw, as_text(keys)), notes)


def impersonal(raw: pa.Table, mapping: Mapping) -> pa.Table:
    """Return a source's table without the columns that describe persons, by the feed's own words.

    Nobody reads them, and no refused row keeps them.
    """
    refused = feeds()[mapping.feed].refused
    return raw.drop_columns([name for name in raw.column_names if describes_person(name, refused)])


def _unreadable(raw: pa.Table, refusals: Refusals) -> None:
    problems = raw["_problem"]
    if problems.null_count == raw.num_rows:
        return
    for reason in pc.unique(problems.drop_null()).to_pylist():
        refusals.add(pc.equal(problems, reason).fill_null(False).to_numpy(), reason, raw["_detail"])


def _typed_columns(
    raw: pa.Table, mapping: Mapping, feed: Feed, refusals: Refusals
) -> tuple[dict[str, pa.ChunkedArray], dict[str, int]]:
    columns: dict[str, pa.ChunkedArray] = {}
    ambiguous = 0
    for column in feed.columns.values():
        if column.name not in mapping.columns:
            columns[column.name] = pa.chunked_array([pa.nulls(raw.num_rows, TYPES[column.type])])
        elif column.type == "geometry":
            columns[column.name] = _geometry(raw, mapping, column, refusals)
        else:
            values, twice = _column(raw, mapping, column, refusals)
            columns[column.name], ambiguous = values, ambiguous + twice
        if column.default is not None:
            columns[column.name] = pc.fill_null(columns[column.name], column.default)
    return columns, {"ambiguous_time": ambiguous} if ambiguous else {}


def _column(raw: pa.Table, mapping: Mapping, column: Column, refusals: Refusals) -> tuple[pa.ChunkedArray, int]:
    transform = mapping.columns[column.name]
    values = replaced(take(raw, transform, mapping.nulls_of(column.name)), mapping.values.get(column.name, {}))
    zone = ZoneInfo(mapping.time_zone) if mapping.time_zone else None
    theirs = "+".join(transform.needs) or column.name
    reading = Reading(column, theirs, transform.scale, mapping.formats_of(column.name), zone)
    return typed(values, reading, refusals)


def _geometry(raw: pa.Table, mapping: Mapping, column: Column, refusals: Refusals) -> pa.ChunkedArray:
    """Return WKB in EPSG:4326; refuses shapes missing, empty, crowded with vertices or not on the globe."""
    import shapely

    theirs = raw[mapping.columns[column.name].needs[0]]
    stated = read_shapes(theirs.to_numpy(zero_copy_only=False))
    crowded = shapely.get_num_coordinates(stated) > MOST_VERTICES
    refusals.add(crowded, "too_many_vertices", f"{MOST_VERTICES:,}")
    stated[crowded] = None  # making it whole could take hours
    shapes = to_degrees(stated, mapping.crs)
    refusals.add(shapely.is_missing(stated) | shapely.is_empty(stated), "bad_geometry", "empty")
    refusals.add(shapely.is_missing(shapes), "bad_geometry", "NaN")
    return pa.chunked_array([pa.array(shapely.to_wkb(shapes, byte_order=1), pa.binary())])


def _ancestors(
    raw: pa.Table, mapping: Mapping, columns: dict[str, pa.ChunkedArray], refusals: Refusals
) -> pa.ChunkedArray:
    """Return each row's parents as JSON, top first; the lowest is the row's parent unless it names one."""
    above = []
    for ancestor in mapping.ancestors:
        ids = as_text(take(raw, ancestor.area_id, mapping.nulls_of("area_id")))
        names = pc.coalesce(as_text(take(raw, ancestor.name, mapping.nulls_of("name"))), ids)
        refusals.add(pc.is_null(ids).to_numpy(), "missing", f"ancestors.{ancestor.level}")
        above.append([(ancestor.level, x, y) for x, y in zip(ids.to_pylist(), names.to_pylist(), strict=True)])
        if ancestor is mapping.ancestors[-1]:
            columns["parent_id"] = pc.coalesce(columns["parent_id"], ids)
    if not above:
        return pa.chunked_array([pa.nulls(raw.num_rows, pa.string())])
    texts = [json.dumps(row, ensure_ascii=False) for row in zip(*above, strict=True)]
    return pa.chunked_array([pa.array(texts, pa.string())])


def _default_points(columns: dict[str, pa.ChunkedArray], mapping: Mapping) -> pa.ChunkedArray:
    """Mark rows standing on a point that means "not located", and take their coordinates away."""
    lon, lat = (columns[x].to_numpy() for x in ("lon", "lat"))
    there = np.zeros(len(lon), np.bool_)
    for x, y in mapping.unlocated:
        there |= (np.abs(lon - x) <= SAME_POINT) & (np.abs(lat - y) <= SAME_POINT)
    for name in ("lon", "lat"):
        columns[name] = pc.if_else(pa.array(there), None, columns[name])
    return pa.chunked_array([pa.array(there)])


def _locate(columns: dict[str, pa.ChunkedArray], mapping: Mapping, feed: Feed, refusals: Refusals) -> None:
    """Convert lon and lat to EPSG:4326; half a pair, a missing one where needed, or one off the globe is refused."""
    theirs = [columns[x].to_numpy() for x in ("lon", "lat")]
    empty = [np.isnan(x) for x in theirs]
    lon, lat = to_wgs84(theirs[0], theirs[1], mapping.crs) if mapping.crs else theirs
    off = ~(np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180) & (np.abs(lat) <= 90))
    wrong = (off & ~(empty[0] & empty[1])) | (off & feed.columns["lon"].required)
    refusals.add(wrong, "bad_coordinates", _pairs(theirs, wrong))
    for name, values in (("lon", lon), ("lat", lat)):
        columns[name] = pa.chunked_array([pa.array(values, pa.float64(), mask=off)])


def _pairs(theirs: list[NDArray[np.float64]], wrong: NDArray[np.bool_]) -> pa.ChunkedArray:
    texts: list[str | None] = [None] * len(wrong)
    for i in np.flatnonzero(wrong):
        texts[i] = ", ".join("" if np.isnan(x[i]) else f"{x[i]:.10g}" for x in theirs)
    return pa.chunked_array([pa.array(texts, pa.string())])


def _required(columns: dict[str, pa.ChunkedArray], column: Column, refusals: Refusals) -> None:
    if column.required:
        refusals.add(pc.is_null(columns[column.name]).to_numpy(), "missing", column.name)
