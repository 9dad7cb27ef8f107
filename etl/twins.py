"""Finds two phones carried together: near each other at the same moments, and moving.

Nobody is compared with everybody: where each moving worker was at every full minute is sorted into cells, and only
workers who share a cell again and again are looked at closely.
"""

from __future__ import annotations

import numpy as np

from data.config import Config
from etl.ways import LOOK_S, Finding, Least, Tracks, neighbours, places, shared

MINUTE_S = 60.0
CELL_M = 20.0  # some four times near_m: two phones in one pocket share most of their cells
CROWD = 8  # of the workers in one cell and minute each is paired with as many
SEEN_SHARE = 0.3  # of the minutes of together_s two phones must share a cell in


def together(tracks: Tracks, config: Config) -> list[Finding]:
    """Find pairs of workers who moved within near_m of each other; one finding for each of the two."""
    limits = config.suspicion
    least = Least(limits.near_m, limits.near_share, limits.together_s, limits.together_m)
    found: list[Finding] = []
    for one, other in _candidates(tracks, SEEN_SHARE * limits.together_s / MINUTE_S):
        for mine, its in ((one, other), (other, one)):
            way = tracks.of(mine)
            ours = places(way, way.moving(), LOOK_S)
            found += [Finding(mine, its, *part) for part in shared(ours, tracks.of(its), 0.0, least)]
    return found


def _candidates(tracks: Tracks, often: float) -> list[tuple[int, int]]:
    """Return pairs of workers who were in one cell at one minute at least so often."""
    seen, n = places(tracks, tracks.moving(), MINUTE_S), len(tracks.workers)
    minute, x, y = (np.floor(v / w).astype(np.int64) for v, w in zip(seen[1:], (MINUTE_S, CELL_M, CELL_M), strict=True))
    i, j = neighbours(minute << 40 | (x & 0xFFFFF) << 20 | (y & 0xFFFFF), CROWD)
    worker = tracks.worker[seen.leg].astype(np.int64)
    pairs, count = np.unique(worker[i] * n + worker[j], return_counts=True)
    often_seen = pairs[(count >= often) & (pairs // n != pairs % n)]
    return list(zip((often_seen // n).tolist(), (often_seen % n).tolist(), strict=True))
