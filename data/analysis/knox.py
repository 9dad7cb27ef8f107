"""Near repeats: are cases close in place also close in time more often than chance makes them?

Source: Knox 1964, Applied Statistics 13, 25-30; the reference shuffles the times among the places. What may be one
case reported twice (closer than `same_m` and `same_h`) is left out first, or the answer is trivial.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
METRES, DAYS = (50.0, 100.0, 200.0, 400.0), (1.0, 3.0, 7.0, 14.0)
SHUFFLES = 99
SAME_M, SAME_H = 50.0, 24.0


@dataclass(frozen=True)
class Knox:
    """Pairs within so many metres and days, how many chance makes, their ratio, and p (one-sided)."""

    metres: float
    days: float
    pairs: int
    expected: float
    ratio: float | None
    p: float


def knox(xy: Floats, days: Floats, seed: int = 0, shuffles: int = SHUFFLES) -> list[Knox]:
    """Return the table of near repeats: points n x 2 in metres, times in days; same input, same table."""
    xy, days = once(xy, days)
    pairs = cKDTree(xy).query_pairs(METRES[-1], output_type="ndarray") if len(xy) > 1 else np.empty((0, 2), int)
    away = np.linalg.norm(xy[pairs[:, 0]] - xy[pairs[:, 1]], axis=1)
    random = np.random.default_rng(seed)
    seen = _counts(days, pairs, away)
    chance = np.array([_counts(random.permutation(days), pairs, away) for _ in range(shuffles)])
    return [
        _row((i, j), seen, chance)
        for i in range(len(METRES))
        for j in range(len(DAYS))
    ]  # fmt: skip


def once(xy: Floats, days: Floats) -> tuple[Floats, Floats]:
    """Return points and times without what may be an earlier case reported again."""
    order = np.argsort(days, kind="stable")
    xy, days = xy[order], days[order]
    close = cKDTree(xy).query_pairs(SAME_M, output_type="ndarray") if len(xy) > 1 else np.empty((0, 2), int)
    again = close[np.abs(days[close[:, 0]] - days[close[:, 1]]) * 24 <= SAME_H]
    kept = np.ones(len(xy), bool)
    for first, later in sorted(map(tuple, np.sort(again, axis=1))):
        if kept[first]:
            kept[later] = False
    return xy[kept], days[kept]


def _counts(days: Floats, pairs: NDArray[np.int64], away: Floats) -> NDArray[np.int64]:
    """Return the pairs within each distance and time, cumulative: METRES x DAYS."""
    apart = np.abs(days[pairs[:, 0]] - days[pairs[:, 1]])
    by_place = np.searchsorted(METRES, away, side="left")
    by_time = np.searchsorted(DAYS, apart, side="left")
    same = (away <= SAME_M) & (apart * 24 <= SAME_H)  # left out of what is seen, so out of what chance makes as well
    inside = (by_place < len(METRES)) & (by_time < len(DAYS)) & ~same
    table = np.zeros((len(METRES), len(DAYS)), np.int64)
    np.add.at(table, (by_place[inside], by_time[inside]), 1)
    return np.asarray(table.cumsum(axis=0).cumsum(axis=1))


def _row(at: tuple[int, int], seen: NDArray[np.int64], chance: NDArray[np.int64]) -> Knox:
    pairs, expected = int(seen[at]), float(chance[(slice(None), *at)].mean())
    p = (1 + int((chance[(slice(None), *at)] >= pairs).sum())) / (1 + len(chance))
    return Knox(METRES[at[0]], DAYS[at[1]], pairs, expected, pairs / expected if expected else None, p)
