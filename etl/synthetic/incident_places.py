"""Where incidents lie: in hot spots, at persisting places, and where people live or walk."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from etl.synthetic.city import City
from etl.synthetic.curves import Points
from etl.synthetic.hotspots import places, script, spots

SAME_PLACE_KM = 0.008

Ints = NDArray[np.int64]


def scattered(city: City, kind: Ints, which: Ints, rng: np.random.Generator) -> tuple[Ints, Points]:
    """Return kinds and points (km) of cases.

    which: number of the planted hot spot, one more for a persisting place, two more for anywhere; hot spots and
    places bring their own kind.
    """
    kinds = script()["kind"]
    names = [k["id"] for k in kinds]
    kind, xy = kind.copy(), np.empty((len(kind), 2))
    ground = np.array([k["place"] for k in kinds])[kind]
    for place in ("homes", "town", "land"):
        mine = np.flatnonzero(ground == place)
        xy[mine] = _somewhere(city, place, len(mine), rng)
    hot = spots(city)
    for number, spot in enumerate(hot):
        mine = np.flatnonzero(which == number)
        kind[mine] = names.index(spot.kind)
        xy[mine] = spot.scatter(len(mine), rng)
    again = np.flatnonzero(which == len(hot))
    at, what = places(city)
    chosen = rng.integers(0, len(at), len(again))
    kind[again] = [names.index(what[c]) for c in chosen]
    xy[again] = at[chosen] + rng.normal(0, SAME_PLACE_KM, (len(again), 2))
    return kind, xy


def _somewhere(city: City, place: str, count: int, rng: np.random.Generator) -> Points:
    """Points in cells between the middle and a corner; cells by people ("town": of towns), or any dry one ("land")."""
    people, dry = city.tree.land.people, (~city.tree.land.water).astype(float)
    weight = {"homes": people, "town": people * (city.mesh.town >= 0), "land": dry}[place]
    weight = weight if weight.sum() else dry
    cells = rng.choice(len(weight), count, p=weight / weight.sum())
    loops = [city.mesh.loop[cell] for cell in cells]
    corner = np.array([loop[int(u * len(loop))] for loop, u in zip(loops, rng.random(count), strict=True)], np.int64)
    middle = city.mesh.site[cells]
    out: Points = middle + (city.mesh.vertex[corner] - middle) * rng.uniform(0.1, 0.92, (count, 1))
    return out


def grids_at(city: City, xy: Points) -> Ints:
    """Return the number of the grid round each point, by the nearest cell (exact but at bent borders)."""
    out: Ints = city.tree.grid_of[_cells(city).query(xy)[1]]
    return out


@lru_cache(maxsize=2)
def _cells(city: City) -> cKDTree:
    return cKDTree(city.mesh.site)
