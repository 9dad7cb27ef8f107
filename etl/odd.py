"""Finds what one phone alone tells: leaps, coordinates on a lattice, one speed all day, a phone left lying.

Every function looks at all workers of a day at once and returns stretches (`Odd`). None is a proof: each is a
hypothesis for a human. Thresholds stand in [suspicion] of the configuration, the list of rules in data/rules.toml.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.config import Config
from data.rules import flag_bits
from etl.day import Day
from etl.legs import far_legs, speed_bands, whole_steps
from etl.tracks import online

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

DEGREE_M = 111_195.0  # of the mean sphere
ON_LATTICE = 0.05  # of a step; a conversion of the datum leaves steps whole to a ten-thousandth


class Odd(NamedTuple):
    """Stretches of a worker: first and last fix (positions in `Day.fixes`) and the measure of the rule."""

    first: Ints
    last: Ints
    measure: Floats


def teleports(day: Day, config: Config) -> Odd:
    """Find days on which a phone leaps again and again, there and back or from place to place; counts leaps.

    A leap is a leg of at least teleport_m faster than jump_mps; fixes that say they are inaccurate do not leap.
    """
    limits = config.suspicion
    excused = day.flags & (flag_bits()["inaccurate"] | flag_bits()["mock"]) != 0
    lon, lat = (day.fixes[name].to_numpy() for name in ("lon", "lat"))
    before, after = far_legs(day.worker, excused, (lon, lat), limits.teleport_m / DEGREE_M).T
    east = (lon[after] - lon[before]) * np.cos(np.radians(lat[before]))
    length = DEGREE_M * np.hypot(east, lat[after] - lat[before])
    passed = day.fixes["fixed_at"].take(after).to_numpy() - day.fixes["fixed_at"].take(before).to_numpy()
    seconds = np.maximum(passed / np.timedelta64(1, "s"), 1.0)
    leap = after[(length >= limits.teleport_m) & (length > config.fixes.jump_mps * seconds)]
    count = np.bincount(day.worker[leap], minlength=len(day.workers))
    return _from_to(day, np.flatnonzero(count >= limits.teleport_times), count, leap)


def lattices(day: Day, config: Config) -> Odd:
    """Find days whose steps are whole multiples of one step on both axes; measures their share of the steps.

    Steps are looked at, not places, so that a lattice is still found after a conversion of the datum.
    """
    limits, points = config.suspicion, day.points
    of, at = (points.worker, day.segment), (points.lon, points.lat)
    steps, whole = whole_steps(of, at, limits.lattice_degree, ON_LATTICE, len(day.workers)).T
    share = whole / np.maximum(steps, 1)
    return _from_to(day, np.flatnonzero((steps >= limits.lattice_steps) & (share >= limits.lattice_share)), share)


def even_speeds(day: Day, config: Config) -> Odd:
    """Find days on which most of the moving is done at one and the same speed; measures that speed."""
    limits, points = config.suspicion, day.points
    slowest, ratio = config.fixes.jitter_mps, 1 + 2 * limits.even_spread
    way = (points.seconds, points.x, points.y)
    spent = speed_bands((points.worker, day.segment), way, (slowest, ratio, len(day.workers)))
    most, whole = spent.max(axis=1), spent[:, ::2].sum(axis=1)
    odd = (most >= limits.even_s) & (most >= limits.even_share * whole)
    return _from_to(day, np.flatnonzero(odd), slowest * ratio ** ((spent.argmax(axis=1) + 1) / 2))


def left_lying(day: Day, config: Config) -> Odd:
    """Find days spent at one place but for moments; measures the metres that adding up the drift would claim."""
    limits, points, stays, n = config.suspicion, day.points, day.stays, len(day.workers)
    worker = points.worker[stays.first]
    rested = np.bincount(worker, points.seconds[stays.last] - points.seconds[stays.first], minlength=n)
    width = np.zeros(n)
    for axis in (stays.mean(points.x), stays.mean(points.y)):
        most, least = np.full(n, -np.inf), np.full(n, np.inf)
        np.maximum.at(most, worker, axis)
        np.minimum.at(least, worker, axis)
        width = np.maximum(width, most - least)
    there = online(points, config.fixes.online_cap_s, n)
    odd = (rested >= limits.left_s) & (rested >= limits.left_share * there) & (width <= limits.left_m)
    claimed = np.zeros(n)
    for one in np.flatnonzero(odd):
        way = slice(*np.searchsorted(points.worker, [one, one + 1]))
        claimed[one] = np.hypot(np.diff(points.x[way]), np.diff(points.y[way])).sum()
    return _from_to(day, np.flatnonzero(odd), claimed)


def _from_to(day: Day, workers: Ints, measure: NDArray[np.generic], fixes: Ints | None = None) -> Odd:
    """Return one stretch for each of `workers`, from the first to the last of their counted fixes, or of `fixes`.

    measure: one element per worker of the day; fixes: positions in `Day.fixes`, sorted.
    """
    chosen = day.counted if fixes is None else fixes
    worker = day.points.worker if fixes is None else day.worker[fixes]
    first, last = (np.searchsorted(worker, workers, side=side) for side in ("left", "right"))
    return Odd(chosen[first], chosen[last - 1], measure[workers].astype(np.float64))
