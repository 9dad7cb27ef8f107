"""One worker's day on foot and by e-bike: rounds from door to door, visits, and what the phone makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
DAILY, ROUND, ROUNDS = 26, 13, 10  # cells a worker gets round to in a day; cells of one round; rounds planned
STAND, WALK, RIDE = 0, 1, 2
SPEEDS = (0.1, 1.2, 4.6)  # metres per second
INDOORS_M, OUTDOORS_M = (5.5, 10.0), 2.6  # standard deviation of each coordinate
MEMORY = 0.8  # of the drift, from one fix to the next
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
    cells = _visits(city, beat, (number, day), rng)
    pace = replace(COUNTRY if rural else TOWN, stay=3.0 if watch else 1.0)
    routes = [_route(beat, cells, span, pace, rng) for span in spans]
    silent = _silences(city, number, spans, rng)
    return Day(routes, silent, _fixes(routes, silent, spans, rng))


@dataclass(frozen=True)
class Pace:
    """How likely a long way is ridden and a cell crossed to its other side, and how deep a visit leads into it."""

    ride: float
    across: float
    depth: tuple[float, float]
    stay: float = 1.0


TOWN, COUNTRY = Pace(0.25, 0.2, (0.15, 0.75)), Pace(0.9, 0.8, (0.3, 1.2))


def _visits(city: City, beat: Beat, of: tuple[int, date], rng: np.random.Generator) -> Ints:
    """The cells to visit, in the order of a round: a share of the grid that depends on the worker, in turn by day.

    Now and then an errand leads to a cell next to the grid, with some workers often.
    """
    number, day = of
    own = np.random.default_rng([city.seed, 7, number])
    share = own.choice([1.0, 0.9, 0.75, 0.5], p=[0.62, 0.2, 0.11, 0.07])
    away = np.hypot(*(beat.cells[: beat.own] - beat.xy[beat.home]).T)
    near = np.argsort(away, kind="stable")[: max(1, int(np.ceil(share * len(away))))]
    turn = own.permutation(near)
    today = np.resize(np.roll(turn, -day.toordinal() * DAILY), ROUNDS * ROUND)
    astray = rng.random(len(today)) < own.choice([0.005, 0.02, 0.06], p=[0.6, 0.32, 0.08])
    if len(beat.cells) > beat.own:
        today[astray] = rng.integers(beat.own, len(beat.cells), int(astray.sum()))
    out = beat.cells[today] - beat.xy[beat.home]
    angle = np.arctan2(out[:, 1], out[:, 0]).reshape(ROUNDS, ROUND)
    order = np.argsort(angle, axis=1, kind="stable") + np.arange(ROUNDS)[:, None] * ROUND
    rounds: Ints = today[order.ravel()]
    return rounds


def _route(beat: Beat, cells: Ints, span: tuple[int, int], pace: Pace, rng: np.random.Generator) -> Route:
    """Go from door to door until the span ends; a long way is ridden, the last metres are walked."""
    clock = float(span[0] + rng.integers(0, 40 if pace.stay > 1 else 240))
    here, knots = beat.home, [(np.array([clock]), beat.xy[[beat.home]], np.array([STAND]))]
    ahead = np.roll(cells, -int(rng.integers(len(cells))))
    for cell, following in zip(ahead, np.roll(ahead, -1), strict=True):
        door = beat.door(cell, beat.xy[here])
        inside = beat.xy[door] + (beat.cells[cell] - beat.xy[door]) * rng.uniform(*pace.depth)
        out = beat.door(cell, beat.cells[following]) if rng.random() < pace.across else door
        stay = min(rng.lognormal(6.1, 0.55), 2400.0) if rng.random() < 0.6 else rng.uniform(30, 150)
        legs = [beat.way(here, door), np.array([beat.xy[door], inside]), None, np.array([inside, beat.xy[out]])]
        for points in legs:
            if points is None:
                clock += max(stay, 60.0) * pace.stay
                knots.append((np.array([clock]), inside[None], np.array([STAND])))
                continue
            length = np.r_[0, np.cumsum(np.hypot(*np.diff(points, axis=0).T))] * 1000
            ridden = length[-1] > 400 and rng.random() < pace.ride
            speed = rng.normal(SPEEDS[RIDE], 0.35) if ridden else rng.normal(SPEEDS[WALK], 0.08)
            knots.append((clock + length[1:] / speed, points[1:], np.full(len(points) - 1, RIDE if ridden else WALK)))
            clock += length[-1] / speed
        here = out
        if clock > span[1]:
            break
    at, xy, mode = (np.concatenate(column) for column in zip(*knots, strict=True))
    return Route(at, xy, mode)


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
    """What the phone sends: every EVERY_S seconds, nothing while it is off, positions wandering round the true one."""
    parts = [_seen(route, span, rng) for route, span in zip(routes, spans, strict=True)]
    at, true, mode = (np.concatenate([part[k] for part in parts]) for k in range(3))
    off = np.zeros(len(at), bool)
    for start, end in silent:
        off |= (at >= start) & (at <= end)
    at, true, mode = at[~off], true[~off], mode[~off]
    sigma = np.where(mode == STAND, rng.uniform(*INDOORS_M), OUTDOORS_M)
    drift = lfilter([np.sqrt(1 - MEMORY**2)], [1, -MEMORY], rng.normal(size=(len(at), 2)), axis=0) * sigma[:, None]
    hours = (at - at[:1]) / 3600.0
    accuracy: Floats = np.maximum(3.0, sigma * rng.lognormal(0.55, 0.3, len(at)))
    return Fixes(
        at=at,
        xy=true + drift / 1000,
        accuracy=accuracy.round(1),
        speed=np.round(np.array(SPEEDS)[mode] * rng.uniform(0.8, 1.2, len(at)), 2),
        battery=np.round(np.clip(1.0 - hours * rng.uniform(0.045, 0.085), 0.06, 1.0), 2),
    )


def _seen(route: Route, span: tuple[int, int], rng: np.random.Generator) -> tuple[Ints, Points, Ints]:
    """Return times, true points and modes of one span of duty."""
    at = np.arange(max(span[0], int(route.at[0])), span[1] - 3, EVERY_S)
    at = at + rng.integers(-3, 4, len(at))
    at = at[at >= route.at[0]]
    xy = np.column_stack([np.interp(at, route.at, axis) for axis in route.xy.T])
    return at, xy, route.mode[np.minimum(np.searchsorted(route.at, at), len(route.at) - 1)]
