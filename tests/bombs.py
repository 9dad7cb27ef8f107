"""Small files that would grow: each a few kilobytes to write (or one line without end), and gigabytes to read."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

MB = 1 << 20
SIZE = 20 * MB  # what it would be, in most of them
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
)
LAUGHS += "]>"
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'
    "</OGRVRTDataSource>"
)
GPX = '<gpx version="1.1" creator="x"><trk><name>{}</name><trkseg><trkpt lat="1" lon="1"/></trkseg></trk></gpx>'
SHEET = "xl/worksheets/sheet1.xml"


def zipped(**members: bytes) -> bytes:
    """Return a zip of members by name, `__` standing for the point before the suffix."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return made.getvalue()


def workbook(replaced: dict[str, bytes] | None = None) -> bytes:
    """Return a workbook of one row, some of its parts replaced."""
    made, out = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["编号", "名称"])
        page.write_row(1, 0, ["1", "甲"])
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, (replaced or {}).get(name, old.read(name)))
    return out.getvalue()


def sheet(rows: str, before: str = "") -> bytes:
    """Return a workbook whose sheet holds these rows."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = f'<?xml version="1.0"?>{before}<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'
    return workbook({SHEET: text.encode()})


def far_cells() -> bytes:
    """Return a sheet of many rows whose one cell stands in the last column there is."""
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>'
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(2, 2_000))
    return sheet(head + rows)


def wide_header() -> bytes:
    """Return a sheet whose header fills every column there is."""
    cells = "".join(f'<c t="inlineStr"><is><t>c{n}</t></is></c>' for n in range(16_000))
    return sheet(f'<row r="1">{cells}</row>')


def shared_text() -> bytes:
    """Return a sheet in which many cells share one long text."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = f'<sst xmlns="{space}"><si><t>id</t></si><si><t>{"x" * 32_000}</t></si></sst>'
    cells = '<row><c t="s"><v>0</v></c></row>' + '<row><c t="s"><v>1</v></c></row>' * 2_000
    body = f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'
    return workbook({SHEET: body.encode(), "xl/sharedStrings.xml": strings.encode()})


def parquet(table: pa.Table) -> bytes:
    """Return a table as Parquet."""
    made = io.BytesIO()
    pq.write_table(table, made, compression="zstd")
    return made.getvalue()


def one_text() -> bytes:
    """Return Parquet in which one long text stands in every row."""
    rows = pa.DictionaryArray.from_arrays(pa.array([0] * 2_000, pa.int32()), pa.array(["x" * MB]))
    return parquet(pa.table({"id": rows}))


def many_members() -> bytes:
    """Return a zip whose directory lists a hundred thousand empty members, though its end says one."""
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    listed = entry * 100_000
    return listed + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(listed), 0, 0)


def collection(geometry: str) -> bytes:
    """Return a GeoJSON of one feature with this geometry."""
    feature = f'{{"type":"Feature","properties":{{}},"geometry":{geometry}}}'
    return f'{{"type":"FeatureCollection","features":[{feature}]}}'.encode()


def own_columns() -> bytes:
    """Return JSON in which every record has a name of its own."""
    return json.dumps([{f"k{n}": n} for n in range(50_000)]).encode()


def _lying(name: str) -> bytes:
    """Return a zip that says its member is small."""
    whole, size = zipped(**{f"{name}__shp": bytes(SIZE), f"{name}__dbf": b"x", f"{name}__shx": b"x"}), SIZE
    return whole.replace(struct.pack("<I", size), struct.pack("<I", 100))


DEEP = "[" * 200_000 + "]" * 200_000
BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "zip ratio": (".zip", lambda: zipped(a__shp=bytes(SIZE), a__dbf=b"", a__shx=b"")),
    "zip count": (".zip", lambda: zipped(**{f"a{n}__shp": b"" for n in range(1_500)})),
    "zip directory": (".zip", many_members),
    "zip nested": (".zip", lambda: zipped(a__zip=zipped(b__shp=b""), a__shp=b"", a__dbf=b"", a__shx=b"")),
    "zip sizes that lie": (".zip", lambda: _lying("a")),
    "zip path": (".zip", lambda: zipped(**{"../../a__shp": b"", "a__dbf": b"", "a__shx": b""})),
    "another format as shapefile": (".zip", lambda: zipped(a__shp=VRT.encode(), a__dbf=b"", a__shx=b"")),
    "another format as geopackage": (".gpkg", VRT.encode),
    "workbook ratio": (".xlsx", lambda: sheet(" " * (SIZE))),
    "workbook laughs": (".xlsx", lambda: sheet('<row><c t="str"><v>&j;</v></c></row>', LAUGHS)),
    "workbook entity": (".xlsx", lambda: sheet('<row><c t="str"><v>&a;</v></c></row>', OUTSIDE)),
    "workbook header": (".xlsx", wide_header),
    "workbook shared text": (".xlsx", shared_text),
    "gzip ratio": (".csv.gz", lambda: gzip.compress(bytes(SIZE))),
    "gzip line": (".csv.gz", lambda: gzip.compress(bytes(range(32, 255)) * (20 * MB // 223), 1)),
    "gzip json": (".geojson.gz", lambda: gzip.compress(b" " * (SIZE))),
    "columns": (".csv", lambda: b"a," * 1_000_000 + b"a\n1\n"),
    "own columns": (".json", own_columns),
    "xml laughs": (".gpx", lambda: (LAUGHS + GPX.format("&j;")).encode()),
    "xml entity": (".gpx", lambda: (OUTSIDE + GPX.format("&a;")).encode()),
    "xml entity in UTF-16": (".gpx", lambda: (OUTSIDE + GPX.format("&a;")).encode("utf-16")),
    "xml depth": (".gpx", lambda: b"<gpx>" + b"<a>" * 100_000),
    "json depth": (".json", DEEP.encode),
    "geometry depth": (".geojson", lambda: collection(f'{{"type":"Polygon","coordinates":{DEEP}}}')),
    "collection depth": (
        ".geojson",
        lambda: collection('{"type":"GeometryCollection","geometries":[' * 500 + "]}" * 500),
    ),
    "null cells": (".parquet", lambda: parquet(pa.table({"id": pa.nulls(5_000_000, pa.int32())}))),
    "one text in every row": (".parquet", one_text),
}


def long_line(path: Path) -> Path:
    """Write a text of 500 MB without a line end, of which the disk holds nothing."""
    with path.open("wb") as file:
        file.write(b"id,name\n1,")
        file.truncate(500 * MB)
    return path
