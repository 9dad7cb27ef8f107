"""Adds up what the local day of each worker comes to: table worker_day."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.config import Fixes
from etl.crew import Crew
from etl.day import Day
from etl.tracks import distances, gap_vertices, online


def worker_days(found: Day, crew: Crew, limits: Fixes) -> dict[str, Any]:
    """Return the columns of table worker_day (without `day`), one row per worker of the day."""
    n = len(found.workers)
    first, last = _ends(found.worker, n)
    valid, inside = found.flags == 0, _own(found, crew)
    own = np.flatnonzero(valid & inside)
    gap, gap_s = _gaps(found)
    walk_m, ride_m = distances(found.points, found.track, limits, n)
    on_patrol = inside[found.counted] & ~_lingering(found, limits.linger_s)
    return {
        "worker_id": found.workers,
        "area_id": [crew.assigned(worker) for worker in found.workers],
        "first_at": found.fixes["fixed_at"].take(first),
        "last_at": found.fixes["fixed_at"].take(last),
        "fixes": last - first + 1,
        "valid_fixes": np.bincount(found.worker[valid], minlength=n),
        "own_fixes": np.bincount(found.worker[own], minlength=n),
        "online_s": online(found.points, limits.online_cap_s, n),
        "distance_m": walk_m + ride_m,
        "stays": np.bincount(found.points.worker[found.stays.first], minlength=n),
        "gaps": np.bincount(gap, minlength=n),
        "gap_s": np.bincount(gap, gap_s, minlength=n),
        "walk_m": walk_m,
        "ride_m": ride_m,
        "patrol_s": online(found.points, limits.online_cap_s, n, on_patrol),
        **_own_span(found, own),
    }


def _own_span(found: Day, own: NDArray[np.int64]) -> dict[str, Any]:
    """Return the times of the first and last valid fix in the own area, null where there is none."""
    first, last = _ends(found.worker[own], len(found.workers))
    moment = found.fixes["fixed_at"].to_numpy().astype("datetime64[us]")[own]
    none = np.full(len(first), np.datetime64("NaT", "us"))
    known = last >= first
    return {
        name: np.where(known, moment[np.where(known, at, 0)], none) if len(own) else none
        for name, at in (("first_own_at", first), ("last_own_at", last))
    }


def _ends(worker: NDArray[np.int32], n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and last position of each of n workers in sorted numbers; last < first where there is none."""
    return np.searchsorted(worker, np.arange(n)), np.searchsorted(worker, np.arange(n), side="right") - 1


def _gaps(found: Day) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the worker and the length in seconds of each gap."""
    before, after = gap_vertices(found.points, found.track)
    seconds = found.points.seconds[found.track.fix]
    return found.points.worker[found.track.fix[before]], seconds[after] - seconds[before]


def _lingering(found: Day, linger_s: float) -> NDArray[np.bool_]:
    """Say which counted fixes belong to a stay longer than linger_s."""
    stays, seconds = found.stays, found.points.seconds
    long = np.append(seconds[stays.last] - seconds[stays.first] > linger_s, False)  # -1, moving, is the last
    return np.asarray(long[stays.of], np.bool_)


def _own(found: Day, crew: Crew) -> NDArray[np.bool_]:
    """Ask the crew once for every worker and area that occur together."""
    width = len(found.areas)
    pair = found.worker.astype(np.int64) * width + found.area
    seen = np.flatnonzero(np.bincount(pair, minlength=1))
    owned = np.zeros(len(found.workers) * width + 1, np.bool_)
    owned[seen] = [crew.owns(found.workers[one // width], found.areas[one % width]) for one in seen.tolist()]
    return np.asarray(owned[pair])
