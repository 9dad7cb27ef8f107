"""Cuts tracks into packed chunks of playback: one payload per area and slot of the day (data/playback.py).

Every track is cut at the borders of the slots by vertices that both sides hold, so that chunks join without a
hole; a gap is where one path ends and another begins. Everything is whole numbers from the start: positions
in 1e-6 degree, times in seconds elapsed since local midnight, so a day of 25 hours simply has 100 slots. A vertex
is as accurate as its fix; one made between two fixes as the worse of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.config import Config
from data.days import midnight
from data.playback import ACCURACIES, UNIT, Paths, Whole, write
from data.schema import arrow_schema
from etl.merge_fixes import numbered

MICROS = 1 << 38  # microseconds; more than any local day has
LONGEST = 32_000  # 1e-6 degree: a longer step would not fit int16 and gets vertices in between

Ints = NDArray[np.int64]


class Lines(NamedTuple):
    """Tracks as vertices in time order; `line` numbers segments, `worker` and `area` are positions in lists.

    `accuracy` is one of ACCURACIES (metres), 0 unknown.
    """

    line: Ints
    worker: NDArray[np.int32]
    area: Ints
    seconds: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    accuracy: Ints


class Tracks(NamedTuple):
    """Tables track and fix of a day, both sorted by worker and time: every vertex stands for a fix."""

    track: pa.Table
    fix: pa.Table


class _Pieces(NamedTuple):
    """Straight parts inside one slot: the leg each is of, its slot, and both ends (x, y, t, accuracy)."""

    leg: Ints
    slot: Ints
    start: Ints
    end: Ints


def packed(day: date, tracks: Tracks, packed_in: Callable[[str], str], config: Config) -> pa.Table:
    """Return the rows of table chunk made of the vertices of tracks; `packed_in` says where a worker's are kept."""
    track = tracks.track
    workers, worker = numbered(track["worker_id"])
    homes = [packed_in(name) for name in workers]
    areas = sorted(set(homes))
    home = np.array([areas.index(area) for area in homes], np.int64)
    since = np.datetime64(midnight(day, config.zone), "us")
    seconds = _micros(track, since) / 1e6
    line = np.zeros(track.num_rows, np.int64)
    line[_starts(worker.astype(np.int64), track["seg"].to_numpy())] = 1
    lon, lat = (track[name].to_numpy() for name in ("lon", "lat"))
    lines = Lines(np.cumsum(line), worker, home[worker], seconds, lon, lat, _accuracy(tracks, workers, since))
    rows = list(pack(day, lines, workers, config.playback.slot_s))
    columns = {
        "day": [day] * len(rows),
        "area_id": [areas[area] for area, _, _ in rows],
        "slot": [slot for _, slot, _ in rows],
        "payload": [payload for _, _, payload in rows],
    }
    return pa.table(columns, schema=arrow_schema("chunk"))


def _accuracy(tracks: Tracks, workers: list[str], since: np.datetime64) -> Ints:
    """Return the class of accuracy of the fix each vertex stands for: of the same worker and moment."""
    own, worker = numbered(tracks.fix["worker_id"])
    place = np.searchsorted(own, workers)[numbered(tracks.track["worker_id"])[1]]
    moment = worker * np.int64(MICROS) + _micros(tracks.fix, since)
    wanted = place * np.int64(MICROS) + _micros(tracks.track, since)
    metres = tracks.fix["accuracy_m"].cast(pa.float64()).to_numpy()[np.searchsorted(moment, wanted)]
    rank = np.searchsorted(ACCURACIES[:-1], metres)
    return np.where(metres > 0, np.array(ACCURACIES)[rank], 0)


def _micros(rows: pa.Table, since: np.datetime64) -> Ints:
    """Return how long after `since` the rows were, in microseconds."""
    return np.asarray((rows["fixed_at"].to_numpy().astype("datetime64[us]") - since).astype(np.int64))


def pack(day: date, lines: Lines, workers: Sequence[str], slot_s: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield (position of area, slot, payload), sorted; `workers` are the ids `lines.worker` points into."""
    pieces = _fit(_cut(lines, slot_s))
    order = np.lexsort((pieces.slot, lines.area[pieces.leg]))
    pieces = _Pieces(*(column[order] for column in pieces))
    area = lines.area[pieces.leg]
    path = _starts(area, pieces.slot, lines.line[pieces.leg])
    paths = _paths(pieces, path, lines.worker[pieces.leg[path]], slot_s)
    vertex = np.append(paths.starts(), len(paths.t))
    edges = np.append(np.searchsorted(path, _starts(area, pieces.slot)), len(path))
    seen, number = _seen(paths.worker, np.diff(edges), len(workers))
    paths = paths._replace(worker=number)
    for (first, last), ids in zip(pairwise(edges.tolist()), seen, strict=True):
        slot = int(pieces.slot[path[first]])
        part = paths.pick(slice(first, last), slice(vertex[first], vertex[last]))
        head = {"day": day.isoformat(), "slot": slot, "t0": slot * slot_s}
        yield int(area[path[first]]), slot, write(head, [workers[i] for i in ids], part)


def _seen(worker: Whole, lengths: Ints, workers: int) -> tuple[list[list[int]], Ints]:
    """Return the workers of each chunk, sorted, and the position of each path's worker among those of its chunk."""
    chunk = np.repeat(np.arange(len(lengths)), lengths)
    pairs, where = np.unique(chunk * workers + worker, return_inverse=True)
    first = np.searchsorted(pairs, np.arange(len(lengths) + 1) * workers)
    seen = [(pairs[low:high] % workers).tolist() for low, high in pairwise(first.tolist())]
    return seen, where - first[chunk]


def _cut(lines: Lines, slot_s: int) -> _Pieces:
    """Cut every leg between two vertices of a line at the borders of slots."""
    columns = [np.rint(lines.lon * UNIT), np.rint(lines.lat * UNIT), np.floor(lines.seconds), lines.accuracy]
    at = np.column_stack(columns).astype(np.int64)
    leg = np.flatnonzero(np.diff(lines.line) == 0)
    begin, finish = at[leg, 2], at[leg + 1, 2]
    first = begin // slot_s
    which, number = _repeat(np.maximum(-(-finish // slot_s) - first, 1))
    slot = first[which] + number
    start, end = at[leg[which]], at[leg[which] + 1]
    since, until = np.maximum(slot * slot_s, start[:, 2]), np.minimum((slot + 1) * slot_s, end[:, 2])
    return _Pieces(leg[which], slot, _moment(start, end, since), _moment(start, end, until))


def _moment(start: Ints, end: Ints, t: Ints) -> Ints:
    """Return where one is at times t on even ways from start to end."""
    share = (t - start[:, 2]) / np.maximum(end[:, 2] - start[:, 2], 1)
    at = _along(start, end, share)
    at[:, 2] = t
    return at


def _along(start: Ints, end: Ints, share: NDArray[np.float64]) -> Ints:
    at = np.asarray(start + np.rint((end - start) * share[:, None]).astype(np.int64))
    between = (share > 0) & (share < 1)
    at[between, 3] = np.maximum(start, end)[between, 3]
    return at


def _fit(pieces: _Pieces) -> _Pieces:
    """Divide the pieces whose step does not fit into int16."""
    step = np.abs(pieces.end - pieces.start)[:, :2].max(axis=1, initial=0)
    count = np.maximum(-(-step // LONGEST), 1)
    which, number = _repeat(count)
    start, end, parts = pieces.start[which], pieces.end[which], count[which]
    edges = (_along(start, end, number / parts), _along(start, end, (number + 1) / parts))
    return _Pieces(pieces.leg[which], pieces.slot[which], *edges)


def _repeat(count: Ints) -> tuple[Ints, Ints]:
    """Return for `count` copies of each row the row and the number of the copy, from 0."""
    which = np.repeat(np.arange(len(count)), count)
    return which, np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)


def _starts(*keys: Ints) -> Ints:
    """Return where any of the keys changes, the first row included."""
    changed = np.zeros(len(keys[0]), np.bool_)
    changed[:1] = True
    for key in keys:
        changed[1:] |= np.diff(key) != 0
    return np.flatnonzero(changed)


def _paths(pieces: _Pieces, path: Ints, worker: NDArray[np.int32], slot_s: int) -> Paths:
    """Join pieces to paths: the start of the first piece of each, then the end of every piece."""
    at = np.insert(pieces.end, path, pieces.start[path], axis=0)
    length = np.diff(path, append=len(pieces.leg)) + 1
    first = path + np.arange(len(path))
    step = np.diff(at, axis=0, prepend=0)
    step[first] = 0
    t = at[:, 2] - np.repeat(pieces.slot[path] * slot_s, length)
    small = (step[:, 0].astype(np.int16), step[:, 1].astype(np.int16), t.astype(np.uint16))
    return Paths(worker, length, at[first, 0], at[first, 1], *small, at[:, 3].astype(np.uint8))
