"""GeoPackage: one layer, read through GDAL."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from data.errors import FileRefused
from etl.mapping_file import Mapping
from etl.sources.base import Source, raw_table, with_points
from etl.vector import read_layer

# GDAL goes by what is in a file, not by its name: a file that says it is another format may name files and hosts.
SQLITE, GEOPACKAGE, MARK_AT = b"SQLite format 3\0", (b"GPKG", b"GP10", b"GP11"), 68
COMPUTED = re.compile(r"\bAS\s*\(|\bVIRTUAL\s+TABLE\b(?!.*\brtree\b)", re.IGNORECASE | re.DOTALL)
SCHEMA = "SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'view')"


def check(path: Path, _: Mapping) -> None:
    """Refuse what is no GeoPackage, and rows worked out by the file itself: they may have no end.

    Raises FileRefused `unreadable`.
    """
    with path.open("rb") as file:
        head = file.read(MARK_AT + 4)
    if not head.startswith(SQLITE) or head[MARK_AT:] not in GEOPACKAGE:
        raise FileRefused("unreadable", path=path, detail="≠ GeoPackage")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as file_of:
            listed = file_of.execute(SCHEMA).fetchall()
    except sqlite3.Error as fault:
        raise FileRefused("unreadable", path=path, detail=f"SQLite: {fault}"[:200]) from fault
    for kind, name, sql in listed:
        if kind == "view" or COMPUTED.search(str(sql)):
            raise FileRefused("unreadable", path=path, detail=f"{kind} {name}"[:200])


def read(path: Path, mapping: Mapping) -> pa.Table:
    """Read the mapping's layer (or the only one); `_row` is the number of the feature."""
    return raw_table(path, with_points(read_layer(path, mapping)))


SOURCE = Source(suffixes=(".gpkg",), read=read, check=check)
