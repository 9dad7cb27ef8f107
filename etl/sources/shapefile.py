"""Shapefiles in a zip: .shp, .shx, .dbf, and .prj and .cpg where they were kept."""

from __future__ import annotations

import zlib
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import pyarrow as pa

from data.errors import FileRefused
from etl.archive import check_zip
from etl.mapping_file import Mapping
from etl.sources.base import Source, raw_table, with_points
from etl.vector import read_layer

# GDAL goes by what is in a file, not by its name: what stands under a .shp may be another format that names files.
MARK = b"\x00\x00\x27\x0a"


def check(path: Path, _: Mapping) -> None:
    """Refuse an unsafe zip, one that lacks a part, and a .shp that is none; raises FileRefused `zip_refused`."""
    names = check_zip(path)
    for part in (".shp", ".dbf", ".shx"):
        if not any(x.lower().endswith(part) for x in names):
            raise FileRefused("zip_refused", path=path, detail=f"no {part}")
    try:
        with ZipFile(path) as archive:
            for name in names:
                if name.lower().endswith((".shp", ".shx")) and _begins(archive, name) != MARK:
                    raise FileRefused("zip_refused", path=path, detail=f"{name} ≠ Shapefile"[:200])
    except (BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError) as fault:
        raise FileRefused("zip_refused", path=path, detail=str(fault)[:200]) from fault


def _begins(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(len(MARK))


def read(path: Path, mapping: Mapping) -> pa.Table:
    """Read the one layer of the zip; text is in the encoding its .cpg names, else in the mapping's."""
    names = [x.lower() for x in check_zip(path)]
    has_page = any(x.endswith(".cpg") for x in names)
    options = {} if has_page else {"encoding": mapping.encoding}
    columns = read_layer(path, mapping, f"/vsizip/{{{path.resolve()}}}", **options)
    return raw_table(path, with_points(columns))


SOURCE = Source(suffixes=(".zip",), read=read, check=check)
