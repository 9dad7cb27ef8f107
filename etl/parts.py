"""Writes and reads single parts: what a worker of a cluster needs, knowing nothing of versions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import WarehouseError
from data.lake import Part
from data.schema import conform
from etl.settle import settle

ROW_GROUP = 250_000
FEW = {"battery"}  # numbers of few values


def write_part(root: Path, path: str, table: str, rows: pa.Table, day: str = "") -> Part:
    """Write rows as a part at `path` (relative to `root`) and return its entry for the manifest.

    Written as *.tmp, synced, made read-only, renamed. Pages carry checksums: a reader of the loader refuses a
    flipped byte; DuckDB reads over it (measured), which is why the reader's process hashes parts (data/inspector.py).
    """
    whole = root / path
    whole.parent.mkdir(parents=True, exist_ok=True)
    draft = whole.with_name(whole.name + ".tmp")
    pq.write_table(rows, draft, row_group_size=ROW_GROUP, write_page_checksum=True, **_spelling(rows.schema))
    return describe(root, Part(table, path, rows.num_rows, settle(draft, whole), day))


def read_part(root: Path, part: Part) -> pa.Table:
    """Read a part of any release in the columns of this one; raises WarehouseError `damaged`."""
    path = root / part.path
    try:
        rows = pq.read_table(path, partitioning=None, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as fault:
        raise WarehouseError("damaged", path=path, detail=fault) from fault
    if rows.num_rows != part.rows:
        raise WarehouseError("damaged", path=path, detail=f"{rows.num_rows} rows, not {part.rows}")
    return conform(part.table, rows)


def read_parts(root: Path, parts: Iterable[Part]) -> pa.Table | None:
    """Read parts of one table as one table, or None where there are none."""
    tables = [read_part(root, part) for part in parts]
    return pa.concat_tables(tables, promote_options="default") if tables else None


def _spelling(schema: pa.Schema) -> dict[str, Any]:
    """Return how Parquet writes the columns: few values as dictionaries, times as steps, numbers byte by byte.

    Measured on seven million fixes: a third of the time and two thirds of the bytes of the library's defaults.
    """
    coding = {f.name: "DELTA_BINARY_PACKED" for f in schema if pa.types.is_timestamp(f.type)}
    coding |= {f.name: "BYTE_STREAM_SPLIT" for f in schema if pa.types.is_floating(f.type) and f.name not in FEW}
    few = [f.name for f in schema if f.name not in coding]
    # without the Arrow schema, ids held as dictionaries are plain text to every reader
    return {
        "compression": "zstd",
        "compression_level": 1,
        "use_dictionary": few,
        "column_encoding": coding,
        "store_schema": False,
    }


def describe(root: Path, part: Part) -> Part:
    """Complete the entry of a part with its size and the fingerprint of its columns."""
    path = root / part.path
    if part.columns:
        return part
    return replace(part, bytes=path.stat().st_size, columns=_fingerprint(pq.read_schema(path)))


def _fingerprint(schema: pa.Schema) -> str:
    """Return a short word for names and types: parts of one word can be read by one SELECT."""
    spelled = " ".join(f"{field.name}:{_plain(field.type)}" for field in schema)
    return hashlib.sha256(spelled.encode()).hexdigest()[:8]


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind
