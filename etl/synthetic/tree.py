"""Streets, communities and grids as unions of cells: who lives where, and how the city is divided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from etl.synthetic.curves import Points, blob, drift, field
from etl.synthetic.mesh import Mesh
from etl.synthetic.realm import Realm, Street
from etl.synthetic.split import Ints, bisect, mend, split

VILLAGE_KM = 1.5


@dataclass(frozen=True)
class Grid:
    """A leaf of the tree with the names of its parents; `kind` is urban, town or rural."""

    area_id: str
    name: str
    community_id: str
    community: str
    street_id: str
    street: str
    polygon: shapely.Polygon
    people: float
    kind: str


@dataclass(frozen=True)
class Tree:
    """The divided city: grids by id, the grid number of each cell, people and water of each cell, villages."""

    grids: list[Grid]
    grid_of: Ints
    people: NDArray[np.float64]
    water: NDArray[np.bool_]
    villages: Points
    lakes: list[shapely.Polygon]


@dataclass(frozen=True)
class Ground:
    """What a division looks at: coordinates, weight and lattice index of each cell, and the pairs that touch."""

    where: Points
    weight: NDArray[np.float64]
    pairs: Ints
    index: Ints

    def parts(self, mine: Ints, count: int, rng: np.random.Generator) -> Ints:
        """Divide some cells: blocks along their streets, anything else by distance."""
        if (self.index[mine] >= 0).all():
            return bisect(self.index[mine], self.weight[mine], count)
        return split(self.where[mine], self.weight[mine], count, rng)


def make_tree(realm: Realm, mesh: Mesh, grids: int, seed: int) -> Tree:
    """Divide the mesh into streets, communities and grids; all coordinates km."""
    rng = np.random.default_rng([seed, 2])
    lakes = _lakes(realm, mesh, rng)
    shapely.prepare(lakes)
    wet = shapely.contains_xy(shapely.union_all(lakes), mesh.site) & (mesh.town < 0)
    villages = _villages(mesh, wet, rng)
    area = shapely.area(mesh.polygons)
    people = np.where(wet, 0.0, _density(realm, mesh, villages, rng) * area)
    pairs = mesh.sides[(mesh.sides >= 0).all(axis=1)]
    where = drift(rng, (0.45, 5.0), (0.16, 1.7))(mesh.site)
    street = mend(_streets(realm, where, mesh), pairs)
    ground = Ground(where, people + np.where(wet, 0.2, 15.0) * area, pairs, mesh.index)
    community = _communities(realm, street, ground, rng)
    count = _counts(np.bincount(community, people), np.bincount(community), grids)
    grid = _divide(community, count, ground, rng)
    rows, grid_of = _named(realm, mesh, (street, community, grid), people)
    return Tree(rows, grid_of, people, wet, villages, lakes)


def _lakes(realm: Realm, mesh: Mesh, rng: np.random.Generator) -> list[shapely.Polygon]:
    """The plan's lakes and many ponds, none of them in a town."""
    named = [blob((x, y), r, rng, 0.3) for x, y, r in realm.lakes]
    west, south, east, north = (*mesh.site.min(axis=0), *mesh.site.max(axis=0))
    ponds = rng.uniform((west, south), (east, north), (int(54 * realm.scale) + 1, 2))
    named += [blob((x, y), r, rng, 0.3) for (x, y), r in zip(ponds, rng.uniform(0.1, 0.3, len(ponds)), strict=True)]
    town = shapely.union_all(mesh.polygons[mesh.town >= 0]).buffer(0.12)
    bank = drift(rng, (0.12, 1.7), (0.04, 0.6))
    shaped = [shapely.transform(shapely.segmentize(lake, 0.1), bank).buffer(0) for lake in named]
    land = shapely.union_all(mesh.polygons).buffer(-0.1)
    dry = [lake for lake in shaped if lake.geom_type == "Polygon" and not lake.intersects(town)]
    return [lake for lake in dry if lake.within(land)]


def _villages(mesh: Mesh, wet: NDArray[np.bool_], rng: np.random.Generator) -> Points:
    """Cells outside towns and water, no two nearer than VILLAGE_KM: the middles of natural villages."""
    free = np.flatnonzero((mesh.town < 0) & ~wet)
    kept: list[int] = []
    blocked = np.zeros(len(mesh.site), bool)
    for cell in rng.permutation(free):
        if not blocked[cell]:
            kept.append(int(cell))
            reach = VILLAGE_KM * rng.uniform(0.7, 1.3)
            blocked |= ((mesh.site - mesh.site[cell]) ** 2).sum(axis=1) < reach**2
    return mesh.site[kept]


def _density(realm: Realm, mesh: Mesh, villages: Points, rng: np.random.Generator) -> NDArray[np.float64]:
    """People per square km: dense cores, villages, and a thin cover of farms."""
    uneven = np.exp(field(rng, (0.45, 7.0), (0.3, 2.2))(mesh.site))
    out = 70 * uneven
    size = rng.lognormal(0, 0.5, len(villages))
    for (x, y), people in zip(villages, size, strict=True):
        near = np.flatnonzero(np.abs(mesh.site - (x, y)).max(axis=1) < 1.0)
        out[near] += 1100 * people * np.exp(-(((mesh.site[near] - (x, y)) / 0.27) ** 2).sum(axis=1))
    for street in realm.streets:
        away = np.hypot(*(mesh.site - (street.x, street.y)).T) / street.radius
        out += 5200 * (street.radius / realm.scale / 3) ** 0.6 * np.exp(-((away / 0.75) ** 2))
    return np.where(mesh.town >= 0, (out + 1500) * uneven**0.6, out)


def _streets(realm: Realm, where: Points, mesh: Mesh) -> Ints:
    """The nearest town, a bigger town reaching further; a town's own blocks are its own."""
    size = np.array([s.radius for s in realm.streets])
    middle = np.array([(s.x, s.y) for s in realm.streets])
    away = np.hypot(*(where[:, None, :] - middle[None]).transpose(2, 0, 1))
    label = (away**2 - 2.2 * size**2 - 2.0 * realm.scale * size).argmin(axis=1)
    return np.where(mesh.town >= 0, mesh.town, label).astype(np.int64)


def _communities(realm: Realm, street: Ints, ground: Ground, rng: np.random.Generator) -> Ints:
    """Number the communities in the order of the plan, street by street: those of the town first, by density."""
    label = np.empty(len(street), np.int64)
    first = 0
    for number, one in enumerate(realm.streets):
        count = len(one.communities)
        mine = np.flatnonzero(street == number)
        block = ground.index[mine, 0] >= 0
        inner, outer = mine[block], mine[~block]
        urban = _urban(one, ground.weight[inner].sum() / ground.weight[mine].sum()) if len(outer) and len(inner) else count
        for cells, parts in ((inner, urban), (outer, count - urban)):
            if parts:
                raw = ground.parts(cells, parts, rng)
                dense = np.bincount(raw, ground.weight[cells]) / np.bincount(raw)
                label[cells] = first + np.argsort(np.argsort(-dense, kind="stable"), kind="stable")[raw]
                first += parts
    return mend(label, _within(street, ground.pairs))


def _urban(street: Street, share: float) -> int:
    """How many communities of a street lie in its town: residents' committees (codes below 200), not all of them."""
    count = len(street.communities)
    committees = sum(int(area_id[-3:]) < 200 for area_id, _ in street.communities)
    return max(min(committees, count - 1, round(count * share) + 1), 1 if count > 1 else count)


def _within(parent: Ints, pairs: Ints) -> Ints:
    return pairs[parent[pairs[:, 0]] == parent[pairs[:, 1]]]


def _divide(parent: Ints, count: Ints, ground: Ground, rng: np.random.Generator) -> Ints:
    """Divide each parent into its number of connected parts, numbered parent by parent."""
    label = np.empty(len(parent), np.int64)
    first = np.r_[0, np.cumsum(count)]
    order = np.split(np.argsort(parent, kind="stable"), np.cumsum(np.bincount(parent))[:-1])
    for number, mine in enumerate(order):
        label[mine] = first[number] + ground.parts(mine, int(count[number]), rng)
    return mend(label, _within(parent, ground.pairs))


def _counts(people: NDArray[np.float64], cells: Ints, grids: int) -> Ints:
    """Share grids among communities by people: at least one each, at most one per two cells; sums to `grids`."""
    count = np.ones(len(people), np.int64)
    room = np.maximum(cells // 2, 1)
    for _ in range(grids - len(people)):
        hungry = np.where(count < room, people / (count + 0.35), -1.0)
        count[int(hungry.argmax())] += 1
    return count


def _named(
    realm: Realm, mesh: Mesh, labels: tuple[Ints, Ints, Ints], people: NDArray[np.float64]
) -> tuple[list[Grid], Ints]:
    """Number the grids of each community from west to east and north to south, and give them their parents."""
    street, community, grid = labels
    size = np.bincount(grid)
    middle = np.column_stack([np.bincount(grid, axis) / size for axis in mesh.site.T])
    cell = np.unique(grid, return_index=True)[1]
    order = np.lexsort((middle[:, 0], -np.round(middle[:, 1] / 0.6), community[cell]))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    grid_of = rank[grid]
    names = [(s, *c) for s in realm.streets for c in s.communities]
    polygons = mesh.polygons
    rows: list[Grid] = []
    members = np.split(np.argsort(grid_of, kind="stable"), np.cumsum(np.bincount(grid_of))[:-1])
    for number, mine in enumerate(members):
        one, community_id, name = names[community[mine[0]]]
        before = rows[-1].area_id if number and rows[-1].community_id == community_id else community_id + "000"
        sequence = int(before[-3:]) + 1
        shape = shapely.coverage_union_all(polygons[mine])
        rows.append(
            Grid(
                area_id=f"{community_id}{sequence:03d}",
                name=f"{name}{sequence:02d}网格",
                community_id=community_id,
                community=name,
                street_id=one.area_id,
                street=one.name,
                polygon=shape,
                people=float(people[mine].sum()),
                kind=_kind(mesh.town[mine], realm),
            )
        )
    return rows, grid_of


def _kind(town: Ints, realm: Realm) -> str:
    """Most of a grid in a town makes it urban in one of the big towns, town elsewhere."""
    if (town >= 0).mean() < 0.5:
        return "rural"
    return "urban" if realm.streets[int(np.bincount(town[town >= 0]).argmax())].radius > 2 * realm.scale else "town"
