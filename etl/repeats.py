"""Finds tracks that repeat an earlier one: the same way at the same pace at another time, by anybody.

A track is told as the sequence of lines of a 50 m mesh it crosses; where three crossings follow each other in two
tracks, their difference in time is noted, and only two tracks whose difference stays the same over many crossings
are looked at closely. People do go the same way again, but not at the same pace for so long.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.config import Config
from etl.ways import LOOK_S, Finding, Floats, Ints, Least, Places, Tracks, neighbours, places, repeated, shared

MESH_M = 50.0
REPEATS = 6  # of equal sequences each is compared with as many
SHIFT_S = 30.0  # differences in time within this are one shift
CROSSINGS = 6  # with one shift, to be looked at
MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio (Knuth: multiplicative hashing)


class _Crossings(NamedTuple):
    """Where tracks cross lines of the mesh, by worker and time: worker, segment, seconds, and line and place."""

    worker: Ints
    segment: Ints
    seconds: Floats
    code: NDArray[np.uint64]


class _Shift(NamedTuple):
    """Who seems to repeat whom: numbers of both, seconds since midnight from and to, and how much later."""

    worker: int
    other: int
    since: float
    until: float
    shift: float


def replays(tracks: Tracks, config: Config) -> list[Finding]:
    """Find stretches that repeat the way of any worker at the same pace, at least shift_s later.

    `other` is who went there first, and may be the same worker. Of findings that overlap the longest stays.
    """
    limits = config.suspicion
    least = Least(limits.near_m, limits.near_share, limits.replay_s, limits.replay_m)
    found: list[Finding] = []
    for one in _shifts(_crossings(tracks), limits.shift_s, limits.replay_s):
        way = _between(places(tracks.of(one.worker), tracks.of(one.worker).moving(), LOOK_S), one)
        for since, until, metres in shared(way, tracks.of(one.other), one.shift, least):
            known = [f for f in found if f.worker == one.worker and f.since <= until and since <= f.until]
            found += [] if known else [Finding(one.worker, one.other, since, until, metres)]
    return found


def _between(way: Places, one: _Shift) -> Places:
    at = slice(*np.searchsorted(way.seconds, [one.since - LOOK_S, one.until + LOOK_S]))
    return Places(way.leg[at], way.seconds[at], way.x[at], way.y[at])


def _crossings(tracks: Tracks) -> _Crossings:
    """Cut every leg of the tracks at the lines of the mesh."""
    moving = tracks.moving()
    parts = [_across(moving, tracks.x, tracks.y), _across(moving, tracks.y, tracks.x)]
    leg, share, code = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    code[len(parts[0][0]) :] |= np.uint64(1 << 62)
    at = tracks.seconds[leg] + share * (tracks.seconds[leg + 1] - tracks.seconds[leg])
    order = np.lexsort((code, at, tracks.segment[leg]))
    leg = leg[order]
    return _Crossings(tracks.worker[leg].astype(np.int64), tracks.segment[leg], at[order], code[order])


def _across(leg: Ints, u: Floats, v: Floats) -> tuple[Ints, Floats, NDArray[np.uint64]]:
    """Return the legs that cross lines of constant u, the share of the leg, and direction, line and place as a code."""
    start, end = (np.floor(u[leg + k] / MESH_M).astype(np.int64) for k in (0, 1))
    which, number = repeated(np.abs(end - start))
    up = end[which] > start[which]
    line = np.where(up, start[which] + 1 + number, start[which] - number)
    leg = leg[which]
    share = (line * MESH_M - u[leg]) / (u[leg + 1] - u[leg])
    place = np.floor((v[leg] + share * (v[leg + 1] - v[leg])) / MESH_M).astype(np.int64)
    code = up.astype(np.int64) << 61 | (line & 0x3FFFFFFF) << 30 | (place & 0x3FFFFFFF)
    return leg, share, code.astype(np.uint64)


def _shifts(crossings: _Crossings, shift_s: float, long_s: float) -> list[_Shift]:
    """Return who goes whose way CROSSINGS times with one shift, over at least long_s; the longest first."""
    _, segment, seconds, code = crossings
    first = np.flatnonzero(segment[2:] == segment[:-2])
    sequence = (((code[first] * MIX) ^ code[first + 1]) * MIX) ^ code[first + 2]
    i, j = (first[side] for side in neighbours(sequence * MIX, REPEATS))
    earlier = seconds[i] <= seconds[j]
    i, j = np.where(earlier, i, j), np.where(earlier, j, i)
    apart = seconds[j] - seconds[i] >= shift_s
    found = [one for offset in (0.0, 0.5) for one in _grouped(crossings, i[apart], j[apart], offset)]
    return sorted((f for f in found if f.until - f.since >= long_s), key=lambda f: (f.since - f.until, f))


def _grouped(crossings: _Crossings, i: Ints, j: Ints, offset: float) -> list[_Shift]:
    """Gather pairs of sequences (j repeats i) by both workers and shift; a staggered second time misses no border."""
    worker, seconds = crossings.worker, crossings.seconds
    shift = seconds[j] - seconds[i]
    step = np.floor(shift / SHIFT_S + offset).astype(np.int64)
    order = np.lexsort((seconds[j], step, worker[i], worker[j]))
    i, j, step, shift = i[order], j[order], step[order], shift[order]
    new = (np.diff(worker[j]) != 0) | (np.diff(worker[i]) != 0) | (np.diff(step) != 0)
    start = np.append(0, np.flatnonzero(new) + 1)[: len(i)]
    end = np.append(start[1:], len(i))[: len(start)]
    many = np.flatnonzero(end - start >= CROSSINGS)
    return [
        _Shift(
            worker=int(worker[j[a]]),
            other=int(worker[i[a]]),
            since=float(seconds[j[a]]),
            until=float(seconds[j[b - 1]]),
            shift=float(np.median(shift[a:b])),
        )
        for a, b in zip(start[many].tolist(), end[many].tolist(), strict=True)
    ]
