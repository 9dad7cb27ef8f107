"""XLSX with typed cells: numbers, local times, and texts that are texts; where it is from on a second sheet.

A sheet holds 1,048,576 rows: what is more stands on further sheets. Cells are written as they come, none is kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from data.exports.columns import local_rows, told
from data.exports.extract import Extract, Format, Progress

SHEET_ROWS = 1_048_575  # under the heads
LONGEST = 32_767  # characters of a cell
EXACT = 2**53  # a spreadsheet's numbers are floats
FIRST_DAY = date(1900, 3, 1)  # before it a spreadsheet counts a day that never was
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
TIME, DAY = "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd"
WIDTHS = {datetime: 19, date: 11}

Row = tuple[Any, ...]
Write = Callable[[Worksheet, int, int, Any], Any]


def write(extract: Extract, path: Path, report: Progress) -> None:
    """Write rows and provenance to `path`."""
    with xlsxwriter.Workbook(str(path), {**OPTIONS, "tmpdir": str(path.parent)}) as book:
        cell = _cells(book)
        names = told(extract.schema)
        rows = (row for batch in extract.batches(report) for row in local_rows(batch, names, extract.zone))
        number = 1
        while _sheet(book, (extract, names, number), rows, cell) == SHEET_ROWS:
            number += 1
        _about(book, extract)


def _sheet(book: Workbook, of: tuple[Extract, list[str], int], rows: Iterator[Row], cell: Write) -> int:
    extract, names, number = of
    sheet = book.add_worksheet(_name(extract.title, number))
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for at, name in enumerate(names):
        sheet.set_column(at, at, _width(extract, name))
        sheet.write_string(0, at, extract.head(name), bold)
    n = 0
    for n, row in enumerate(islice(rows, SHEET_ROWS), start=1):
        for at, value in enumerate(row):
            if value is not None:
                cell(sheet, n, at, value)
    sheet.autofilter(0, 0, n, max(len(names) - 1, 0))
    return n


def _cells(book: Workbook) -> Write:
    """Return what writes a value into a cell by its type; a text is written as text whatever it looks like."""
    time, day = book.add_format({"num_format": TIME}), book.add_format({"num_format": DAY})

    def cell(sheet: Worksheet, row: int, column: int, value: Any) -> Any:
        if isinstance(value, bool):
            return sheet.write_boolean(row, column, value)
        if isinstance(value, (int, float)) and math.isfinite(value) and abs(value) <= EXACT:
            return sheet.write_number(row, column, value)
        if isinstance(value, datetime) and value.date() >= FIRST_DAY:
            return sheet.write_datetime(row, column, value, time)
        if isinstance(value, date) and not isinstance(value, datetime) and value >= FIRST_DAY:
            return sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), day)
        return sheet.write_string(row, column, cut(str(value)))

    return cell


def cut(text: str) -> str:
    """Return a text as long as a cell may be; what is cut off ends in an ellipsis."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _about(book: Workbook, extract: Extract) -> None:
    sheet = book.add_worksheet(_name(extract.labels.get("provenance", "provenance"), 1))
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 90)
    lines = extract.provenance.lines(extract.zone, extract.labels)
    columns = [(extract.head(name), name) for name in told(extract.schema) if extract.head(name) != name]
    for at, (label, value) in enumerate([*lines, *columns]):
        sheet.write_string(at, 0, cut(label))
        sheet.write_string(at, 1, cut(value))


def _name(title: str, number: int) -> str:
    """Return a sheet's name: 31 characters at most, none of those a spreadsheet refuses."""
    plain = "".join(" " if mark in "[]:*?/\\'" else mark for mark in title).strip() or "rows"
    end = f" {number}" if number > 1 else ""
    return plain[: 31 - len(end)] + end


def _width(extract: Extract, name: str) -> float:
    kind = extract.schema.field(name).type
    wide = WIDTHS[datetime] if str(kind).startswith("timestamp") else WIDTHS[date] if "date" in str(kind) else 12
    return max(wide, min(40, 2 + sum(2 if mark > "⺀" else 1 for mark in extract.head(name))))


FORMAT = Format("xlsx", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write)
