"""Excel workbooks: one sheet, values only; dates become ISO text, whole numbers lose their point."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import pyarrow as pa

from data.errors import FileRefused
from etl.archive import check_zip
from etl.mapping_file import Mapping
from etl.sources.base import Source, distinct, raw_table

DAMAGE = (KeyError, ValueError, TypeError, AttributeError, SyntaxError, OSError, EOFError)


def read(path: Path, mapping: Mapping) -> pa.Table:
    """Read the named sheet (default: the first); the first row after `skip_rows` names the columns.

    `_row` is the number Excel shows. Columns without a name and rows without a value are left out.
    Raises FileRefused `zip_refused`, `unreadable` or `empty_file`.
    """
    check_zip(path)
    rows = list(_rows(path, mapping))
    if not rows:
        raise FileRefused("empty_file", path=path)
    header, body = rows[0][1], rows[1:]
    named = [(at, name) for at, name in enumerate(distinct([_text(x) or "" for x in header])) if name]
    columns = {name: pa.array([_cell(cells, at) for _, cells in body], pa.string()) for at, name in named}
    return raw_table(path, columns, [number for number, _ in body])


def _rows(path: Path, mapping: Mapping) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield the number and the cells of each row that has a value, from the header on."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        name = mapping.sheet or book.sheetnames[0]
        if name not in book.sheetnames:
            raise FileRefused("wrong_columns", path=path, detail=f"sheet {name}", known=", ".join(book.sheetnames))
        sheet = book[name]
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            if number > mapping.skip_rows and any(_text(x) for x in cells):
                yield number, cells
        book.close()
    except (InvalidFileException, BadZipFile, zlib.error, *DAMAGE) as fault:
        raise FileRefused("unreadable", path=path, detail=f"XLSX: {fault}"[:200]) from fault


def _cell(cells: tuple[Any, ...], at: int) -> str | None:
    return _text(cells[at]) if at < len(cells) else None


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None or value.startswith("#N/A") else value.strip()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value).lower()


SOURCE = Source(suffixes=(".xlsx",), read=read)
