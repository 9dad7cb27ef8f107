"""Parquet and GeoParquet: columns in their own types, a geometry as WKB named `geometry`."""

from __future__ import annotations

import json
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.errors import FileRefused
from etl.archive import ALWAYS_FINE, HIGHEST_RATIO
from etl.bounds import check_table, check_texts
from etl.geometry import check_file, read_shapes
from etl.mapping_file import Mapping
from etl.sources.base import Piece, Source, raw_table

# What the library raises over a file that is damaged; a name that is no text is none of its own.
UNREADABLE = (pa.ArrowException, OSError, KeyError, UnicodeDecodeError)
CELL = 4  # bytes a cell takes at least, once it is read
CRS84 = "OGC:CRS84"  # what GeoParquet means when it states no system


def read(path: Path, mapping: Mapping) -> pa.Table:
    """Read every column; `_row` is the number of the row.

    Raises FileRefused `unreadable` for a damaged file, and for GeoParquet what `check_file` finds.
    """
    table = _held(path)
    columns = {name: table[name] for name in table.column_names}
    described = _geo(table, path)
    if described:
        name, stated = described
        columns["geometry"] = columns.pop(name)
        if not (pa.types.is_binary(columns["geometry"].type) or pa.types.is_large_binary(columns["geometry"].type)):
            raise FileRefused("unreadable", path=path, detail=f"{name}: {columns['geometry'].type} ≠ WKB")
        shapes = read_shapes(columns["geometry"].to_numpy(zero_copy_only=False))
        check_file(shapes, stated, mapping.crs, path)
    return raw_table(path, columns)


def check(path: Path, _: Mapping) -> None:
    """Refuse a file that states more columns, cells or bytes than its size can honestly hold.

    Raises FileRefused `unreadable`, `too_much`, `zip_refused`.
    """
    about = _metadata(path)
    check_table(about.num_columns, 0, path)
    groups = [about.row_group(i) for i in range(about.num_row_groups)]
    cells = sum(group.column(i).num_values for group in groups for i in range(about.num_columns))
    if any(group.num_rows < 0 for group in groups):
        raise FileRefused("unreadable", path=path, detail="rows < 0")
    _check_size(max(cells, about.num_rows * about.num_columns) * CELL, path)
    _check_size(sum(group.total_byte_size for group in groups), path)


def _check_size(size: int, path: Path) -> None:
    packed = path.stat().st_size
    if size > ALWAYS_FINE and size > HIGHEST_RATIO * packed:
        raise FileRefused("zip_refused", path=path, detail=f"{packed} -> {size}+ bytes")


def _held(path: Path, group: int | None = None) -> pa.Table:
    """Read all rows or those of one group; texts come as numbers of a list, which is bounded before it is written out.

    One long text that stands in every row takes no room in the file, and would take any in memory.
    """
    try:
        texts = [field.name for field in pq.read_schema(path) if _is_text(field.type)]
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            table = file.read() if group is None else file.read_row_group(group, use_threads=False)
        listed = [name for name in table.column_names if pa.types.is_dictionary(table[name].type)]
        _check_size(sum(_written_out(table[name]) for name in listed), path)
        for name in listed:
            plain = table[name].cast(table[name].type.value_type)
            table = table.set_column(table.column_names.index(name), name, plain)
        check_texts({name: table[name] for name in table.column_names}, path)
        return table
    except UNREADABLE as fault:
        raise FileRefused("unreadable", path=path, detail=str(fault).split("\n")[0][:200]) from fault


def _is_text(kind: pa.DataType) -> bool:
    wide = pa.types.is_large_string(kind) or pa.types.is_large_binary(kind)
    return bool(wide or pa.types.is_string(kind) or pa.types.is_binary(kind))


def _written_out(column: pa.ChunkedArray) -> int:
    """Return the bytes a column of listed texts takes once each row holds its own."""
    size = 0
    for chunk in column.chunks if _is_text(column.type.value_type) else ():
        lengths = pc.binary_length(chunk.dictionary)
        if len(lengths) and len(chunk) * (pc.max(lengths).as_py() or 0) > ALWAYS_FINE:
            size += pc.sum(pc.take(pc.cast(lengths, pa.int64()), chunk.indices)).as_py() or 0
    return size


def _metadata(path: Path) -> pq.FileMetaData:
    try:
        return pq.read_metadata(path)
    except UNREADABLE as fault:
        raise FileRefused("unreadable", path=path, detail=str(fault).split("\n")[0][:200]) from fault


def pieces(path: Path) -> list[Piece]:
    """Return one piece for each row group of a plain table; none for a file with shapes or a damaged one."""
    try:
        about = pq.read_metadata(path)
    except UNREADABLE:
        return []
    if b"geo" in (about.metadata or {}) or about.num_row_groups < 2:
        return []
    rows = [about.row_group(i).num_rows for i in range(about.num_row_groups)]
    return [Piece(i, before) for i, before in enumerate(accumulate(rows[:-1], initial=0))]


def read_piece(path: Path, piece: Piece) -> pa.Table:
    """Read one row group; raises FileRefused `unreadable` for a damaged one."""
    table = _held(path, piece.number)
    lines = np.arange(piece.before + 1, piece.before + table.num_rows + 1)
    return raw_table(path, {name: table[name] for name in table.column_names}, lines)


def _geo(table: pa.Table, path: Path) -> tuple[str, str | None] | None:
    """Return the main geometry column and its stated system; None for a table without geometry."""
    text = (table.schema.metadata or {}).get(b"geo")
    if text is None:
        return None
    try:
        described: dict[str, Any] = json.loads(text)
        name = str(described["primary_column"])
        column = described["columns"][name]
    except (ValueError, KeyError, TypeError) as fault:
        raise FileRefused("unreadable", path=path, detail=f"geo: {fault}") from fault
    if "crs" not in column:
        return name, CRS84
    return name, json.dumps(column["crs"]) if column["crs"] else None


SOURCE = Source(suffixes=(".parquet", ".geoparquet"), read=read, pieces=pieces, read_piece=read_piece, check=check)
