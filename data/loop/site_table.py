"""CSV tables a site writes by hand: read as a spreadsheet saves them, faults told with file, row and what to write."""

from __future__ import annotations

import csv
from importlib.resources.abc import Traversable
from pathlib import Path

from data.errors import ConfigError

ENCODINGS = ("utf-8-sig", "gb18030")  # of spreadsheets in China the second is still the default

Numbered = tuple[int, dict[str, str]]


def read_rows(source: Path | Traversable, needed: tuple[str, ...]) -> list[Numbered]:
    """Return (line number as an editor shows it, column -> stripped text) of every row that is not blank.

    Columns beyond the needed ones are kept. Raises ConfigError `wrong_columns` where a needed one is missing and
    `unreadable` for a file that is no text.
    """
    reader = csv.DictReader(_text(source).splitlines(), restval="")
    found = [str(name).strip() for name in reader.fieldnames or ()]
    missing = [name for name in needed if name not in found]
    if missing:
        raise ConfigError("wrong_columns", path=source, detail=", ".join(missing), known=", ".join(found))
    reader.fieldnames = found
    rows = [(reader.line_num, _stripped(row)) for row in reader]
    return [(number, row) for number, row in rows if any(row.values())]


def bad_row(source: Path | Traversable, number: int, cell: tuple[str, str], known: str) -> ConfigError:
    """Return the refusal of a cell (column, text): what is wrong where, and what may stand there."""
    return ConfigError("bad_table_row", path=source, row=number, column=cell[0], detail=cell[1], known=known)


def repeated_row(source: Path | Traversable, number: int, first: int, detail: str) -> ConfigError:
    """Return the refusal of a row that says again what an earlier one says."""
    return ConfigError("repeated_table_row", path=source, row=number, first=first, detail=detail)


def _text(source: Path | Traversable) -> str:
    raw = source.read_bytes()
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as fault:
            wrong = fault
    raise ConfigError("unreadable", path=source, detail=wrong)


def _stripped(row: dict[str, str]) -> dict[str, str]:
    return {name: text.strip() for name, text in row.items() if isinstance(text, str) and name is not None}
