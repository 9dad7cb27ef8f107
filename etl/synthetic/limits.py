"""Time limits of made-up cases: those of the product, on its working clock, for many cases at once."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from data.loop.calendar import is_workday_in_china
from data.loop.limits import ANY, find, shipped
from data.loop.working import Limit
from etl.synthetic.roster import HOUR

LOCAL_S = 8 * HOUR  # the city is in China: UTC+8 without summer time
DAY_S = 24 * HOUR
WORK_S = 8 * HOUR  # 08-12 and 14-18

Seconds = NDArray[np.float64]

NONE = Limit("natural_day", 0)
SECONDS = {"urgent_hour": HOUR, "work_hour": HOUR, "work_day": WORK_S, "natural_day": DAY_S}


@lru_cache(maxsize=4)
def _worked(first: int, last: int) -> Seconds:
    """Working seconds before each day from ordinal `first` to `last`."""
    open_days = [is_workday_in_china(date(1970, 1, 1) + timedelta(days=d)) for d in range(first, last)]
    worked: Seconds = np.r_[0.0, np.cumsum(np.array(open_days) * float(WORK_S))]
    return worked


def add_work(at: Seconds, seconds: Seconds) -> Seconds:
    """Return the moment when `seconds` of working time have passed; both in UTC seconds since 1970."""
    if len(at) == 0:
        return at
    local = at + LOCAL_S
    first = int(local.min() // DAY_S) - 370
    first -= first % 1000
    last = first + 1000 * (2 + int((local.max() // DAY_S - first + seconds.max() / WORK_S * 2.5 + 40) // 1000))
    before = _worked(first, last)
    day = (local // DAY_S).astype(int) - first
    clock = local % DAY_S
    done = np.clip(clock - 8 * HOUR, 0, 4 * HOUR) + np.clip(clock - 14 * HOUR, 0, 4 * HOUR)
    target = before[day] + np.where(before[day + 1] > before[day], done, 0.0) + np.maximum(seconds, 1.0)
    end = np.searchsorted(before, target, side="left") - 1
    rest = target - before[end]
    clock = np.where(rest <= 4 * HOUR, 8 * HOUR + rest, 10 * HOUR + rest)
    out: Seconds = (end + first) * float(DAY_S) + clock - LOCAL_S
    return out


def limit(
    kind: NDArray[np.str_], severity: NDArray[np.int64], step: str = "handle"
) -> tuple[Seconds, NDArray[np.bool_]]:
    """Return the time limit of a step of each case in seconds and whether it counts working time.

    The limits are those that come with the product (data/loop/limits.csv).
    """
    cases, which = np.unique(np.array([kind.astype(str), severity.astype(str)]), axis=1, return_inverse=True)
    rows = [find(shipped(), (step, str(k), str(s), ANY)) or NONE for k, s in cases.T]
    seconds = np.array([row.value * SECONDS[row.kind] for row in rows], float)
    work = np.array([row.kind.startswith("work_") for row in rows], bool)
    return seconds[which.ravel()], work[which.ravel()]


def after(at: Seconds, seconds: Seconds, work: NDArray[np.bool_]) -> Seconds:
    """Return `at` plus seconds, on the working clock where `work` says so."""
    out = at + seconds
    out[work] = add_work(at[work], seconds[work])
    return out
