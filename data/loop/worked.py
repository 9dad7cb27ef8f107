"""Working hours between many pairs of moments at once: the working clock of `working.py`, for tables of cases."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data.loop.working import WorkingTime

HOUR_US = 3_600_000_000.0
YEAR = "datetime64[Y]"

Moments = NDArray[np.datetime64]


def worked_hours(time: WorkingTime, starts: Moments, ends: Moments) -> NDArray[np.float64]:
    """Return the working hours between each start and end (naive UTC); NaN where one is missing, 0 where end < start.

    Equal to WorkingTime.spent(start, end, "work_hour"): working time grows in straight lines between openings.
    """
    known = np.concatenate([starts, ends])
    known = known[~np.isnat(known)]
    if not len(known):
        return np.full(len(starts), np.nan)
    years = known.min().astype(YEAR).astype(int) + 1970, known.max().astype(YEAR).astype(int) + 1970
    # a local day may lie in the year before or after the UTC one
    spans = [span for year in range(years[0] - 1, years[1] + 2) for span in time.spans(year)]
    breaks = np.array(spans, float).ravel()
    lengths = np.array([end - start for start, end in spans], float)
    worked = np.repeat(np.concatenate([[0.0], np.cumsum(lengths)]), 2)[1:-1]
    before, after = (np.interp(_us(at), breaks, worked) for at in (starts, ends))
    return np.where(np.isnat(starts) | np.isnat(ends), np.nan, np.maximum(after - before, 0.0) / HOUR_US)


def _us(at: Moments) -> NDArray[np.float64]:
    return at.astype("datetime64[us]").astype(np.int64).astype(float)
