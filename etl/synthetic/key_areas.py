"""Key areas of the made-up city: what they are, what is required of them, and where they lie."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from etl.synthetic.city import City
from etl.synthetic.people import words

PER_GRID = 0.2
APART_KM = 0.35
LAKE_KM = 0.14
# What the feed tells of a key area; whatever a kind leaves out is empty.
TOLD = ("kind", "grade", "people_limit", "visits_per_week", "incident_limit", "timetable")

Found = list[tuple[dict[str, Any], shapely.Geometry]]


def key_areas(city: City) -> Found:
    """Return key areas apart from one another, kind by kind in turn: properties and shape in km.

    Most are a block of the town, crossings a point, reservoirs a round shape outside the town.
    """
    rng = np.random.default_rng([city.seed, 15])
    chance = city.tree.land.people + 1e-6
    inside = city.mesh.town >= 0
    town, country = (_order(rng, np.flatnonzero(where), chance) for where in (inside, ~inside))
    named, taken, rows = _names(), shapely.Polygon(), Found()
    for kind, name in named * (1 + len(city.grids) // len(named)):
        if len(rows) >= max(2, int(PER_GRID * len(city.grids))):
            break
        cells = country if kind.get("rural") and country else town
        cell = _free(city, cells, taken)
        if cell is None:
            break
        shape = _shape(city, cell, kind)
        taken = taken.union(city.mesh.polygons[cell] if kind.get("point") else shape)
        rows.append(({**_about(city, cell, len(rows), name, len(rows) < len(named)), **_told(kind)}, shape))
    return rows


def kind_of(name: str) -> dict[str, Any]:
    """Return all that is said of a kind of key area."""
    return next(kind for kind in words()["key_area"] if kind["kind"] == name)


def _names() -> list[tuple[dict[str, Any], str]]:
    """Return kinds and names in turn: the first name of every kind, then the second."""
    kinds = words()["key_area"]
    turns = zip_longest(*(kind["names"] for kind in kinds))
    return [(kind, name) for turn in turns for kind, name in zip(kinds, turn, strict=True) if name]


def _order(rng: np.random.Generator, cells: NDArray[np.int64], chance: NDArray[np.float64]) -> list[int]:
    picked: list[int] = rng.choice(cells, len(cells), replace=False, p=chance[cells] / chance[cells].sum()).tolist()
    return picked


def _free(city: City, cells: list[int], taken: shapely.Geometry) -> int | None:
    """Take the first cell far enough from what is taken out of the list."""
    for at, cell in enumerate(cells):
        if city.mesh.polygons[cell].distance(taken) >= APART_KM or taken.is_empty:
            return cells.pop(at)
    return None


def _shape(city: City, cell: int, kind: dict[str, Any]) -> shapely.Geometry:
    if kind.get("point"):
        return shapely.Point(shapely.get_coordinates(city.mesh.polygons[cell])[0])
    if kind.get("rural"):
        return shapely.Point(city.mesh.site[cell]).buffer(LAKE_KM, quad_segs=6)
    return city.mesh.polygons[cell].buffer(-0.012, join_style="mitre")


def _about(city: City, cell: int, number: int, name: str, is_first: bool) -> dict[str, Any]:
    grid = city.grids[city.tree.grid_of[cell]]
    return {"key_area_id": f"A{number + 1:04d}", "name": name if is_first else grid.community + name}


def _told(kind: dict[str, Any]) -> dict[str, Any]:
    return {key: kind.get(key) for key in TOLD}
