"""Finds where a worker stood still: the fixes that keep within a small circle for a while."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.config import Fixes
from etl.compiled import compiled
from etl.points import Points

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Columns = tuple[Floats, Floats, Floats, Ints, Floats]  # seconds, x, y, segment, squared radius

MOVING = -1
SURE = 2.0  # a phone's accuracy is a 68 % radius; twice that holds 95 %
WIDEST = 2.0  # an inaccurate fix may lie as many radii from the centre
EXCURSION = 2.0  # a departure shorter than stay_s / EXCURSION that comes back is drift, not an end


class Stays(NamedTuple):
    """Stays of one day in time order of each worker; positions point into the fixes they were found in.

    `first` and `last` are the first and last fix of each stay (int64); `of` is the stay of each fix (int64,
    -1 moving); `within` says which fixes lie inside the circle (others are short excursions of drift).
    """

    first: Ints
    last: Ints
    of: Ints
    within: Flags

    def mean(self, values: Floats) -> Floats:
        """Return the mean of `values` (one per fix) over the fixes inside each stay's circle."""
        held = self.of[self.within]
        n = len(self.first)
        count = np.bincount(held, minlength=n)
        return np.asarray(np.bincount(held, values[self.within], minlength=n) / count, np.float64)


def find_stays(points: Points, segment: Ints, limits: Fixes) -> Stays:
    """Find stays of at least stay_s within stay_radius_m of their running centre; none crosses a segment.

    A fix is also inside where twice its own accuracy would allow the centre, up to WIDEST radii.
    Two stays of one segment (one number per point) that are within a radius of each other and less than
    stay_s apart are one: a phone indoors wanders.
    """
    radius = limits.stay_radius_m
    reach = np.clip(SURE * np.nan_to_num(points.accuracy), radius, WIDEST * radius) ** 2
    bounds = np.array([radius * radius, limits.stay_s, limits.stay_s / EXCURSION])
    first, last, within = _scan((points.seconds, points.x, points.y, segment, reach), bounds)
    of = np.full(len(segment), MOVING, np.int64)
    sizes = last - first + 1
    rows = np.repeat(first - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
    of[rows] = np.repeat(np.arange(len(first)), sizes)
    return Stays(first, last, of, within & (of != MOVING))


@compiled
def _reach(i: int, fixes: Columns, bounds: Floats, within: Flags) -> tuple[int, float, float, int]:
    """Return the last fix of the circle begun at fix i, its centre and size, and mark what lies within."""
    seconds, x, y, segment, reach = fixes
    centre_x, centre_y, n, last, j = x[i], y[i], 1, i, i + 1
    within[i] = True
    while j < len(x) and segment[j] == segment[i]:
        if j > last + 1 and seconds[j] - seconds[last] > bounds[2]:
            break
        inside = (x[j] - centre_x) ** 2 + (y[j] - centre_y) ** 2 <= reach[j]
        within[j] = inside
        if inside:
            last, n = j, n + 1
            centre_x += (x[j] - centre_x) / n
            centre_y += (y[j] - centre_y) / n
        j += 1
    return last, centre_x, centre_y, n


@compiled
def _scan(fixes: Columns, bounds: Floats) -> tuple[Ints, Ints, Flags]:
    """Return first and last fix of each stay and what lies within; a circle beside the last one widens it."""
    seconds, _, _, segment, _ = fixes
    n, found, i = len(seconds), -1, 0
    first, last = np.empty(n, np.int64), np.empty(n, np.int64)
    centre, weight = np.empty((n, 2)), np.empty(n)
    within, trial = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    while i < n:
        end, cx, cy, count = _reach(i, fixes, bounds, trial)
        if seconds[end] - seconds[i] < bounds[1]:
            i += 1
            continue
        within[i : end + 1] = trial[i : end + 1]
        again = found >= 0 and segment[first[found]] == segment[i]
        if again:
            near = (centre[found, 0] - cx) ** 2 + (centre[found, 1] - cy) ** 2 <= bounds[0]
            again = near and seconds[i] - seconds[last[found]] < bounds[1]
        if not again:
            found += 1
            first[found], weight[found] = i, 0
            centre[found, 0], centre[found, 1] = cx, cy
        weight[found] += count
        centre[found, 0] += (cx - centre[found, 0]) * count / weight[found]
        centre[found, 1] += (cy - centre[found, 1]) * count / weight[found]
        last[found] = end
        i = end + 1
    return first[: found + 1], last[: found + 1], within
