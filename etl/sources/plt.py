"""PLT track files: six lines of heading, then lat, lon, 0, altitude in feet, days since 1899-12-30, date, time."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from data.errors import FileRefused
from etl.mapping_file import Mapping
from etl.sources.base import Source
from etl.sources.csv import as_utf8, check, read_body

HEADING = 6
COLUMNS = ["lat", "lon", "zero", "altitude_ft", "days", "date", "time"]


def read(path: Path, mapping: Mapping) -> pa.Table:
    """Read one track; `_row` is the line. Raises FileRefused `empty_file` when nothing follows the heading."""
    lines = as_utf8(path.read_bytes(), mapping.encoding, path).split(b"\n", HEADING)
    if len(lines) <= HEADING or not lines[HEADING].strip():
        raise FileRefused("empty_file", path=path)
    return read_body(path, lines[HEADING], COLUMNS, HEADING + 1)


SOURCE = Source(suffixes=(".plt",), read=read, check=check)
