"""Rows that cannot be loaded: kept with line, reason and content, so that nothing of a file is lost."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import Any, cast

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from etl.geometry import read_shapes
from etl.transforms import is_personal

REJECTS = pa.schema(
    [
        ("row", pa.int64()),
        ("key", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("content", pa.string()),
    ]
)
LONGEST_SHAPE = 2000  # characters of a geometry that are worth keeping
CUT = "…"  # ends what is kept of a longer one
PERSONAL = re.compile(r"(?<!\d)(\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")


def no_rejects() -> pa.Table:
    """Return a table of rejects without rows."""
    return REJECTS.empty_table()


def staged(rejects: pa.Table, stage: str) -> pa.Table:
    """Say of rejects what their content holds: 'read' = the file's own columns, 'admit' = ours (UTC, EPSG:4326)."""
    return rejects.append_column("stage", pa.array([stage] * rejects.num_rows, pa.string()))


def reject_rows(rows: pa.Table, mask: NDArray[np.bool_] | pa.ChunkedArray, reason: str, detail: Any = None) -> pa.Table:
    """Return the rows of a raw or mapped table where `mask` is true as rejects.

    `detail` is one text for all, or one per refused row. The key is the column that `rows.schema.metadata["key"]`
    names. The content leaves out columns that hold persons' numbers, and long geometries.
    """
    chosen = np.flatnonzero(np.asarray(mask, dtype=bool))
    details = [detail] * len(chosen) if detail is None or isinstance(detail, str) else list(detail)
    part = rows.take(pa.array(chosen))
    key = (rows.schema.metadata or {}).get(b"key", b"").decode()
    keys = part[key].cast(pa.string()) if key in part.column_names else pa.nulls(len(chosen), pa.string())
    columns = [part["_row"], keys, pa.repeat(reason, len(chosen)), pa.array(details, pa.string()), content_of(part)]
    return pa.table(columns, schema=REJECTS)


def content_of(rows: pa.Table) -> pa.Array:
    """Return each row as JSON text, for the reader and for the repair."""
    shown = [x for x in rows.column_names if not x.startswith("_") and not is_personal(x)]
    values = {name: listed(rows[name]) for name in shown}
    plain = [{name: _plain(column[i]) for name, column in values.items()} for i in range(rows.num_rows)]
    if "_text" in rows.column_names:
        for row, text in zip(plain, rows["_text"].to_pylist(), strict=True):
            if text is not None:
                # a row whose fields do not line up may hold a person's number under any name
                row.clear()
                row["_text"] = PERSONAL.sub("*", text)
    return pa.array([json.dumps(row, ensure_ascii=False) for row in plain], pa.string())


def listed(column: pa.ChunkedArray) -> list[Any]:
    """Return the values of a column as Python's, and a time that lies in no calendar as a text that says so."""
    try:
        return cast(list[Any], column.to_pylist())
    except OverflowError:
        return [_listed(value) for value in column]


def _listed(value: pa.Scalar) -> Any:
    try:
        return value.as_py()
    except OverflowError:
        return f"<{value.type}>" if pa.types.is_nested(value.type) else value.cast(pa.string()).as_py()


class Refusals:
    """Collects what is wrong with the rows of one table; the first thing found wrong with a row is its reason."""

    def __init__(self, rows: int) -> None:
        """Begin with a table of `rows` rows, none refused."""
        self.failed = np.zeros(rows, np.bool_)
        self._found: list[tuple[int, str, str]] = []

    def add(self, mask: NDArray[np.bool_], reason: str, detail: str | pa.ChunkedArray, name: str = "") -> None:
        """Note `reason` for rows not refused yet; `detail` is one text, or a column shown as `name=value`."""
        new = np.flatnonzero(mask & ~self.failed)
        if not len(new):
            return
        self.failed[new] = True
        texts = [detail] * len(new) if isinstance(detail, str) else _texts(detail, new, name)
        self._found += [(int(row), reason, text) for row, text in zip(new, texts, strict=True)]

    def one(self, row: int, reason: str, detail: str) -> None:
        """Note `reason` for one row by its position, unless another was found before."""
        if not self.failed[row]:
            self.failed[row] = True
            self._found.append((row, reason, detail))

    @property
    def positions(self) -> list[int]:
        """Return the positions of the refused rows, in the order of the table."""
        return [row for row, _, _ in sorted(self._found)]

    def table(self, raw: pa.Table, keys: pa.ChunkedArray) -> pa.Table:
        """Return the rejects in the order of the file; `keys` are the rows' own ids."""
        found = sorted(self._found)
        at = pa.array([row for row, _, _ in found], pa.int64())
        part = raw.take(at)
        columns = [part["_row"], keys.take(at), *([x[i] for x in found] for i in (1, 2)), content_of(part)]
        return pa.table(columns, schema=REJECTS)


def _texts(column: pa.ChunkedArray, rows: NDArray[np.int64], name: str) -> list[str]:
    values = listed(column.take(pa.array(rows)))
    return [f"{name}={_plain(x)}"[:120] if name else str(_plain(x)) for x in values]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return _shape(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, str | int | bool | None) else _number(value)


def _number(value: Any) -> Any:
    return value if isinstance(value, float) and np.isfinite(value) else str(value)


def _shape(value: bytes) -> str:
    """Return a geometry as WKT to the last digit, so that it can be taken again, or of a long one only its kind."""
    text = str(shapely.to_wkt(read_shapes([value])[0], rounding_precision=-1))
    return text if len(text) <= LONGEST_SHAPE else f"{text.partition(' ')[0]} {CUT}"
