"""What a source is: a format's suffixes and how it is read into a table of the file's own columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from etl.geometry import read_shapes
from etl.mapping_file import Mapping

POINT, MISSING = 0, -1  # numbers of shapely for a shape's kind
OURS = ("_row", "_problem", "_detail", "_text", "_path")  # names a file's own columns cannot take


class Piece(NamedTuple):
    """A part of a large file that can be read alone: its number, and how many rows stand before it."""

    number: int
    before: int


def whole(_: Path) -> list[Piece]:
    """Return no pieces: the format is read at once."""
    return []


def unchecked(_: Path, __: Mapping) -> None:
    """Find nothing wrong: the format's reader bounds itself."""


@dataclass(frozen=True)
class Source:
    """One file format; `read(path, mapping)` returns a raw table or raises FileRefused.

    `check(path, mapping)` comes first: it refuses in little time and memory what would take much of either to parse.
    Where `pieces(path)` returns some, `read_piece(path, piece)` reads each alone, with the same rows as `read` in all.
    """

    suffixes: tuple[str, ...]
    read: Callable[[Path, Mapping], pa.Table]
    pieces: Callable[[Path], list[Piece]] = whole
    read_piece: Callable[[Path, Piece], pa.Table] | None = None
    check: Callable[[Path, Mapping], None] = unchecked


class Fault(NamedTuple):
    """Why a row could not be read: a reason, its detail, and the text that stood there."""

    reason: str
    detail: str
    text: str | None = None


def raw_table(
    path: Path, columns: dict[str, Any], lines: Any = None, faults: dict[int, Fault] | None = None
) -> pa.Table:
    """Return the table every source ends in: their columns, `_row`, `_problem`, `_detail` and `_text`.

    `lines` are line or feature numbers (default: 1, 2, ...); `faults` are by position. The path goes along as
    metadata.
    """
    table = pa.table({name: column for name, column in columns.items() if name not in OURS})
    rows = table.num_rows
    numbers = np.arange(1, rows + 1, dtype=np.int64) if lines is None else np.asarray(lines, np.int64)
    table = table.append_column("_row", pa.array(numbers))
    for i, name in enumerate(("_problem", "_detail", "_text")):
        texts: list[str | None] = [None] * (rows if faults else 0)
        for at, fault in (faults or {}).items():
            texts[at] = fault[i]
        table = table.append_column(name, pa.array(texts, pa.string()) if faults else pa.nulls(rows, pa.string()))
    return table.replace_schema_metadata({"path": path.as_posix()})


def distinct(names: list[str]) -> list[str]:
    """Return the header's names trimmed, a repeated one numbered, so that each names one column."""
    seen: dict[str, int] = {}
    found = []
    for name in (x.strip() for x in names):
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name}.{seen[name]}")
    return found


def with_points(columns: dict[str, Any]) -> dict[str, Any]:
    """Add `lon` and `lat` of a `geometry` made of points (in the file's own system), where no column has the names."""
    import shapely

    if "geometry" not in columns or {"lon", "lat"} & set(columns):
        return columns
    shapes = read_shapes(columns["geometry"].to_numpy(zero_copy_only=False))
    kinds = set(shapely.get_type_id(shapes).tolist()) - {MISSING}
    if kinds != {POINT}:
        return columns
    places = {"lon": shapely.get_x(shapes), "lat": shapely.get_y(shapes)}
    return {**columns, **{x: pa.array(v, pa.float64(), from_pandas=True) for x, v in places.items()}}
