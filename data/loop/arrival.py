"""Arrival proven by the track (B06): whoever was sent was there, whatever the button says.

A fix proves something only if it is at least as accurate as the circle is wide ([dispatch] arrive_m; one without an
accuracy is taken at its word) and was made after the order. The arrival is the first fix of the first stretch inside
the circle that lasts `arrive_s`: it needs a second fix, and driving past is over sooner. A fix outside ends a stretch,
and so does a silence longer than [fixes] gap_s; a fix too inaccurate to prove anything does neither.
The time of the button (arrived_at) stays beside the proven one (arrived_track_at).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.config import Config
from data.loop.distance import Floats, Point, metres


class Fix(NamedTuple):
    """One fix: naive UTC, degrees EPSG:4326, metres (None: not told)."""

    at: datetime
    lon: float
    lat: float
    accuracy_m: float | None = None


class Trail(NamedTuple):
    """Fixes of one worker as arrays, sorted by time: datetime64[us] UTC, degrees, metres (NaN: not told)."""

    at: NDArray[np.datetime64]
    lon: Floats
    lat: Floats
    accuracy_m: Floats


def arrived(fixes: Iterable[Fix], point: Point, since: datetime, config: Config) -> datetime | None:
    """Return when a worker came to a point (EPSG:4326) after `since` (naive UTC); None where no track proves it.

    The fixes may stand in any order and repeat.
    """
    return first_arrival(trail(fixes), point, since, config)


def trail(fixes: Iterable[Fix]) -> Trail:
    """Return fixes in any order as arrays."""
    rows = sorted(fixes, key=lambda fix: fix[:3])
    at, lon, lat, accuracy = zip(*rows, strict=True) if rows else ((),) * 4
    return Trail(np.array(at, "datetime64[us]"), *(np.array(axis, np.float64) for axis in (lon, lat, accuracy)))


def first_arrival(way: Trail, point: Point, since: datetime, config: Config) -> datetime | None:
    """Return the same of a sorted trail."""
    limits = config.dispatch
    proving = (way.at >= np.datetime64(since, "us")) & ~(way.accuracy_m > limits.arrive_m)
    at = way.at[proving]
    inside = metres(way.lon[proving], way.lat[proving], point) <= limits.arrive_m
    if not inside.any():
        return None
    silent = np.diff(at) > np.timedelta64(int(config.fixes.gap_s * 1e6), "us")
    starts = np.r_[True, (inside[1:] & ~inside[:-1]) | silent]
    began = np.maximum.accumulate(np.where(starts, np.arange(len(at)), 0))
    stayed = inside & (at - at[began] >= np.timedelta64(int(limits.arrive_s * 1e6), "us"))
    first = np.flatnonzero(stayed)[:1]
    moment: list[datetime] = at[began[first]].tolist()
    return moment[0] if moment else None
