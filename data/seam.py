"""Joins the playback of two local days at midnight: whoever was seen shortly before and after goes on between.

Nothing stored looks across midnight. The way over it is made when it is looked at, from the last vertex of the one
day and the first of the next, so that both sides hold the same position at the border.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.playback import UNIT, Chunk, Paths, read, write

LONGEST = 32_000  # 1e-6 degree: a longer step would not fit int16 and gets vertices in between

Ints = NDArray[np.int64]
Vertex = tuple[int, int, int, int]  # 1e-6 degree, seconds and metres of accuracy


class Seam(NamedTuple):
    """A midnight: seconds the day before had, and the longest silence that is still one way."""

    length_s: int
    gap_s: float


def seam(before: bytes, after: bytes, midnight: Seam) -> tuple[list[bytes], list[bytes]]:
    """Return what to merge with the last chunk of a day and with the first of the next: the ways up to midnight and on.

    Both lists are empty where nobody is seen on both sides within gap_s.
    """
    old, new = read(before), read(after)
    ends, starts = _ends(old, last=True), _ends(new, last=False)
    first, second = {}, {}
    for worker in sorted(ends.keys() & starts.keys()):
        (x, y, t, far), (to_x, to_y, to_t, to_far) = ends[worker], starts[worker]
        left = midnight.length_s - t
        if 0 < left + to_t <= midnight.gap_s:
            share = left / (left + to_t)
            border = (x + round((to_x - x) * share), y + round((to_y - y) * share))
            worse = max(far, to_far)
            first[worker] = ((x, y, t, far), (*border, midnight.length_s, worse))
            second[worker] = ((*border, 0, worse), (to_x, to_y, to_t, to_far))
    return _packed(old, first), _packed(new, second)


def _ends(chunk: Chunk, last: bool) -> dict[str, Vertex]:
    """Return the last or first vertex of each worker of a chunk."""
    ends = np.append(chunk.path_start[1:], len(chunk.t))[: len(chunk.path_start)] - 1
    found: dict[str, Vertex] = {}
    for worker, at in zip(chunk.path_worker.tolist(), (ends if last else chunk.path_start).tolist(), strict=True):
        place = round(chunk.lon[at] * UNIT), round(chunk.lat[at] * UNIT)
        vertex = (*place, int(chunk.t[at]), int(chunk.accuracy[at]))
        known = found.get(chunk.workers[worker])
        if known is None or (vertex[2] > known[2]) == last:
            found[chunk.workers[worker]] = vertex
    return found


def _packed(chunk: Chunk, legs: dict[str, tuple[Vertex, Vertex]]) -> list[bytes]:
    """Pack one leg of each worker into a chunk of the same slot."""
    if not legs or chunk.day is None:
        return []
    t0 = chunk.t0
    ways = [_cut(np.array(start), np.array(end)) for start, end in legs.values()]
    at = np.concatenate(ways)
    length = np.array([len(way) for way in ways])
    first = np.cumsum(length) - length
    step = np.diff(at, axis=0, prepend=0)
    step[first] = 0
    small = (step[:, 0].astype(np.int16), step[:, 1].astype(np.int16), (at[:, 2] - t0).astype(np.uint16))
    paths = Paths(np.arange(len(legs)), length, at[first, 0], at[first, 1], *small, at[:, 3].astype(np.uint8))
    return [write({"day": chunk.day, "slot": chunk.slot, "t0": t0}, list(legs), paths)]


def _cut(start: Ints, end: Ints) -> Ints:
    """Return the vertices of an even way whose steps all fit into two bytes."""
    parts = max(1, -(-int(np.abs(end - start)[:2].max()) // LONGEST))
    share = np.arange(parts + 1)[:, None] / parts
    at = np.asarray(start + np.rint((end - start) * share), np.int64)
    at[1:-1, 3] = max(start[3], end[3])
    return at
