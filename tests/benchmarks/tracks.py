"""Tracks and stays of whole days: compiled stays and TD-TR against MovingPandas on the same fixes.

Both look for the stays of every day and simplify the same segments in time. The measure raises where the vertices
kept by TD-TR are not the same ones.
"""

from __future__ import annotations

import warnings
from functools import cache
from time import perf_counter
from typing import Any

import numpy as np

from etl.points import Points
from etl.simplify import simplify
from etl.stays import find_stays
from etl.tracks import split
from tests.benchmarks import Bench
from tests.walks import CORNER, LIMITS

WORKERS, FIXES, EVERY_S, START_S = 3, 1_440, 20.0, 1_767_542_400
SEGMENTS = 4  # a silence after each


@cache
def days() -> Points:
    """Return three workers' fixes, one every 20 s for eight hours: walks, stays of ten minutes and more, silences."""
    rng = np.random.default_rng(1)
    walking = np.sin(np.arange(FIXES) / 20 + rng.uniform(0, 6, (WORKERS, 1))) > -0.2
    heading = np.cumsum(rng.normal(0, 0.3, (WORKERS, FIXES)), axis=1)
    step = 1.2 * EVERY_S * walking
    way = np.cumsum([step * np.cos(heading), step * np.sin(heading)], axis=2) + rng.normal(0, 2, (2, WORKERS, FIXES))
    seconds = np.arange(FIXES) * EVERY_S + np.arange(FIXES) * SEGMENTS // FIXES * 2 * LIMITS.gap_s
    worker = np.repeat(np.arange(WORKERS, dtype=np.int32), FIXES)
    x, y = (axis.ravel() + corner for axis, corner in zip(way, CORNER, strict=True))
    return Points(worker, np.tile(seconds, WORKERS), x, y, x, y, np.full(len(x), np.nan))


def tracks() -> np.ndarray:
    """Find stays, and return which vertices of every segment TD-TR keeps."""
    points = days()
    segment = split(points, LIMITS.gap_s)
    find_stays(points, segment, LIMITS)
    new = np.diff(segment, prepend=-1) != 0
    return simplify(points.seconds, points.x, points.y, new | np.append(new[1:], True), LIMITS.simplify_m)


def ours() -> float:
    """Return seconds per fix, best of three after one call that compiles."""
    tracks()
    times = []
    for _ in range(3):
        start = perf_counter()
        tracks()
        times.append(perf_counter() - start)
    return min(times) / len(days().x)


def baseline() -> float:
    """Return seconds per fix of MovingPandas; raises ValueError where it keeps other vertices."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # missing extras of MovingPandas, and what it tells its own developers
        return _theirs() / len(days().x)


def _theirs() -> float:
    import movingpandas
    import pandas

    parts = _trajectories()
    start = perf_counter()
    kept = []
    for track in parts:
        detector = movingpandas.TrajectoryStopDetector(track)
        shortest = pandas.Timedelta(seconds=LIMITS.stay_s)
        detector.get_stop_time_ranges(min_duration=shortest, max_diameter=2 * LIMITS.stay_radius_m)
        kept.append(movingpandas.TopDownTimeRatioGeneralizer(track).generalize(tolerance=LIMITS.simplify_m))
    elapsed = perf_counter() - start
    theirs = [moment.timestamp() - START_S for one in kept for moment in one.df.index]
    if theirs != days().seconds[tracks()].tolist():
        raise ValueError("MovingPandas keeps other vertices")
    return elapsed


def _trajectories() -> list[Any]:
    """Return the same segments as MovingPandas has them."""
    import geopandas
    import movingpandas
    import pandas

    points = days()
    segment = split(points, LIMITS.gap_s)
    parts = []
    for one in np.unique(segment):
        at = segment == one
        times = pandas.to_datetime(START_S + points.seconds[at], unit="s")
        frame = geopandas.GeoDataFrame(
            geometry=geopandas.points_from_xy(points.x[at], points.y[at]), index=times, crs=4549
        )
        parts.append(movingpandas.Trajectory(frame, int(one)))
    return parts


BENCH = Bench(
    "tracks", ours, baseline, 300.0, "stays and TD-TR at 5 m, same vertices kept, against MovingPandas", "s per fix"
)
