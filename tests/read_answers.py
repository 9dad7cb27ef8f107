"""All words of an answer of the site, whatever file it is: packed ones unpacked, escaped ones plain."""

from __future__ import annotations

import gzip
import html
import io
import re
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
from pyogrio import read_dataframe

PNG, SQLITE = b"\x89PNG\r\n\x1a\n", b"SQLite format 3\x00"
SEVERAL = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
UNTOLD = re.compile(r"\\u([0-9a-fA-F]{4})")


def told(data: bytes) -> str:
    """Return all words of an answer; raises where a file of a known kind cannot be read."""
    if data[:2] == b"PK":  # xlsx, docx, and what is sent with something beside it
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return " ".join([*packed.namelist(), *(told(packed.read(name)) for name in packed.namelist())])
    if data[:2] == b"\x1f\x8b":
        return told(gzip.decompress(data))
    for starts, read in ((b"PAR1", _parquet), (SQLITE, _geopackage), (PNG, _picture), (b"%PDF", _pages)):
        if data.startswith(starts):
            return read(data)
    if data[8:12] == b"DUCK":
        return _duckdb(data)
    plain = html.unescape(data.decode("utf-8", "replace"))
    return UNTOLD.sub(lambda one: chr(int(one[1], 16)), plain)


def _parquet(data: bytes) -> str:
    """Return every value and all metadata, of the file and of its columns."""
    table = pq.read_table(io.BytesIO(data))
    about = [table.schema.metadata or {}, *(field.metadata or {} for field in table.schema)]
    facts = b" ".join(part for one in about for pair in one.items() for part in pair).decode("utf-8", "replace")
    return " ".join([facts, *_spelled(row.values() for row in table.to_pylist()), *table.column_names])


def _geopackage(data: bytes) -> str:
    """Return every table with its own, and each layer once more as a map program reads it."""
    with _kept(data, "x.gpkg") as path, closing(sqlite3.connect(path)) as file:
        names = [str(name) for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        cells = [*_spelled(row for name in names for row in file.execute(f'SELECT * FROM "{name}"'))]  # noqa: S608
        layers = [str(name) for (name,) in file.execute("SELECT table_name FROM gpkg_contents")]
        frames = [read_dataframe(path, layer=name) for name in layers]
    return " ".join([*names, *cells, *(frame.to_csv() for frame in frames)])


def _duckdb(data: bytes) -> str:
    with _kept(data, "x.duckdb") as path, closing(duckdb.connect(str(path), read_only=True)) as file:
        names = [str(name) for (name,) in file.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        asked = [*(f'FROM "{name}"' for name in names), "SELECT column_name, comment FROM duckdb_columns()"]
        return " ".join(_spelled(row for one in asked for row in file.execute(one).fetchall()))


def _picture(data: bytes) -> str:
    """Return the text chunks of a PNG."""
    at, words = len(PNG), []
    while at < len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind in (b"tEXt", b"zTXt", b"iTXt", b"eXIf"):
            words.append(_inflated(data[at + 8 : at + 8 + size]))
        at += size + 12
    return " ".join(words)


def _pages(data: bytes) -> str:
    """Return what a PDF says outside its drawn letters: its facts, links and outlines, and its streams unpacked."""
    packed = " ".join(_inflated(one) for one in SEVERAL.findall(data))
    strings = [one.decode("utf-16-be", "replace") for one in re.findall(rb"\(\xfe\xff(.*?)\)", data, re.S)]
    return " ".join([data.decode("latin-1"), *strings, packed])


def _inflated(data: bytes) -> str:
    """Return bytes as words, and what is packed in them (the part after the last keyword and flags) unpacked."""
    words = data.decode("utf-8", "replace")
    at = data.find(b"\x78")
    try:
        return words + zlib.decompressobj().decompress(data[at:]).decode("utf-8", "replace") if at >= 0 else words
    except zlib.error:
        return words


@contextmanager
def _kept(data: bytes, name: str) -> Iterator[Path]:
    """Bytes as a file for as long as somebody reads it."""
    with tempfile.TemporaryDirectory(prefix="gridlink-read-") as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        yield path


def _spelled(rows: Any) -> Iterator[str]:
    for row in rows:
        for value in row:
            yield value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
