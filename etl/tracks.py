"""Turns the counted fixes of a day into tracks: split at gaps, stays collapsed, simplified in time.

What is not measured is not drawn: a silence longer than gap_s ends one segment and starts another. A stay is
two vertices with the same coordinates, at its start and its end, so that a dot stands still. Everything else
keeps within simplify_m of where the fixes were at the same moment.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.config import Fixes
from etl.points import Points
from etl.simplify import simplify
from etl.stays import Stays


class Track(NamedTuple):
    """The vertices of the simplified tracks: the fix of each (position), and the way as drawn and measured.

    `lon`, `lat`, `x`, `y` differ from those of the fix inside stays only, where they are the stay's centre.
    """

    fix: NDArray[np.int64]
    segment: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]


def split(points: Points, gap_s: float) -> NDArray[np.int64]:
    """Number the segments of all workers from 0: a new one for each worker and after each silence."""
    if len(points.worker) == 0:
        return np.empty(0, np.int64)
    broken = (np.diff(points.worker) != 0) | (np.diff(points.seconds) > gap_s)
    return np.concatenate([[0], np.cumsum(broken)]).astype(np.int64)


def trace(points: Points, segment: NDArray[np.int64], stays: Stays, tolerance: float) -> Track:
    """Return the vertices of the tracks: ends of segments, ends of stays, and what TD-TR keeps between."""
    ends = np.zeros(len(segment), np.bool_)
    ends[stays.first] = ends[stays.last] = True
    fix = np.flatnonzero((stays.of < 0) | ends)
    settled = [_settle(values, stays)[fix] for values in (points.lon, points.lat, points.x, points.y)]
    new = np.diff(segment[fix], prepend=-1) != 0
    fixed = ends[fix] | new | np.append(new[1:], True)[: len(fix)]
    keep = simplify(points.seconds[fix], settled[2], settled[3], fixed, tolerance)
    return Track(fix[keep], segment[fix][keep], *(values[keep] for values in settled))


def distances(points: Points, track: Track, limits: Fixes, workers: int) -> NDArray[np.float64]:
    """Return the patrol distance of each worker in metres (W5): walked in the first row, ridden in the second.

    Measured along the simplified track, so that noise below simplify_m adds nothing; only legs within one
    segment, outside stays, whose even speed lies between jitter_mps and ride_mps; up to walk_mps it is walking.
    """
    length = np.hypot(np.diff(track.x), np.diff(track.y))
    speed = length / np.maximum(np.diff(points.seconds[track.fix]), 1.0)
    counted = (np.diff(track.segment) == 0) & (speed >= limits.jitter_mps) & (speed <= limits.ride_mps)
    worker, walking = points.worker[track.fix][1:], speed <= limits.walk_mps
    parts = (counted & walking, counted & ~walking)
    return np.array([np.bincount(worker[legs], length[legs], minlength=workers) for legs in parts])


def online(points: Points, cap_s: float, workers: int, counts: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
    """Return the online seconds of each worker (W3): time between fixes, each gap capped at cap_s.

    counts: which fixes count, by the time that leads to them (W4); all where None.
    """
    taken = points.worker[1:] == points.worker[:-1]
    if counts is not None:
        taken = taken & counts[1:]
    elapsed = np.where(taken, np.minimum(np.diff(points.seconds), cap_s), 0.0)
    return np.asarray(np.bincount(points.worker[1:], elapsed, minlength=workers), np.float64)


def gap_vertices(points: Points, track: Track) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the vertices before and after each gap: a worker's segment ends and another of the same begins."""
    worker = points.worker[track.fix]
    before = np.flatnonzero((np.diff(track.segment) != 0) & (np.diff(worker) == 0))
    return before, before + 1


def _settle(values: NDArray[np.float64], stays: Stays) -> NDArray[np.float64]:
    moved = values.copy()
    moved[stays.first] = moved[stays.last] = stays.mean(values)
    return moved
