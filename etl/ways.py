"""Compares the simplified tracks of workers: at the same moments, or shifted in time.

Tracks, not fixes: they are twenty times fewer, hold no drift of people standing, and can be read for a whole day
whatever part of it was judged again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyproj import Transformer

from data.config import Config
from data.days import midnight
from etl.merge_fixes import numbered

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

BROKEN_S = 300.0  # moving apart for longer, two tracks are no longer one way
LOOK_S = 10.0  # two ways are compared this often


class Tracks(NamedTuple):
    """The vertices of a day's tracks by worker and time: worker and segment numbers, seconds since midnight, metres."""

    workers: list[str]
    worker: NDArray[np.int32]
    segment: Ints
    seconds: Floats
    x: Floats
    y: Floats

    def of(self, worker: int) -> Tracks:
        """Return the vertices of one worker."""
        mine = slice(*np.searchsorted(self.worker, [worker, worker + 1]))
        return Tracks(self.workers, self.worker[mine], self.segment[mine], *(v[mine] for v in self[3:]))

    def moving(self) -> Ints:
        """Return the legs (by their first vertex) on which somebody moves; a stay is a leg of no length."""
        moved = (np.diff(self.x) != 0) | (np.diff(self.y) != 0)
        return np.flatnonzero(moved & (np.diff(self.segment) == 0))


class Places(NamedTuple):
    """Where workers were at whole multiples of a step of time: leg, seconds, x and y."""

    leg: Ints
    seconds: Floats
    x: Floats
    y: Floats


class Least(NamedTuple):
    """What a shared way takes: metres between, share of looks within them, seconds of motion and metres."""

    near_m: float
    share: float
    seconds: float
    metres: float


class Finding(NamedTuple):
    """A way somebody shares with another: numbers of both, seconds since midnight from and to, metres."""

    worker: int
    other: int
    since: float
    until: float
    metres: float


def tracks_of(day: date, table: pa.Table, config: Config) -> Tracks:
    """Return the rows of table track of a local day as plain columns, sorted by worker and time."""
    workers, worker = numbered(table["worker_id"])
    since = np.datetime64(midnight(day, config.zone), "us")
    seconds = (table["fixed_at"].to_numpy().astype("datetime64[us]") - since).astype(np.int64) / 1e6
    order = np.lexsort((seconds, worker))
    project = Transformer.from_crs("EPSG:4326", config.city.crs_metric, always_xy=True)
    x, y = project.transform(*(table[name].to_numpy()[order] for name in ("lon", "lat")))
    segment = worker[order].astype(np.int64) << 32 | table["seg"].to_numpy()[order]
    return Tracks(workers, worker[order], segment, seconds[order], x, y)


def places(tracks: Tracks, leg: Ints, step_s: float) -> Places:
    """Return where one was on these legs at every multiple of step_s after their start, up to their end."""
    start, end = (np.floor(tracks.seconds[leg + k] / step_s).astype(np.int64) for k in (0, 1))
    which, number = repeated(end - start)
    seconds = np.asarray((start[which] + 1 + number) * step_s, np.float64)
    leg = leg[which]
    share = (seconds - tracks.seconds[leg]) / (tracks.seconds[leg + 1] - tracks.seconds[leg])
    x, y = (v[leg] + share * (v[leg + 1] - v[leg]) for v in (tracks.x, tracks.y))
    return Places(leg, seconds, x, y)


def shared(mine: Places, other: Tracks, shift: float, least: Least) -> Iterator[tuple[float, float, float]]:
    """Yield (since, until, metres) of the stretches that keep near where the other was `shift` seconds before.

    mine: where somebody was while moving, every LOOK_S; standing neither ends a stretch nor makes it longer.
    """
    near = np.flatnonzero(_apart(mine, other, shift) <= least.near_m)
    if len(near) == 0:
        return
    cuts = np.flatnonzero(np.diff(near) > BROKEN_S / LOOK_S) + 1
    way = np.append(0.0, np.cumsum(np.hypot(np.diff(mine.x), np.diff(mine.y))))
    for start, end in pairwise([0, *cuts.tolist(), len(near)]):
        first, last = near[start], near[end - 1]
        since, until, metres = float(mine.seconds[first]), float(mine.seconds[last]), float(way[last] - way[first])
        long = (last - first) * LOOK_S >= least.seconds and metres >= least.metres
        if long and end - start >= least.share * (last - first + 1):
            yield since, until, metres


def _apart(mine: Places, other: Tracks, shift: float) -> Floats:
    """Return how far the other was, `shift` seconds before; infinite where nobody knows."""
    if len(other.seconds) < 2:
        return np.full(len(mine.seconds), np.inf)
    then = mine.seconds - shift
    after = np.clip(np.searchsorted(other.seconds, then), 1, len(other.seconds) - 1)
    known = (other.segment[after] == other.segment[after - 1]) & (then >= other.seconds[0])
    known &= then <= other.seconds[-1]
    x, y = (np.interp(then, other.seconds, axis) for axis in (other.x, other.y))
    return np.where(known, np.hypot(mine.x - x, mine.y - y), np.inf)


def neighbours(key: NDArray[np.generic], most: int) -> tuple[Ints, Ints]:
    """Return the pairs of elements with one key, each with the next `most` that follow, as positions i < j."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    pairs = [(order[:0], order[:0])]
    for lag in range(1, most + 1):
        same = np.flatnonzero(ordered[lag:] == ordered[:-lag])
        if len(same) == 0:
            break
        pairs.append((order[same], order[same + lag]))
    return np.concatenate([i for i, _ in pairs]), np.concatenate([j for _, j in pairs])


def repeated(count: Ints) -> tuple[Ints, Ints]:
    """Return for `count` copies of each row the row and the number of the copy, from 0."""
    which = np.repeat(np.arange(len(count)), count)
    return which, np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
