"""Plants faults among sound fixes: what a loader must find, each with a number that leads to the answer key."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from etl.synthetic.city import City
from etl.synthetic.fixes import SECOND, Columns
from etl.synthetic.people import worker_id
from etl.synthetic.roster import HOUR

# tag -> (kind in the answer key, what a loader makes of the planted row)
KINDS = {
    1: ("exact_duplicate", "duplicate"),
    2: ("near_duplicate", "duplicate"),
    3: ("jump", "loaded, flag jump"),
    4: ("future", "rejected: future"),
    5: ("off_duty", "counted: off_duty"),
    6: ("zero_coordinates", "rejected: bad_coordinates"),
    7: ("nan_coordinates", "rejected: bad_coordinates"),
    8: ("unknown_worker", "rejected: unknown_worker"),
}
JUMP_KM = 3.0
FUTURE_S = 1800
DAY_S = 86_400
# After day duty, if the batch reaches that far; seconds since local midnight.
EVENING_S = (18 * HOUR + 600, 18 * HOUR + 1800)


def plant(city: City, clean: Columns, day: date, of: tuple[int, int]) -> Columns:
    """Return the fixes with planted faults, by time of receipt.

    of: UTC microseconds of local midnight and of the end of the batch. Counts grow with the day's fixes.
    """
    if len(clean.fixed) < 50:
        return clean
    rng = np.random.default_rng([city.seed, 20, day.toordinal()])
    some = max(2, len(clean.fixed) // 12_000)
    pick = rng.permutation(len(clean.fixed))
    at = np.split(pick[: 7 * some], 7)
    dirty = clean
    for part in (_copies(clean, at[0]), _near(clean, at[1]), _future(clean, at[2], of[1]), _zero(clean, at[3])):
        dirty = dirty.join(part)
    dirty = _jumped(dirty, at[4])
    for part in (_nan(clean, at[5]), _unknown(city, clean, at[6]), _evening(clean, of, rng)):
        dirty = dirty.join(part)
    return dirty.take(np.lexsort((dirty.tag, dirty.fixed, dirty.worker, dirty.received)))


def _marked(rows: Columns, tag: int) -> Columns:
    rows.tag = np.full(len(rows.fixed), tag)
    return rows


def _copies(clean: Columns, at: NDArray[np.int64]) -> Columns:
    """The same fix sent twice, the second some seconds later."""
    return _marked(clean.take(at), 1)


def _near(clean: Columns, at: NDArray[np.int64]) -> Columns:
    """The same second again, a few metres off and with worse accuracy: the first one wins."""
    rows = clean.take(at)
    rows.fixed = rows.fixed + 400_000
    rows.xy = rows.xy + (0.004, 0.003)
    rows.accuracy = np.round(rows.accuracy + 2.0, 1)
    return _marked(rows, 2)


def _future(clean: Columns, at: NDArray[np.int64], end: int) -> Columns:
    """A phone whose clock is half an hour fast: fixed later than received, but still on duty and before the end."""
    rows = clean.take(at)
    later = rows.fixed + FUTURE_S * SECOND
    hour = (later // SECOND + 8 * 3600) % DAY_S // 3600
    before = (rows.fixed // SECOND + 8 * 3600) % DAY_S // 3600
    same_span = (np.digitize(hour, [8, 12, 14, 18]) == np.digitize(before, [8, 12, 14, 18])) & (hour >= before)
    rows.fixed = later
    return _marked(rows.take(same_span & (later <= end)), 4)


def _zero(clean: Columns, at: NDArray[np.int64]) -> Columns:
    """No position yet: the phone sends 0, 0 (infinite km, which the table writes as such)."""
    rows = clean.take(at)
    rows.xy = np.full_like(rows.xy, np.inf)
    return _marked(rows, 6)


def _nan(clean: Columns, at: NDArray[np.int64]) -> Columns:
    """A row without coordinates."""
    rows = _zero(clean, at)
    rows.xy = np.full_like(rows.xy, np.nan)
    return _marked(rows, 7)


def _jumped(rows: Columns, at: NDArray[np.int64]) -> Columns:
    """Lone outliers: a fix thrown some kilometres towards the middle of the city."""
    away = np.maximum(np.hypot(*rows.xy[at].T), 1e-9)[:, None]
    moved = rows.take(np.arange(len(rows.fixed)))
    moved.xy = moved.xy.copy()
    moved.xy[at] = rows.xy[at] * (1 - JUMP_KM / away)
    moved.tag = moved.tag.copy()
    moved.tag[at] = 3
    return moved


def _unknown(city: City, clean: Columns, at: NDArray[np.int64]) -> Columns:
    """Fixes of a worker nobody listed."""
    rows = clean.take(at)
    rows.worker = np.full(len(rows.fixed), city.workers + 98)
    return _marked(rows, 8)


def _evening(clean: Columns, of: tuple[int, int], rng: np.random.Generator) -> Columns:
    """A phone left on after work: the last position of somebody with day duty, again and again."""
    clock = (clean.fixed - of[0]) // SECOND
    day_duty = np.unique(clean.worker[(clock > 14 * 3600) & (clock < 18 * 3600)])
    watch = np.unique(clean.worker[(clock < 8 * 3600) | (clock >= 18 * 3600)])
    free = np.setdiff1d(day_duty, watch)
    times = of[0] + np.arange(*EVENING_S, 40) * SECOND
    times = times[times <= of[1]]
    if len(free) == 0 or len(times) == 0:
        return clean.take(np.empty(0, np.int64))
    mine = np.flatnonzero(clean.worker == rng.choice(free))[-1:]
    rows = clean.take(np.repeat(mine, len(times)))
    rows.fixed = times
    rows.received = times + 2 * SECOND
    return _marked(rows.take(rows.received <= of[1]), 5)


def answers(columns: Columns, name: str, first_row: int) -> list[dict[str, object]]:
    """Return the planted rows of a file: kind, what becomes of it, row as an editor shows it, worker and time."""
    at = np.flatnonzero(columns.tag)
    times = columns.fixed[at].astype("datetime64[us]").astype(str)
    return [
        {
            "file": name,
            "kind": KINDS[int(columns.tag[i])][0],
            "expected": KINDS[int(columns.tag[i])][1],
            "row": int(i) + first_row,
            "worker_id": worker_id(int(columns.worker[i])),
            "fixed_at": str(time),
        }
        for i, time in zip(at, times, strict=True)
    ]
