"""How a file is written: its format, encoding, delimiter, the sheet, and the title rows above its header."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import FileRefused
from etl.archive import gunzip
from etl.bounds import MOST_COLUMNS, check_table
from etl.mapping_file import Mapping
from etl.propose.encoding import guess_encoding
from etl.propose.words import is_named
from etl.sources import source_for
from etl.sources.xlsx import opened
from etl.values import NUMBER

HEAD = 1 << 20  # bytes of a text table that are looked at
LINES = 60  # rows in which the header is looked for
DEEPEST_HEADER = 20
DELIMITERS = (",", "\t", ";", "|")
TEXTUAL = {"csv", "json", "geojson", "plt"}

Cells = list[list[str]]


@dataclass(frozen=True)
class Layout:
    """What [source] of a mapping must say for the file to be read."""

    format: str
    encoding: str = "utf-8"
    delimiter: str = ","
    skip_rows: int = 0
    sheet: str | None = None
    layer: str | None = None


def sniff(path: Path, told: dict[str, Any]) -> Layout:
    """Find out how a file is written; what `told` states (format, encoding, ...) is taken as it is.

    Raises FileRefused `unknown_format`, `empty_file`, `bad_encoding`, `no_header`, or what its source raises.
    """
    source = source_for(path, Mapping(path, "*", "", format=told.get("format")))
    name = source.read.__module__.rpartition(".")[2]
    found: dict[str, Any] = {}
    if name in TEXTUAL:
        data = gunzip(path) if path.name.lower().endswith(".gz") else path.read_bytes()
        found["encoding"] = told.get("encoding") or guess_encoding(data, path)
        source.check(path, Mapping(path, "*", "", encoding=found["encoding"]))
        if name == "csv":
            found |= _text_table(data, found["encoding"], told, path)
    if name == "xlsx":
        found |= _workbook(path, told)
    if name in {"gpkg", "shapefile"}:
        found |= _first_layer(path, name)
    return Layout(name, **{**found, **{x: told[x] for x in ("skip_rows", "layer") if told.get(x) is not None}})


def _text_table(data: bytes, encoding: str, told: dict[str, Any], path: Path) -> dict[str, Any]:
    text = data[:HEAD].decode(encoding, errors="ignore").removeprefix("\ufeff")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[: LINES * 2]
    choices = [told["delimiter"]] if told.get("delimiter") else DELIMITERS
    delimiter = max(choices, key=lambda x: _regularity(_split(lines, x)))
    cells = _split(lines, delimiter)
    check_table(max(map(len, cells), default=0), 0, path)
    if told.get("skip_rows") is not None:
        return {"delimiter": delimiter}
    at = find_header(cells)
    if at is None:
        first = delimiter.join(next((x for x in cells if any(x)), []))
        raise FileRefused("no_header", path=path, detail=first[:60])
    return {"delimiter": delimiter, "skip_rows": _without_blanks(lines, at)}


def _split(lines: list[str], delimiter: str) -> Cells:
    """Return each line's fields; quoted line breaks are not joined, which only costs those lines."""
    found = []
    for line in lines:
        try:
            found.append([x.strip() for x in next(csv.reader(io.StringIO(line), delimiter=delimiter), [])])
        except csv.Error:
            found.append([line])
    return found


def _regularity(cells: Cells) -> tuple[float, int]:
    """Say how well a delimiter fits: rows of the commonest width above one, then that width."""
    widths = Counter(len(x) for x in cells if any(x))
    wide = [(count, width) for width, count in widths.items() if width > 1]
    count, width = max(wide, default=(0, 0))
    return count / max(sum(widths.values()), 1), width


def _without_blanks(lines: list[str], at: int) -> int:
    """Return the rows to skip: none when only blank lines stand above the header."""
    return at if any(x.strip() for x in lines[:at]) else 0


def find_header(cells: Cells) -> int | None:
    """Return the position of the row of column names; None when every row is data.

    The header is the row with most names that feeds know; of those with as many, the first that is wide, textual and
    without repetitions.
    """
    filled = [[x for x in row if x] for row in cells]
    width = max(Counter(len(x) for x in filled if x).items(), key=lambda x: (x[1], x[0]), default=(0, 0))[0]
    best, found = 0.0, None
    for at, row in enumerate(filled[:DEEPEST_HEADER]):
        textual = [x for x in row if not _is_value(x)]
        if not row or len(row) < 0.5 * width or len(textual) < 0.7 * len(row) or len(set(row)) < 0.6 * len(row):
            continue
        score = sum(map(is_named, row)) + 0.5 * len(textual) / len(row)
        if score > best:
            best, found = score, at
    return found


def _is_value(text: str) -> bool:
    return bool(re.match(NUMBER, text) or re.match(r"^\d{2,4}[-/年.]\d", text) or len(text) > 60)


def _workbook(path: Path, told: dict[str, Any]) -> dict[str, Any]:
    """Choose the sheet whose header holds most names that feeds know, then the fullest."""
    sheets = _sheets(path)
    if told.get("sheet"):
        sheets = {k: v for k, v in sheets.items() if k == told["sheet"]} or sheets
    headers = {name: find_header(cells) for name, cells in sheets.items()}
    usable = {name: at for name, at in headers.items() if at is not None}
    if not usable:
        first = next((" ".join(row) for cells in sheets.values() for row in cells if any(row)), "")
        raise FileRefused("no_header" if first else "empty_file", path=path, detail=first[:60])
    order = list(sheets)
    name = max(usable, key=lambda x: (*_worth(sheets[x], usable[x]), -order.index(x)))
    return {"sheet": name if len(order) > 1 else None, "skip_rows": usable[name]}


def _worth(cells: Cells, at: int) -> tuple[int, int]:
    below = sum(1 for row in cells[at + 1 :] if any(row))
    return sum(map(is_named, cells[at])) if below else 0, below


def _sheets(path: Path) -> dict[str, Cells]:
    """Return the first rows of each sheet as text."""
    found = {}
    with opened(path) as book:
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = [_filled(row) for row in sheet.iter_rows(max_row=LINES, max_col=MOST_COLUMNS + 1, values_only=True)]
            check_table(max(map(len, rows), default=0), 0, path)
            found[sheet.title] = [["" if x is None else str(x).strip() for x in row] for row in rows]
    return found


def _filled(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a row without the empty cells at its end."""
    last = max((at for at, x in enumerate(row, 1) if x is not None), default=0)
    return row[:last]


def _first_layer(path: Path, format_name: str) -> dict[str, Any]:
    """Return the first layer of a file of several."""
    import pyogrio

    place = f"/vsizip/{{{path.resolve()}}}" if format_name == "shapefile" else str(path)
    try:
        names = pyogrio.list_layers(place)[:, 0].tolist()
    except (RuntimeError, OSError, ValueError):
        return {}  # the source says what is wrong with the file
    return {"layer": names[0]} if len(names) > 1 else {}
