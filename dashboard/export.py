"""Rows as a file to take away."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response

# A cell that begins with one of these is a formula to a spreadsheet, and may do harm there.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MARK = "\ufeff"  # without it a spreadsheet takes Chinese for something else


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """Return rows as a CSV download in UTF-8 with a byte order mark, no cell of which is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([plain(cell) for cell in row] for row in [head, *rows])
    answer = Response(MARK + text.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def plain(cell: Any) -> str:
    """Return a cell as text that is read as text: a leading apostrophe keeps a formula from being one."""
    told = "" if cell is None else str(cell)
    return f"'{told}" if told.startswith(FORMULA) else told
