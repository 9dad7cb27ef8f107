"""Columns as each kind of file wants them: times in the city's zone for people, in UTC for programs; shapes apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

UTC_TIME = pa.timestamp("us", tz="UTC")
SHAPE = "geometry"


def told(schema: pa.Schema) -> list[str]:
    """Return the columns a table of words and numbers can show: every one but shapes."""
    return [field.name for field in schema if not pa.types.is_binary(field.type)]


def local_rows(batch: pa.RecordBatch, names: list[str], zone: ZoneInfo) -> Iterator[tuple[Any, ...]]:
    """Yield rows of these columns as Python values; naive UTC instants as local wall-clock times of the zone."""
    columns = [_local(batch.column(name), zone) for name in names]
    yield from zip(*columns, strict=True) if columns else ()


def _local(column: pa.Array, zone: ZoneInfo) -> list[Any]:
    if pa.types.is_timestamp(column.type):
        values = column.cast(pa.timestamp("us"), safe=False).to_pylist()
        return [None if at is None else at.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) for at in values]
    found: list[Any] = column.to_pylist()
    return found


def plain(value: Any) -> Any:
    """Return a value as JSON can say it: lists as text, times and days as ISO."""
    if isinstance(value, (datetime, date)):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def flat_type(kind: pa.DataType) -> pa.DataType:
    """Return the type every format knows: dictionaries decoded, instants as UTC, anything nested as text."""
    if pa.types.is_dictionary(kind):
        return flat_type(kind.value_type)
    if pa.types.is_timestamp(kind):
        return UTC_TIME
    if pa.types.is_nested(kind):
        return pa.string()
    if pa.types.is_decimal(kind):
        return pa.float64()
    return {pa.large_string(): pa.string(), pa.large_binary(): pa.binary(), pa.null(): pa.string()}.get(kind, kind)


def flat(column: pa.Array, kind: pa.DataType) -> pa.Array:
    """Return a column in that type; naive times are UTC already."""
    if pa.types.is_nested(column.type):
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
    if pa.types.is_timestamp(kind) and column.type.tz is None:
        return pc.assume_timezone(column.cast(pa.timestamp("us"), safe=False), "UTC")
    return column.cast(kind)


def shapes(batch: pa.RecordBatch) -> np.ndarray[Any, Any]:
    """Return the shape of each row: its WKB `geometry`, else the point of lon and lat, None where there is neither."""
    if SHAPE in batch.schema.names:
        return np.asarray(shapely.from_wkb(np.array(batch.column(SHAPE).to_pylist(), object)))
    lon, lat = (batch.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False) for name in ("lon", "lat"))
    known = np.isfinite(lon) & np.isfinite(lat)
    made = np.full(len(lon), None, object)
    made[known] = shapely.points(lon[known], lat[known])
    return made


def placed(batch: pa.RecordBatch, schema: pa.Schema) -> tuple[pa.RecordBatch, np.ndarray[Any, Any]]:
    """Return a batch in `schema` (of `placed_schema`), its last column the WKB of the shapes, and these shapes."""
    found = shapes(batch)
    columns = [flat(batch.column(field.name), field.type) for field in schema if field.name != SHAPE]
    wkb = pa.array([None if shape is None else bytes(shape) for shape in shapely.to_wkb(found)], pa.binary())
    return pa.record_batch([*columns, wkb], schema=schema), found


def placed_schema(schema: pa.Schema) -> pa.Schema:
    """Return the columns of a spatial file: flat ones by their names, then `geometry` (WKB, EPSG:4326)."""
    fields = [pa.field(f.name, flat_type(f.type)) for f in schema if f.name != SHAPE]
    return pa.schema([*fields, pa.field(SHAPE, pa.binary())])


def flat_schema(schema: pa.Schema) -> pa.Schema:
    """Return the columns of a file without shapes."""
    return pa.schema([pa.field(f.name, flat_type(f.type)) for f in schema])


def flat_batch(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Return a batch in `schema` (of `flat_schema`)."""
    return pa.record_batch([flat(batch.column(f.name), f.type) for f in schema], schema=schema)
