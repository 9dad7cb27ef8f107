"""Simplifying tracks in time: compiled TD-TR against MovingPandas on the same fixes."""

from __future__ import annotations

import warnings
from functools import cache
from time import perf_counter

import numpy as np

from etl.simplify import simplify
from tests.benchmarks import Bench

WORKERS, FIXES, TOLERANCE = 2, 1_440, 5.0


@cache
def days() -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return seconds, x and y (metres) of two workers who wander about all day, one fix a minute."""
    rng = np.random.default_rng(1)
    ways = 3_500_000 + np.cumsum(rng.normal(0, 30, (WORKERS, 2, FIXES)), axis=2)
    return [(np.arange(FIXES) * 60.0, x, y) for x, y in ways]


def ours() -> float:
    """Return seconds per fix, best of three after one call that compiles."""
    fixed = np.zeros(FIXES, np.bool_)
    fixed[[0, -1]] = True
    for day in days():
        simplify(*day, fixed, TOLERANCE)
    times = []
    for _ in range(3):
        start = perf_counter()
        for day in days():
            simplify(*day, fixed, TOLERANCE)
        times.append(perf_counter() - start)
    return min(times) / (WORKERS * FIXES)


def baseline() -> float:
    """Return seconds per fix of MovingPandas' TopDownTimeRatioGeneralizer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # missing extras of MovingPandas, and what it tells its own developers
        return _theirs() / (WORKERS * FIXES)


def _theirs() -> float:
    import geopandas
    import movingpandas
    import pandas

    tracks = []
    for seconds, x, y in days():
        times = pandas.to_datetime(1_767_542_400 + seconds, unit="s")
        frame = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(x, y), index=times, crs=4549)
        tracks.append(movingpandas.Trajectory(frame, 1))
    start = perf_counter()
    for track in tracks:
        movingpandas.TopDownTimeRatioGeneralizer(track).generalize(tolerance=TOLERANCE)
    return perf_counter() - start


BENCH = Bench(
    "tracks", ours, baseline, 500.0, "TD-TR at 5 m, against MovingPandas TopDownTimeRatioGeneralizer", "s per fix"
)
