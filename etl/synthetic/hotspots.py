"""Where it happens again and again: planted hot spots and persisting places of the made-up city."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from etl.synthetic.city import City
from etl.synthetic.curves import Points

SPREAD_KM = (0.21, 0.10)  # standard deviations along and across the street it lies on
PLACES_PER_GRID = 0.2
NEW_DAYS = 60


@cache
def script() -> dict[str, Any]:
    """Return incidents.toml: hours, sources, lives, kinds, hot spots."""
    return tomllib.loads(files("etl.synthetic").joinpath("incidents.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Spot:
    """A planted hot spot: its middle in km, kind, share of the city's incidents, and trend."""

    name: str
    kind: str
    x: float
    y: float
    share: float
    trend: str
    angle: float

    def scatter(self, count: int, rng: np.random.Generator) -> Points:
        """Return points around its middle, in km."""
        along, across = (rng.normal(0, spread, count) for spread in SPREAD_KM)
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        return np.column_stack([self.x + along * cos - across * sin, self.y + along * sin + across * cos])

    def weight(self, day: date, end: date) -> float:
        """Return its strength on a day; `end` is the last day of the batch, the zero of its trend."""
        age = (end - day).days
        if self.trend == "growing":
            return float(np.clip(1.9 - age / 150, 0.4, 1.9))
        if self.trend == "fading":
            return float(np.clip(0.25 + age / 180, 0.25, 1.8))
        if self.trend == "new":
            return 1.8 if age < NEW_DAYS else 0.0
        if self.trend == "seasonal":
            return 2.2 if day.month in (6, 7, 8, 9) else 0.5
        return 1.0


@lru_cache(maxsize=2)
def spots(city: City) -> list[Spot]:
    """Place the hot spots of the script in the densest blocks, apart from one another."""
    rng = np.random.default_rng([city.seed, 8])
    town = np.flatnonzero(city.mesh.town >= 0)
    big = town[np.isin(city.mesh.town[town], np.arange(min(3, len(city.realm.streets))))]
    chance = city.tree.land.people[big] ** 1.5
    order = rng.choice(big, len(big), replace=False, p=chance / chance.sum())
    apart = 0.9 * max(city.realm.scale, 0.3)
    chosen: list[int] = []
    for cell in order:
        if all(np.hypot(*(city.mesh.site[cell] - city.mesh.site[c])) > apart for c in chosen):
            chosen.append(int(cell))
    rows = script()["hotspot"]
    points = city.mesh.site[chosen[: len(rows)]]
    return [
        Spot(row["name"], row["kind"], float(x), float(y), row["share"], row["trend"], float(rng.uniform(0, np.pi)))
        for row, (x, y) in zip(rows, points, strict=False)
    ]


@lru_cache(maxsize=2)
def places(city: City) -> tuple[Points, list[str]]:
    """Return persisting places (km) and their kinds: corners where the same thing comes back."""
    rng = np.random.default_rng([city.seed, 9])
    count = max(2, int(PLACES_PER_GRID * len(city.grids)))
    chance = city.tree.land.people / city.tree.land.people.sum()
    cells = rng.choice(len(chance), count, p=chance)
    xy = city.mesh.site[cells] + rng.normal(0, 0.05, (count, 2))
    return xy, [str(kind) for kind in rng.choice(["ENV", "APP", "FAC", "HAZ"], count, p=[0.4, 0.25, 0.2, 0.15])]
