"""Excel workbooks: one sheet, values only; dates become ISO text, whole numbers lose their point."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import pyarrow as pa

from data.errors import FileRefused
from etl.archive import ALWAYS_FINE, HIGHEST_RATIO, check_zip
from etl.bounds import MOST_COLUMNS, check_table
from etl.mapping_file import Mapping
from etl.sources.base import Source, distinct, raw_table
from etl.xml_check import LONGEST_PROLOGUE, check_prologue

LARGEST = 1 << 30  # bytes of all parts: a full sheet of a million rows
LAST_ROW = 1 << 20  # of a sheet
Row = tuple[int, tuple[Any, ...]]  # its number and its cells
DAMAGE = (
    *(LookupError, ValueError, TypeError, AttributeError, SyntaxError, OSError, EOFError, OverflowError, RuntimeError),
    *(AssertionError, MemoryError),
)


def check(path: Path, _: Mapping) -> None:
    """Refuse an unsafe archive, and XML in it with a document type; raises FileRefused `zip_refused`, `unreadable`."""
    names = check_zip(path, LARGEST)
    try:
        with ZipFile(path) as archive:
            for name in names:
                if name.lower().endswith((".xml", ".rels")):
                    with archive.open(name) as part:
                        check_prologue(part.read(LONGEST_PROLOGUE), path, name)
    except (BadZipFile, zlib.error, NotImplementedError, *DAMAGE) as fault:
        raise FileRefused("unreadable", path=path, detail=f"XLSX: {fault}"[:200]) from fault


def read(path: Path, mapping: Mapping) -> pa.Table:
    """Read the named sheet (default: the first); the first row after `skip_rows` names the columns.

    `_row` is the number Excel shows. Columns without a name and rows without a value are left out.
    Raises FileRefused `unreadable`, `empty_file`, `too_much`.
    """
    with opened(path) as book:
        sheet = _sheet(book, mapping, path)
        at, header = next(_rows(sheet, mapping.skip_rows + 1, MOST_COLUMNS + 1), (0, ()))
        if not at:
            raise FileRefused("empty_file", path=path)
        places = [i for i, x in enumerate(header) if _text(x)]
        names = distinct([_text(header[i]) or "" for i in places])
        check_table(len(names), 0, path)
        body = list(_bounded(_rows(sheet, at + 1, places[-1] + 1), path))
    columns = {
        name: pa.array([_text(cells[i]) for _, cells in body], pa.string())
        for i, name in zip(places, names, strict=True)
    }
    return raw_table(path, columns, [number for number, _ in body])


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Open a workbook for reading its values; what is found to be damaged on the way becomes FileRefused."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        yield book
        book.close()
    except (InvalidFileException, BadZipFile, zlib.error, *DAMAGE) as fault:
        raise FileRefused("unreadable", path=path, detail=f"XLSX: {fault}"[:200]) from fault


def _sheet(book: Any, mapping: Mapping, path: Path) -> Any:
    names = [sheet.title for sheet in book.worksheets]
    name = mapping.sheet or next(iter(names), "")
    if name not in names:
        raise FileRefused("wrong_columns", path=path, detail=f"sheet {name}", known=", ".join(names))
    sheet = book[name]
    sheet.reset_dimensions()
    return sheet


def _rows(sheet: Any, first: int, width: int) -> Iterator[Row]:
    """Yield the number and the cells of each row that has a value; a cell far to the right widens nothing."""
    rows = sheet.iter_rows(min_row=first, max_row=LAST_ROW, max_col=width, values_only=True)
    for number, cells in enumerate(rows, first):
        if any(_text(x) for x in cells):
            yield number, cells


def _bounded(rows: Iterator[Row], path: Path) -> Iterator[Row]:
    """Refuse a sheet whose cells share a few long texts: each would be written out for every cell."""
    size, packed = 0, path.stat().st_size
    for number, cells in rows:
        size += sum(len(x) for x in cells if isinstance(x, str))
        if size > ALWAYS_FINE and size > HIGHEST_RATIO * packed:
            raise FileRefused("zip_refused", path=path, detail=f"{packed} -> {size}+ bytes")
        yield number, cells


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None or value.startswith("#N/A") else value.strip()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value).lower()


SOURCE = Source(suffixes=(".xlsx",), read=read, check=check)
