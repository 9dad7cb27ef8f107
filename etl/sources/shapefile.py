"""Shapefiles in a zip: .shp, .shx, .dbf, and .prj and .cpg where they were kept."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from data.errors import FileRefused
from etl.archive import check_zip
from etl.mapping_file import Mapping
from etl.sources.base import Source, raw_table, with_points
from etl.vector import read_layer


def read(path: Path, mapping: Mapping) -> pa.Table:
    """Read the one layer of the zip; text is in the encoding its .cpg names, else in the mapping's.

    Raises FileRefused `zip_refused` for an unsafe zip or one that lacks a part.
    """
    names = [x.lower() for x in check_zip(path)]
    for part in (".shp", ".dbf", ".shx"):
        if not any(x.endswith(part) for x in names):
            raise FileRefused("zip_refused", path=path, detail=f"no {part}")
    has_page = any(x.endswith(".cpg") for x in names)
    options = {} if has_page else {"encoding": mapping.encoding}
    columns = read_layer(path, mapping, f"/vsizip/{{{path.resolve()}}}", **options)
    return raw_table(path, with_points(columns))


SOURCE = Source(suffixes=(".zip",), read=read)
