"""The ground before it is divided: lakes and ponds, natural villages, and how many people live in every cell."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from etl.synthetic.curves import Points, blob, drift, field
from etl.synthetic.mesh import Mesh
from etl.synthetic.realm import Realm

VILLAGE_KM = 1.5  # usual distance between natural villages
PONDS = 54  # in a city of full size


class Land(NamedTuple):
    """Per cell: people, under water or not, square km; and the middles of villages (km) and the lakes."""

    people: NDArray[np.float64]
    water: NDArray[np.bool_]
    area: NDArray[np.float64]
    villages: Points
    lakes: list[shapely.Polygon]


def make_land(realm: Realm, mesh: Mesh, rng: np.random.Generator) -> Land:
    """Put water and people on the cells of a mesh."""
    lakes = _lakes(realm, mesh, rng)
    water = shapely.contains_xy(shapely.union_all(lakes), mesh.site) & (mesh.town < 0)
    villages = _villages(mesh, water, rng)
    area = shapely.area(mesh.polygons)
    people = np.where(water, 0.0, _density(realm, mesh, villages, rng) * area)
    return Land(people, water, area, villages, lakes)


def _lakes(realm: Realm, mesh: Mesh, rng: np.random.Generator) -> list[shapely.Polygon]:
    """The plan's lakes and many ponds, none of them in a town or across the city's border."""
    rounds = [blob((x, y), r, rng, 0.3) for x, y, r in realm.lakes]
    ponds = rng.uniform(mesh.site.min(axis=0), mesh.site.max(axis=0), (int(PONDS * realm.scale) + 1, 2))
    radius = rng.uniform(0.1, 0.3, len(ponds))
    rounds += [blob((x, y), r, rng, 0.3) for (x, y), r in zip(ponds, radius, strict=True)]
    town = shapely.union_all(mesh.polygons[mesh.town >= 0]).buffer(0.12)
    land = shapely.union_all(mesh.polygons).buffer(-0.1)
    bank = drift(rng, (0.12, 1.7), (0.04, 0.6))
    shaped = [shapely.transform(shapely.segmentize(lake, 0.1), bank).buffer(0) for lake in rounds]
    whole = [lake for lake in shaped if lake.geom_type == "Polygon" and not lake.intersects(town)]
    return [lake for lake in whole if lake.within(land)]


def _villages(mesh: Mesh, water: NDArray[np.bool_], rng: np.random.Generator) -> Points:
    """Cells outside towns and water, spread by distance (dart throwing): the middles of natural villages."""
    kept: list[int] = []
    blocked = np.zeros(len(mesh.site), bool)
    for cell in rng.permutation(np.flatnonzero((mesh.town < 0) & ~water)):
        if not blocked[cell]:
            kept.append(int(cell))
            reach = VILLAGE_KM * rng.uniform(0.7, 1.3)
            blocked |= ((mesh.site - mesh.site[cell]) ** 2).sum(axis=1) < reach**2
    return mesh.site[kept]


def _density(realm: Realm, mesh: Mesh, villages: Points, rng: np.random.Generator) -> NDArray[np.float64]:
    """People per square km: dense cores, villages, and a thin cover of farms, uneven from block to block."""
    uneven = np.exp(field(rng, (0.45, 7.0), (0.35, 2.2), (0.3, 0.8))(mesh.site))
    out = 80 * uneven
    for (x, y), size in zip(villages, rng.lognormal(0, 0.5, len(villages)), strict=True):
        near = np.flatnonzero(np.abs(mesh.site - (x, y)).max(axis=1) < 1.0)
        out[near] += 1500 * size * np.exp(-(((mesh.site[near] - (x, y)) / 0.27) ** 2).sum(axis=1))
    for street in realm.streets:
        away = np.hypot(*(mesh.site - (street.x, street.y)).T) / street.radius
        out += 5200 * (street.radius / realm.scale / 3) ** 0.6 * np.exp(-((away / 0.75) ** 2))
    return np.where(mesh.town >= 0, (out + 1200) * uneven, out)
