"""What is usual at this hour of this weekday, and what the day so far has been.

The usual band is P10 to P90 over the eight weeks before; a bin borrows its two neighbours, because eight values alone
make no percentile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# A quarter of an hour, or an hour where a day has too few cases for quarters.
BINS_S = (900, 3600)
FEWEST_CASES = 200
# One or two cases are no crowd, however quiet the hour usually is.
CROWD = 3
FEWEST_WEEKS = 4


@dataclass(frozen=True)
class Usual:
    """What is usual: per bin P10, median and P90, and P10 and P90 of the sum up to each bin."""

    low: NDArray[np.float64]
    middle: NDArray[np.float64]
    high: NDArray[np.float64]
    sum_low: NDArray[np.float64]
    sum_high: NDArray[np.float64]


@dataclass(frozen=True)
class Day:
    """The counts so far (one per bin begun), hours of the day passed, its length in hours, and what is usual."""

    counts: Sequence[int]
    hour: float
    hours: float
    usual: Usual | None
    seconds: int = BINS_S[0]

    @property
    def finished(self) -> int:
        """Return how many bins are over."""
        return min(int(self.hour * 3600 // self.seconds), len(self.counts))

    def middle(self, bins: int) -> list[float]:
        """Return the hours at the middle of the first bins."""
        return [(at + 0.5) * self.seconds / 3600 for at in range(bins)]

    def unusual(self) -> list[int]:
        """Return the finished bins above P90 with at least a crowd."""
        if self.usual is None:
            return []
        over = range(min(self.finished, len(self.usual.high)))
        return [at for at in over if self.counts[at] > self.usual.high[at] and self.counts[at] >= CROWD]


def usual(rows: Sequence[dict[str, Any]]) -> Usual | None:
    """Return what is usual from rows (week, bin, n); None with fewer than four weeks of past."""
    weeks = sorted({row["week"] for row in rows})
    if len(weeks) < FEWEST_WEEKS:
        return None
    table = np.zeros((len(weeks), max(row["bin"] for row in rows) + 1))
    for row in rows:
        table[weeks.index(row["week"]), row["bin"]] = row["n"]
    padded = np.pad(table, ((0, 0), (1, 1)), mode="edge")
    near = np.concatenate([padded[:, :-2], padded[:, 1:-1], padded[:, 2:]])
    low, middle, high = np.percentile(near, (10, 50, 90), axis=0)
    sum_low, sum_high = np.percentile(table.cumsum(axis=1), (10, 90), axis=0)
    return Usual(low, middle, high, sum_low, sum_high)
