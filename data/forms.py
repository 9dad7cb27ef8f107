"""Fills the form of the level above: an XLSX of its own, whose named cells say which figure belongs where.

A name is `gl.<metric>.<field>` for the whole city or `gl.<metric>.<field>.<area id>` for one area; fields are part,
whole, value, n, low, high. `gl.month`, `gl.city`, `gl.version` and `gl.state` say what the figures are of. Everything
else in the form stays as it is.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from data.errors import FileRefused

PREFIX = "gl."
FIELDS = ("part", "whole", "value", "n", "low", "high")
Row = Mapping[str, Any]
Figure = Callable[[str, str | None], Row | None]  # metric, area id (None: the city)


@dataclass(frozen=True)
class Filled:
    """A filled form: its bytes, how many cells were filled, and the names that ask for something unknown."""

    body: bytes
    cells: int
    unknown: tuple[str, ...]


def fill(form: bytes, figure: Figure, about: Mapping[str, str]) -> Filled:
    """Return the form with every named cell filled; a figure that is not known leaves its cell empty.

    about: values of gl.month, gl.city, gl.version, gl.state. Raises FileRefused `unreadable` for no workbook.
    """
    book = _opened(form)
    unknown: list[str] = []
    cells = 0
    for name, defined in book.defined_names.items():
        if not name.lower().startswith(PREFIX):
            continue
        try:
            value = _value(name[len(PREFIX) :], figure, about)
        except KeyError:
            unknown.append(name)
            continue
        cells += _write(book, defined, value)
    out = io.BytesIO()
    book.save(out)
    return Filled(out.getvalue(), cells, tuple(unknown))


def _opened(form: bytes) -> Any:
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        return load_workbook(io.BytesIO(form))
    except (BadZipFile, KeyError, ValueError, OSError) as fault:
        raise FileRefused("unreadable", path="", detail=fault) from fault


def _value(name: str, figure: Figure, about: Mapping[str, str]) -> Any:
    if name in about:
        return about[name]
    metric, field, *area = name.split(".", 2)
    if field not in FIELDS:
        raise KeyError(name)
    row = figure(metric, area[0] if area else None)
    if row is None:
        raise KeyError(name)
    return row[field]


def _write(book: Any, defined: Any, value: Any) -> int:
    """Write one value into every cell of a name; text is never a formula."""
    count = 0
    for sheet, place in defined.destinations:
        found = book[sheet][place.replace("$", "")]
        cell = found[0][0] if isinstance(found, tuple) else found
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
        count += 1
    return count
