"""Finds fixes that no motion explains: the phone was held by a distant mast, or woke up with an old position."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from etl.compiled import compiled

Floats = NDArray[np.float64]
Way = tuple[Floats, Floats, Floats]  # seconds, longitude and latitude in degrees

EARTH_M = 6_371_008.8  # mean radius (IUGG)
RADIAN = math.pi / 180
SHORTEST_S = 1.0  # two fixes within a second say nothing about speed
AWAY_S = 300.0  # a phone is held by a distant mast for minutes; longer, it may well be there


@compiled
def _metres(way: Way, i: int, j: int) -> float:
    """Return the distance of fixes i and j on the sphere (haversine)."""
    _, lon, lat = way
    half = math.sin((lat[j] - lat[i]) * RADIAN / 2) ** 2
    if half == 0 and lon[i] == lon[j]:
        return 0.0
    half += math.cos(lat[i] * RADIAN) * math.cos(lat[j] * RADIAN) * math.sin((lon[j] - lon[i]) * RADIAN / 2) ** 2
    metres: float = 2 * EARTH_M * math.asin(math.sqrt(min(half, 1.0)))
    return metres


@compiled
def leaps(way: Way, i: int, j: int, jump_mps: float) -> bool:
    """Say whether going from fix i to fix j needs more than jump_mps."""
    seconds: float = max(way[0][j] - way[0][i], SHORTEST_S)
    return _metres(way, i, j) > jump_mps * seconds


@compiled
def _back(good: int, i: int, end: int, way: Way, jump_mps: float) -> int:
    """Return the first fix after the leap to i that leaps back to where `good` was, else i.

    Back is within AWAY_S, and nearer to `good` than half of either leap.
    """
    for k in range(i + 1, end):
        if way[0][k] - way[0][i] > AWAY_S:
            break
        if leaps(way, k - 1, k, jump_mps):
            near = 2 * _metres(way, good, k)
            if near < _metres(way, good, i) and near < _metres(way, k - 1, k):
                return k
    return i


@compiled
def _first_good(start: int, end: int, way: Way, jump_mps: float) -> int:
    """Return start, or start + 1 where the first fix fits neither the second nor the third, which agree."""
    lone = end - start > 2 and leaps(way, start, start + 1, jump_mps)
    return start + 1 if lone and not leaps(way, start + 1, start + 2, jump_mps) else start


@compiled
def outliers(worker: NDArray[np.int32], way: Way, jump_mps: float) -> NDArray[np.bool_]:
    """Walk every worker's day from good fix to good fix and mark what no motion below jump_mps explains.

    One element per fix, sorted by worker and time. A leap both from the last good fix and to the next fix is a
    lone outlier. Fixes that leap away and leap back are outliers too if they are no more than the good ones before
    them (a distant mast, not a phone that woke up with an old position). Whoever leaps and stays away has moved.
    """
    n = len(worker)
    bad = np.zeros(n, np.bool_)
    start = 0
    while start < n:
        end = start
        while end < n and worker[end] == worker[start]:
            end += 1
        good, support = _first_good(start, end, way, jump_mps), 1
        bad[start:good] = True
        i = good + 1
        while i < end:
            stop = i
            leapt = leaps(way, good, i, jump_mps)
            if leapt:
                alone = i + 1 == end or leaps(way, i, i + 1, jump_mps)
                stop = i + 1 if alone else _back(good, i, min(end, i + support + 1), way, jump_mps)
            bad[i:stop] = True
            if stop == i:
                support = 1 if leapt else support + 1
                good = i
            i = max(stop, i + 1)
        start = end
    return bad
