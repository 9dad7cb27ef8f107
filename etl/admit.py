"""First pass over rows: rules that need only the row, the reference tables and the run's receipt time.

A refused row is either kept in quarantine with its reason, or, where privacy forbids keeping it, only counted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.errors import is_kept
from etl.rejects import no_rejects, reject_rows

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Admitted:
    """What a feed's rows became: rows in = rows + rejects + sum of counted."""

    rows: pa.Table
    rejects: pa.Table
    counted: dict[str, int] = field(default_factory=dict)


class Verdict:
    """Which rule refuses each row of a table, the first one winning."""

    def __init__(self, rows: pa.Table) -> None:
        """Begin with every row admitted; `rows` may be replaced before `close` by as many rows."""
        self.rows = rows
        self._rule = np.zeros(rows.num_rows, np.int8)  # 0 = admitted, else 1 + position in _refused
        self._refused: list[tuple[str, tuple[str, ...]]] = []

    def values(self, column: str) -> NDArray[Any]:
        """Return a column as NumPy: nulls are NaN, NaT or None."""
        out: NDArray[Any] = self.rows[column].to_numpy(zero_copy_only=False)
        return out

    @property
    def admitted(self) -> Mask:
        """Say which rows no rule has refused so far."""
        return np.asarray(self._rule == 0)

    def refuse(self, mask: Mask, reason: str, *columns: str) -> None:
        """Refuse the rows of `mask` that no earlier rule refused; the columns' values become the detail."""
        if mask.any():
            self._refused.append((reason, columns))
            self._rule[mask & (self._rule == 0)] = len(self._refused)

    def close(self) -> Admitted:
        """Split the table into admitted rows, rejects and counts."""
        rejects, counted = [no_rejects()], Counter[str]()
        for number, (reason, columns) in enumerate(self._refused, 1):
            mask = self._rule == number
            if not is_kept(reason):
                counted[reason] += int(mask.sum())
            elif mask.any():
                rejects.append(reject_rows(self.rows, mask, reason, self._details(mask, columns)))
        whole = not self._refused
        rows = self.rows if whole else self.rows.filter(pa.array(self.admitted))
        return Admitted(rows, pa.concat_tables(rejects), {reason: n for reason, n in counted.items() if n})

    def _details(self, mask: Mask, columns: tuple[str, ...]) -> list[str | None]:
        if not columns:
            return [None] * int(mask.sum())
        taken = self.rows.select(list(columns)).filter(pa.array(mask)).to_pylist()
        return [", ".join(str(value) for value in row.values()) for row in taken]


def bad_point(lon: NDArray[Any], lat: NDArray[Any]) -> Mask:
    """Say which points are empty, zero or outside the range of degrees."""
    x, y = lon.astype(float), lat.astype(float)
    out: Mask = ~(np.isfinite(x) & np.isfinite(y) & (np.abs(x) <= 180) & (np.abs(y) <= 90)) | ((x == 0) & (y == 0))
    return out


def outside_box(lon: NDArray[Any], lat: NDArray[Any], box: tuple[float, ...]) -> Mask:
    """Say which points lie outside west, south, east, north; NaN is not outside."""
    x, y = lon.astype(float), lat.astype(float)
    out: Mask = (x < box[0]) | (x > box[2]) | (y < box[1]) | (y > box[3])
    return out
