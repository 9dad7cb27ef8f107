"""Parquet and GeoParquet: columns in their own types, a geometry as WKB named `geometry`."""

from __future__ import annotations

import json
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import FileRefused
from etl.geometry import check_file, read_shapes
from etl.mapping_file import Mapping
from etl.sources.base import Piece, Source, raw_table

CRS84 = "OGC:CRS84"  # what GeoParquet means when it states no system


def read(path: Path, mapping: Mapping) -> pa.Table:
    """Read every column; `_row` is the number of the row.

    Raises FileRefused `unreadable` for a damaged file, and for GeoParquet what `check_file` finds.
    """
    try:
        table = pq.read_table(path, partitioning=None)
    except (pa.ArrowException, OSError) as fault:
        raise FileRefused("unreadable", path=path, detail=str(fault).split("\n")[0][:200]) from fault
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


def pieces(path: Path) -> list[Piece]:
    """Return one piece for each row group of a plain table; none for a file with shapes or a damaged one."""
    try:
        about = pq.read_metadata(path)
    except (pa.ArrowException, OSError):
        return []
    if b"geo" in (about.metadata or {}) or about.num_row_groups < 2:
        return []
    rows = [about.row_group(i).num_rows for i in range(about.num_row_groups)]
    return [Piece(i, before) for i, before in enumerate(accumulate(rows[:-1], initial=0))]


def read_piece(path: Path, piece: Piece) -> pa.Table:
    """Read one row group; raises FileRefused `unreadable` for a damaged one."""
    try:
        with pq.ParquetFile(path) as file:
            table = file.read_row_group(piece.number, use_threads=False)
    except (pa.ArrowException, OSError) as fault:
        raise FileRefused("unreadable", path=path, detail=str(fault).split("\n")[0][:200]) from fault
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


SOURCE = Source(suffixes=(".parquet", ".geoparquet"), read=read, pieces=pieces, read_piece=read_piece)
