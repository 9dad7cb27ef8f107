"""What is reported on one local day: when, by whom, of what kind, where. A function of (seed, day) alone."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from data.days import midnight
from etl.synthetic.city import City
from etl.synthetic.curves import Points
from etl.synthetic.hotspots import SPREAD_KM, places, script, spots
from etl.synthetic.roster import HOUR, ZONE, is_workday

PER_GRID = 0.5  # incidents per grid and day
NOISE = 16
POINT, GRID, COMMUNITY, DEFAULT = 0, 1, 2, 3
KNOWN = [0.945, 0.03, 0.02, 0.005]
SEVERITY = {"DIS": 3, "HAZ": 2, "ENV": 4, "APP": 4, "FAC": 3, "LIV": 4, "SPG": 3, "PUB": 2, "EME": 1, "INF": 5, "OPI": 4, "OTH": 4}
EPOCH_S = 1_000_000


@dataclass(frozen=True)
class Reports:
    """Columns of the incidents of one or several days, in the order of their ids.

    at: whole UTC seconds since 1970; source, kind, sub, life: positions in the script; known: POINT, GRID, COMMUNITY or
    DEFAULT; xy km; luck (n, NOISE): standard normal draws for what happens next.
    """

    day: NDArray[np.int64]
    number: NDArray[np.int64]
    at: NDArray[np.int64]
    source: NDArray[np.int64]
    kind: NDArray[np.int64]
    sub: NDArray[np.int64]
    severity: NDArray[np.int64]
    known: NDArray[np.int64]
    life: NDArray[np.int64]
    grid: NDArray[np.int64]
    xy: Points
    luck: Points

    def ids(self) -> NDArray[np.object_]:
        """Return the incident ids: local day and number of the day."""
        days = [date.fromordinal(int(d)).strftime("%Y%m%d") for d in self.day]
        return np.array([f"SJ{d}-{n:04d}" for d, n in zip(days, self.number, strict=True)], object)

    def take(self, keep: NDArray[np.generic]) -> Reports:
        """Return some of the incidents."""
        return Reports(*(getattr(self, field.name)[keep] for field in fields(self)))


def reports(city: City, days: list[date], end: date) -> Reports:
    """Return what is reported on these local days; `end` is the zero of the trends of hot spots."""
    parts = [_day(city, day, end) for day in days]
    return Reports(*(np.concatenate([getattr(p, field.name) for p in parts]) for field in fields(Reports)))


def _day(city: City, day: date, end: date) -> Reports:
    rng = np.random.default_rng([city.seed, 10, day.toordinal()])
    text, rest = script(), not is_workday(day)
    share = np.array([s["share"] * (s["rest"] if rest else 1.0) for s in text["source"]])
    season = 1 + 0.13 * np.sin((day.timetuple().tm_yday - 80) / 365.25 * 2 * np.pi)
    usual = sum(s["share"] for s in text["source"])
    n = int(rng.poisson(PER_GRID * 1.1 * len(city.grids) * season * share.sum() / usual))
    source = rng.choice(len(share), n, p=share / share.sum())
    hour = np.array([rng.choice(24, p=_hours(text["source"][s]["hours"])) for s in source], np.int64)
    start = int((midnight(day, ZONE) - _EPOCH).total_seconds())
    at = np.sort(start + hour * HOUR + rng.integers(0, HOUR, n))
    hour = (at - start) // HOUR
    kind, xy = _what_and_where(city, (day, end), hour, rng)
    grid = city.tree.grid_of[_nearest(city).query(xy)[1]]
    names = [k["id"] for k in text["kind"]]
    severity = np.array([SEVERITY[names[k]] for k in kind], np.int64)
    severity = np.clip(severity + rng.choice([-1, 0, 1], n, p=[0.03, 0.90, 0.07]) * (severity > 1), 1, 5)
    return Reports(
        day=np.full(n, day.toordinal()),
        number=np.arange(1, n + 1),
        at=at,
        source=source,
        kind=kind,
        sub=rng.integers(0, 1 << 30, n),
        severity=severity,
        known=rng.choice(4, n, p=KNOWN),
        life=_lives(source, rng),
        grid=grid,
        xy=xy,
        luck=rng.normal(size=(n, NOISE)),
    )


def _hours(name: str) -> NDArray[np.float64]:
    weight = np.array(script()["hours"][name], float)
    return weight / weight.sum()


def _what_and_where(
    city: City, days: tuple[date, date], hour: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.int64], Points]:
    """Draw kinds and points: some in hot spots, some at persisting places, the rest where people live or walk."""
    kinds = script()["kind"]
    names = [k["id"] for k in kinds]
    weight = np.array([[k["share"] * _factor(k, days[0], night) for k in kinds] for night in (False, True)])
    dark = ((hour >= 20) | (hour < 6)).astype(int)
    n = len(hour)
    draw = rng.random(n)
    kind = np.array([np.searchsorted(np.cumsum(weight[d]) / weight[d].sum(), u) for d, u in zip(dark, draw, strict=True)], int)
    kind = np.minimum(kind, len(kinds) - 1)
    xy = np.empty((n, 2))
    for place in ("homes", "town", "land"):
        mine = np.flatnonzero(np.array([kinds[k]["place"] == place for k in kind], bool))
        xy[mine] = _somewhere(city, place, len(mine), rng)
    hot = spots(city)
    chance = np.array([spot.share * spot.weight(*days) for spot in hot])
    which = rng.choice(len(hot) + 2, n, p=np.r_[chance, 0.10, 0.90 - chance.sum()])
    for number, spot in enumerate(hot):
        mine = np.flatnonzero(which == number)
        kind[mine] = names.index(spot.kind)
        xy[mine] = rng.normal((spot.x, spot.y), SPREAD_KM, (len(mine), 2))
    again = np.flatnonzero(which == len(hot))
    at, what = places(city)
    chosen = rng.integers(0, len(at), len(again))
    kind[again] = [names.index(what[c]) for c in chosen]
    xy[again] = at[chosen] + rng.normal(0, 0.008, (len(again), 2))
    return kind, xy


def _factor(kind: dict[str, Any], day: date, night: bool) -> float:
    season = kind.get("summer", 1.0) if day.month in (6, 7, 8) else kind.get("winter", 1.0) if day.month in (12, 1, 2) else 1.0
    return float(season * (kind.get("night", 1.0) if night else 1.0))


def _somewhere(city: City, place: str, count: int, rng: np.random.Generator) -> Points:
    """Points in cells by people (towns only for "town", any dry cell for "land"), between the middle and a corner."""
    people = city.tree.people
    chance = {"homes": people, "town": people * (city.mesh.town >= 0) ** 1 + 1e-9, "land": 1.0 * ~city.tree.water}[place]
    cells = rng.choice(len(chance), count, p=chance / chance.sum())
    corner = np.array([city.mesh.loop[c][int(u * len(city.mesh.loop[c]))] for c, u in zip(cells, rng.random(count), strict=True)], int)
    reach = rng.uniform(0.1, 0.92, (count, 1)) if count else np.empty((0, 1))
    middle = city.mesh.site[cells]
    out: Points = middle + (city.mesh.vertex[corner].reshape(-1, 2) - middle) * reach
    return out


def _lives(source: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    names = [s["id"] for s in script()["source"]]
    lives = script()["life"]
    share = np.array([[life["shares"].get(s, life["shares"].get("other", 0) if s not in ("worker", "public") else 0) for life in lives] for s in names], float)
    edges = np.cumsum(share, axis=1) / share.sum(axis=1, keepdims=True)
    out: NDArray[np.int64] = (rng.random(len(source))[:, None] > edges[source]).sum(axis=1)
    return out


@lru_cache(maxsize=2)
def _nearest(city: City) -> cKDTree:
    return cKDTree(city.mesh.site)


from datetime import datetime  # noqa: E402

_EPOCH = datetime(1970, 1, 1)
