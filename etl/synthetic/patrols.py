"""One worker's day on foot and by e-bike: rounds from door to door, visits, and what the phone makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from etl.synthetic.beat import Beat, make_beat
from etl.synthetic.city import City
from etl.synthetic.curves import Points
from etl.synthetic.people import grid_number
from etl.synthetic.roster import Spans, on_duty, shift

EVERY_S = 20
STAND, WALK, RIDE = 0, 1, 2
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Route:
    """Where a worker truly is: knots in seconds since local midnight, km, and the mode up to each knot."""

    at: Floats
    xy: Points
    mode: Ints

    def moved_m(self, first: float, last: float) -> dict[int, float]:
        """Return the metres walked and ridden between two moments, by mode."""
        times = np.unique(np.clip(np.r_[first, self.at, last], first, last))
        xy = np.column_stack([np.interp(times, self.at, axis) for axis in self.xy.T])
        step = np.hypot(*np.diff(xy, axis=0).T) * 1000
        mode = self.mode[np.minimum(np.searchsorted(self.at, times[1:]), len(self.at) - 1)]
        return {kind: float(step[mode == kind].sum()) for kind in (WALK, RIDE)}


@dataclass(frozen=True)
class Fixes:
    """A worker's fixes of one local day: seconds since midnight, km (with noise), accuracy m, speed m/s, battery."""

    at: Ints
    xy: Points
    accuracy: Floats
    speed: Floats
    battery: Floats


@dataclass(frozen=True)
class Day:
    """One worker-day: true routes of each span of duty, spans with the phone off, and the fixes."""

    routes: list[Route]
    silent: list[tuple[float, float]]
    fixes: Fixes


def patrol(city: City, number: int, day: date) -> Day | None:
    """Return a worker's day, the same whenever asked; None off duty."""
    spans = on_duty(city.seed, city.workers, number, day)
    if not spans:
        return None
    rng = np.random.default_rng([city.seed, 6, number, day.toordinal()])
    watch = shift(city.seed, city.workers, number, day)[0] == "watch"
    beat = make_beat(city, grid_number(city, number))
    rural = city.grids[grid_number(city, number)].kind == "rural"
    cells = _visits(city, beat, number, day)
    pace = Pace(0.75 if rural else 0.25, 3.0 if watch else 1.0)
    routes = [_route(beat, cells, span, pace, rng) for span in spans]
    silent = _silences(city, number, spans, rng)
    return Day(routes, silent, _fixes(routes, silent, spans, rng))


@dataclass(frozen=True)
class Pace:
    """How likely a long way is ridden, and by how much stays are longer than usual."""

    ride: float
    stay: float


def _visits(city: City, beat: Beat, number: int, day: date) -> Ints:
    """The cells to visit, in the order of a round: a share of the grid that depends on the worker, in turn by day."""
    own = np.random.default_rng([city.seed, 7, number])
    share = own.choice([1.0, 1.0, 0.9, 0.7, 0.45], p=[0.4, 0.2, 0.2, 0.12, 0.08])
    away = np.hypot(*(beat.cells - beat.xy[beat.home]).T)
    near = np.argsort(away, kind="stable")[: max(1, int(np.ceil(share * len(away))))]
    turn = own.permutation(near)
    count = min(len(turn), 18)
    today = turn[(day.toordinal() * count + np.arange(count)) % len(turn)]
    out = beat.cells[today] - beat.xy[beat.home]
    order = np.argsort(np.arctan2(out[:, 1], out[:, 0]), kind="stable")
    rounds: Ints = np.tile(today[order], 5)
    return rounds


def _route(beat: Beat, cells: Ints, span: tuple[int, int], pace: Pace, rng: np.random.Generator) -> Route:
    """Go from door to door until the span ends; a long way is ridden, the last metres are walked."""
    clock = float(span[0] + rng.integers(0, 240))
    here, knots = beat.home, [(np.array([clock]), beat.xy[[beat.home]], np.array([STAND]))]
    first = int(rng.integers(len(cells)))
    for cell in np.roll(cells, -first):
        door = int(beat.door[cell])
        legs = [(beat.way(here, door), RIDE), (beat.xy[door] + _steps(beat, cell, door, rng), WALK)]
        for points, mode in legs:
            length = np.r_[0, np.cumsum(np.hypot(*np.diff(points, axis=0).T))] * 1000
            ridden = mode == RIDE and length[-1] > 600 and rng.random() < pace.ride
            speed = rng.normal(4.6, 0.35) if ridden else rng.normal(1.2, 0.08)
            knots.append((clock + length[1:] / speed, points[1:], np.full(len(points) - 1, RIDE if ridden else WALK)))
            clock += length[-1] / speed
        stay = min(rng.lognormal(6.3, 0.55), 2400.0) * pace.stay if rng.random() < 0.72 else rng.uniform(30, 150)
        knots.append((np.array([clock + stay]), knots[-1][1][-1:], np.array([STAND])))
        back = beat.xy[[door]]
        clock += stay + np.hypot(*(back - knots[-1][1])[0]) * 1000 / 1.2
        knots.append((np.array([clock]), back, np.array([WALK])))
        here = door
        if clock > span[1]:
            break
    at, xy, mode = (np.concatenate(column) for column in zip(*knots, strict=True))
    return Route(at, xy, mode)


def _steps(beat: Beat, cell: int, door: int, rng: np.random.Generator) -> Points:
    """From the corner into the cell, to somewhere between a fifth and all of the way to its middle."""
    inward = (beat.cells[cell] - beat.xy[door]) * rng.uniform(0.2, 1.0)
    return np.array([[0.0, 0.0], inward])


def _silences(city: City, number: int, spans: Spans, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Now and then the phone is off for 10 to 40 minutes, for a few workers often."""
    often = 0.45 if (number * 13 + city.seed) % 17 == 0 else 0.12
    out = []
    for first, last in spans:
        if rng.random() < often:
            start = rng.uniform(first + 1200, last - 3600)
            out.append((start, start + rng.uniform(660, 2400)))
    return out


def _fixes(routes: list[Route], silent: list[tuple[float, float]], spans: Spans, rng: np.random.Generator) -> Fixes:
    at, xy, mode = [], [], []
    for route, (first, last) in zip(routes, spans, strict=True):
        times = np.arange(max(first, int(route.at[0])), last - 3, EVERY_S)
        times = times + rng.integers(-3, 4, len(times))
        times = times[times >= route.at[0]]
        at.append(times)
        xy.append(np.column_stack([np.interp(times, route.at, axis) for axis in route.xy.T]))
        mode.append(route.mode[np.minimum(np.searchsorted(route.at, times), len(route.at) - 1)])
    times, true, moving = np.concatenate(at), np.vstack(xy), np.concatenate(mode)
    seen = np.ones(len(times), bool)
    for first, last in silent:
        seen &= (times < first) | (times > last)
    times, true, moving = times[seen], true[seen], moving[seen]
    sigma = np.where(moving == STAND, rng.uniform(5.5, 10.0), 2.6)
    noise = lfilter([np.sqrt(1 - 0.8**2)], [1, -0.8], rng.normal(size=(len(times), 2)), axis=0) * sigma[:, None]
    hours = np.maximum(times - times[:1], 0) / 3600
    speed = np.choose(moving, [0.1, 1.2, 4.6]) * rng.uniform(0.8, 1.2, len(times))
    accuracy = np.maximum(3.0, sigma * rng.lognormal(0.55, 0.3, len(times)))
    battery = np.clip(1.0 - hours * rng.uniform(0.045, 0.085), 0.06, 1.0)
    return Fixes(times, true + noise / 1000, np.round(accuracy, 1), np.round(speed, 2), np.round(battery, 2))
