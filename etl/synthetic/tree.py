"""Streets, communities and grids: the city divided into connected unions of cells, with names and numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from etl.synthetic.curves import Points, drift
from etl.synthetic.land import Land, make_land
from etl.synthetic.mesh import Mesh
from etl.synthetic.realm import Realm, Street
from etl.synthetic.split import Ints, bisect, mend, split

GROUND, WATER = 15.0, 0.2  # weight of a square km beside its people: water is never a grid of its own
COMMITTEES = 200  # codes below are residents' committees, those above villagers'


@dataclass(frozen=True)
class Grid:
    """A leaf of the tree with the names of its parents; `kind` is urban, town or rural; polygon in km."""

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
    """The divided city: the grids street by street, the grid number of each cell, and the land they lie on."""

    grids: list[Grid]
    grid_of: Ints
    land: Land


@dataclass(frozen=True)
class Ground:
    """What a division looks at: coordinates, weight and lattice index of each cell, and the pairs that touch."""

    where: Points
    weight: NDArray[np.float64]
    index: Ints
    pairs: Ints

    def parts(self, mine: Ints, count: int, rng: np.random.Generator) -> Ints:
        """Divide some cells: blocks along their streets, anything else by distance."""
        if (self.index[mine] >= 0).all():
            return bisect(self.index[mine], self.weight[mine], count)
        return split(self.where[mine], self.weight[mine], count, rng)


def make_tree(realm: Realm, mesh: Mesh, grids: int, seed: int) -> Tree:
    """Divide the mesh into streets, communities and grids; all coordinates km."""
    rng = np.random.default_rng([seed, 2])
    land = make_land(realm, mesh, rng)
    where = drift(rng, (0.45, 5.0), (0.16, 1.7))(mesh.site)
    weight = land.people + np.where(land.water, WATER, GROUND) * land.area
    ground = Ground(where, weight, mesh.index, mesh.sides[(mesh.sides >= 0).all(axis=1)])
    street = mend(_streets(realm, where, mesh), ground.pairs)
    community = _communities(realm, street, ground, rng)
    people = np.bincount(community, land.people).astype(np.float64)
    count = _counts(people, np.bincount(community), grids)
    grid = _divide(community, count, ground, rng)
    return _named(realm, mesh, (community, grid), land)


def _streets(realm: Realm, where: Points, mesh: Mesh) -> Ints:
    """The nearest town, a bigger town reaching further; a town's own blocks are its own."""
    size = np.array([s.radius for s in realm.streets])
    middle = np.array([(s.x, s.y) for s in realm.streets])
    away = np.hypot(*(where[:, None, :] - middle[None]).transpose(2, 0, 1))
    label = (away**2 - 2.2 * size**2 - 2.0 * realm.scale * size).argmin(axis=1)
    return np.where(mesh.town >= 0, mesh.town, label).astype(np.int64)


def _communities(realm: Realm, street: Ints, ground: Ground, rng: np.random.Generator) -> Ints:
    """Number the communities in the order of the plan: in each street those of the town first, by density."""
    label = np.empty(len(street), np.int64)
    first = 0
    for number, one in enumerate(realm.streets):
        for cells, parts in _town_and_country(one, np.flatnonzero(street == number), ground):
            raw = ground.parts(cells, parts, rng)
            dense = np.bincount(raw, ground.weight[cells]) / np.bincount(raw)
            label[cells] = first + np.argsort(np.argsort(-dense, kind="stable"), kind="stable")[raw]
            first += parts
    return mend(label, _within(street, ground.pairs))


def _town_and_country(street: Street, cells: Ints, ground: Ground) -> list[tuple[Ints, int]]:
    """Share a street's communities between its blocks and its open country: residents' committees live in town."""
    count = len(street.communities)
    block = ground.index[cells, 0] >= 0
    town, country = cells[block], cells[~block]
    if count == 1 or not len(town) or not len(country):
        return [(cells, count)]
    share = ground.weight[town].sum() / ground.weight[cells].sum()
    committees = sum(int(area_id[-3:]) < COMMITTEES for area_id, _ in street.communities)
    urban = min(committees, count - 1, round(count * share) + 1)
    urban = max(1, min(urban, len(town) // 2))
    return [(town, urban), (country, count - urban)]


def _within(parent: Ints, pairs: Ints) -> Ints:
    out: Ints = pairs[parent[pairs[:, 0]] == parent[pairs[:, 1]]]
    return out


def _counts(people: Points, cells: NDArray[np.int_], grids: int) -> Ints:
    """Share grids among communities by people: at least one each, at most one per two cells; sums to `grids`."""
    count = np.ones(len(people), np.int64)
    room = np.maximum(cells // 2, 1)
    for _ in range(grids - len(people)):
        hungry = np.where(count < room, people / (count + 0.35), -1.0)
        count[int(hungry.argmax())] += 1
    return count


def _divide(parent: Ints, count: Ints, ground: Ground, rng: np.random.Generator) -> Ints:
    """Divide each parent into its number of connected parts, numbered parent by parent."""
    label = np.empty(len(parent), np.int64)
    first = np.r_[0, np.cumsum(count)]
    for number, mine in enumerate(_members(parent)):
        label[mine] = first[number] + ground.parts(mine, int(count[number]), rng)
    return mend(label, _within(parent, ground.pairs))


def _members(label: Ints) -> list[Ints]:
    """Return the cells of every label."""
    return np.split(np.argsort(label, kind="stable"), np.cumsum(np.bincount(label))[:-1])


def _named(realm: Realm, mesh: Mesh, labels: tuple[Ints, Ints], land: Land) -> Tree:
    """Number the grids of each community from west to east and north to south, and give them their parents."""
    community, grid = labels
    middle = np.array([mesh.site[mine].mean(axis=0) for mine in _members(grid)])
    cell = np.unique(grid, return_index=True)[1]
    order = np.lexsort((middle[:, 0], -np.round(middle[:, 1] / 0.6), community[cell]))
    grid_of = np.argsort(order, kind="stable")[grid]
    names = [(street, *one) for street in realm.streets for one in street.communities]
    rows: list[Grid] = []
    sequence: dict[str, int] = {}
    for mine in _members(grid_of):
        street, community_id, name = names[community[mine[0]]]
        number = sequence[community_id] = sequence.get(community_id, 0) + 1
        rows.append(
            Grid(
                area_id=f"{community_id}{number:03d}",
                name=f"{name}{number:02d}网格",
                community_id=community_id,
                community=name,
                street_id=street.area_id,
                street=street.name,
                polygon=shapely.coverage_union_all(mesh.polygons[mine]),
                people=float(land.people[mine].sum()),
                kind=_kind(mesh.town[mine], realm),
            )
        )
    return Tree(rows, grid_of, land)


def _kind(town: Ints, realm: Realm) -> str:
    """Most of a grid in blocks makes it urban in one of the big towns, town elsewhere."""
    if (town >= 0).mean() < 0.5:
        return "rural"
    where = int(np.bincount(town[town >= 0]).argmax())
    return "urban" if realm.streets[where].radius > 2 * realm.scale else "town"
