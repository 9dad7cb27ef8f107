"""Hot spots of a year of weeks: Gi* in closed form against the reference library's permutations."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from time import perf_counter

import numpy as np
from scipy.sparse import csr_array

from data.analysis.gi import gi_star
from data.analysis.neighbours import queen
from tests.benchmarks import Bench

SIDE, WEEKS, PERMUTATIONS = 40, 52, 999


@cache
def city() -> tuple[csr_array, np.ndarray]:
    """Return 1,600 grids in rows and columns as binary weights, and a year of weekly counts, 1,600 x 52."""
    x, y = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    counts = np.random.default_rng(1).poisson(4.0, (SIDE * SIDE, WEEKS)).astype(float)
    return queen(np.column_stack([x.ravel(), y.ravel()])), counts


def ours() -> float:
    """Return the seconds of all weeks at once, best of seven."""
    weights, counts = city()
    return min(_timed(lambda: gi_star(weights, counts)) for _ in range(7))


def baseline() -> float:
    """Return the seconds esda takes for one of the weeks, times 52 (each costs the same), once it is compiled."""
    from esda import G_Local
    from libpysal.weights import lat2W

    _, counts = city()
    about = {"star": True, "transform": "B", "permutations": PERMUTATIONS, "n_jobs": 1, "seed": 1}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        known, few = lat2W(SIDE, SIDE, rook=False), lat2W(3, 3, rook=False)
        G_Local(counts[:9, 0], few, **about)
        return WEEKS * _timed(lambda: G_Local(counts[:, 0], known, **about))


def _timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


BENCH = Bench(
    "gi_star",
    ours,
    baseline,
    500.0,
    "1,600 grids x 52 weeks, against esda.G_Local with 999 permutations (one week measured, times 52)",
)
