"""Leaves out the vertices of a track that can be told from their neighbours: time-aware Douglas-Peucker.

The distance of a fix is measured to where a worker would have been *at that moment* on the straight way
between two kept fixes (TD-TR: Meratnia and de By, 2004), so waiting and hurrying survive, which the plain
Douglas-Peucker forgets.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from etl.compiled import compiled

Floats = NDArray[np.float64]


def simplify(
    seconds: Floats,
    x: Floats,
    y: Floats,
    fixed: NDArray[np.bool_],
    tolerance: float,
) -> NDArray[np.bool_]:
    """Say which vertices to keep: the `fixed` ones, and between them what is off by more than `tolerance`.

    Arrays have one element per vertex in time order, x and y in metres. The ends of every line must be
    `fixed`; vertices before the first or after the last fixed one are dropped.
    """
    anchors = np.flatnonzero(fixed)
    return _simplify(seconds, x, y, anchors, tolerance * tolerance)


@compiled
def _farthest(seconds: Floats, x: Floats, y: Floats, i: int, j: int) -> tuple[int, float]:
    """Return the vertex farthest from the even motion from i to j, and its squared distance."""
    span = seconds[j] - seconds[i]
    most, where = -1.0, i
    for k in range(i + 1, j):
        share = (seconds[k] - seconds[i]) / span if span > 0 else 0.0
        off = (x[k] - x[i] - share * (x[j] - x[i])) ** 2 + (y[k] - y[i] - share * (y[j] - y[i])) ** 2
        if off > most:
            most, where = off, k
    return where, most


@compiled
def _simplify(seconds: Floats, x: Floats, y: Floats, anchors: NDArray[np.int64], most_off: float) -> NDArray[np.bool_]:
    keep = np.zeros(len(x), np.bool_)
    keep[anchors] = True
    pending = np.empty((len(x) + 1, 2), np.int64)
    for a in range(len(anchors) - 1):
        pending[0, 0], pending[0, 1], open_ = anchors[a], anchors[a + 1], 1
        while open_ > 0:
            open_ -= 1
            i, j = pending[open_, 0], pending[open_, 1]
            k, off = _farthest(seconds, x, y, i, j)
            if off > most_off:
                keep[k] = True
                pending[open_, 0], pending[open_, 1] = i, k
                pending[open_ + 1, 0], pending[open_ + 1, 1] = k, j
                open_ += 2
    return keep
