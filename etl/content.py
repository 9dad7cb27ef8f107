"""A hash of what the warehouse says, whatever the order, splitting, engine or run that put it there."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.config import Config
from data.lake import DIMENSIONS, FACTS, Folders, read_current, read_manifest

# Bookkeeping of runs, and what is packed from other tables.
LEFT_OUT = {"area_input", "load_file", "reject", "warning", "chunk"}
DEGREES = 7  # decimals of coordinates
METRES = 2  # decimals of lengths and everything else measured


def content_hash(config: Config) -> dict[str, str]:
    """Return per table an order-independent hash of its rows; run ids, paths and receipt times play no part."""
    folders = Folders(config.home / "warehouse")
    current = read_current(folders)
    if current is None:
        return {}
    manifest, out = read_manifest(folders, current), {}
    for table in (*DIMENSIONS, *FACTS):
        parts = [folders.root / part.path for part in manifest.of(table)]
        if parts and table not in LEFT_OUT:
            out[table] = hash_rows(pa.concat_tables([pq.read_table(p, partitioning=None) for p in parts]))
    return out


def hash_rows(rows: pa.Table) -> str:
    """Hash rows as a multiset: coordinates at 1e-7 degree, lengths at 0.01 m."""
    columns = [_spelled(rows[name], name) for name in sorted(rows.column_names)]
    lines = pc.binary_join_element_wise(*columns, "\x1f", null_handling="replace", null_replacement="\x00")
    total = np.zeros(4, np.uint64)
    for line in lines.to_pylist():
        total += np.frombuffer(hashlib.sha256(line.encode()).digest(), np.uint64)
    return f"{rows.num_rows}-" + total.tobytes().hex()


def _spelled(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    if pa.types.is_floating(column.type):
        places = DEGREES if name in {"lon", "lat"} or name.endswith(("_lon", "_lat")) else METRES
        return pc.cast(pc.add(pc.round(pc.cast(column, pa.float64()), places), 0.0), pa.string())
    if pa.types.is_binary(column.type):
        digests = [None if v is None else hashlib.sha256(v).hexdigest() for v in column.to_pylist()]
        return pa.chunked_array([pa.array(digests, pa.string())])
    return pc.cast(column, pa.string())
