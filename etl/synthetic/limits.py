"""Time limits of cases: hours for urgent ones, working hours on working days for the others (domain: limits)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from etl.synthetic.roster import HOUR, is_workday

LOCAL_S = 8 * HOUR  # the city is in China: UTC+8 without summer time
DAY_S = 24 * HOUR
WORK_S = 8 * HOUR  # 08-12 and 14-18

Seconds = NDArray[np.float64]

# severity -> (seconds, counted in working time); severity 3-5 are 3, 5 and 5 working days.
LIMITS = {
    1: (2 * HOUR, False),
    2: (24 * HOUR, False),
    3: (3 * WORK_S, True),
    4: (5 * WORK_S, True),
    5: (5 * WORK_S, True),
}
FACILITY_S = 7 * WORK_S
DISPUTE_S = 15 * DAY_S


@lru_cache(maxsize=4)
def _worked(first: int, last: int) -> Seconds:
    """Working seconds before each day from ordinal `first` to `last`."""
    open_days = [is_workday(date(1970, 1, 1) + timedelta(days=d)) for d in range(first, last)]
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


def limit(kind: NDArray[np.str_], severity: NDArray[np.int64]) -> tuple[Seconds, NDArray[np.bool_]]:
    """Return the time limit of each case in seconds and whether it counts working time."""
    seconds = np.array([0.0, *(LIMITS[k][0] for k in range(1, 6))])[severity]
    work = np.array([False, *(LIMITS[k][1] for k in range(1, 6))])[severity]
    facility, dispute = (kind == "FAC") & (severity >= 3), kind == "DIS"
    seconds = np.where(facility, FACILITY_S, np.where(dispute, DISPUTE_S, seconds))
    return seconds, work & ~dispute


def after(at: Seconds, seconds: Seconds, work: NDArray[np.bool_]) -> Seconds:
    """Return `at` plus seconds, on the working clock where `work` says so."""
    out = at + seconds
    out[work] = add_work(at[work], seconds[work])
    return out
