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
    """The reason each row of a table is refused for, the first rule winning; '' = admitted."""

    def __init__(self, rows: pa.Table) -> None:
        self.rows = rows
        self.reason = np.full(rows.num_rows, "", object)
        self.detail = np.full(rows.num_rows, None, object)

    def values(self, column: str) -> NDArray[Any]:
        """Return a column as NumPy: nulls are NaN, NaT or None."""
        out: NDArray[Any] = self.rows[column].to_numpy(zero_copy_only=False)
        return out

    def refuse(self, mask: Mask, reason: str, *columns: str) -> None:
        """Refuse the rows of `mask` that no earlier rule refused; the columns' values become the detail."""
        hit = np.flatnonzero(mask & (self.reason == ""))
        self.reason[hit] = reason
        if columns and is_kept(reason):
            taken = self.rows.select(list(columns)).take(pa.array(hit)).to_pylist()
            self.detail[hit] = np.array([", ".join(str(v) for v in row.values()) for row in taken], object)

    def close(self) -> Admitted:
        """Split the table into admitted rows, rejects and counts."""
        rejects, counted = [no_rejects()], Counter[str]()
        for reason in sorted(set(self.reason) - {""}):
            mask = self.reason == reason
            if is_kept(reason):
                rejects.append(reject_rows(self.rows, mask, reason, self.detail[mask]))
            else:
                counted[reason] = int(mask.sum())
        return Admitted(self.rows.filter(pa.array(self.reason == "")), pa.concat_tables(rejects), dict(counted))


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
