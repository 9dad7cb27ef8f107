"""Lines people and vehicles move along: through roads as curves, lanes and streets as edges of the mesh."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay, cKDTree

from etl.synthetic.curves import Points, drift, spline
from etl.synthetic.mesh import Mesh
from etl.synthetic.realm import Realm
from etl.synthetic.towns import AVENUE_EVERY
from etl.synthetic.tree import Tree

Ints = NDArray[np.int64]
CLOSED, PATH, LANE, STREET, AVENUE = -1, 0, 1, 2, 3
# A path across fields or a yard costs more than a lane or a street of the same length.
EFFORT = {CLOSED: 50.0, PATH: 2.6, LANE: 1.0, STREET: 1.0, AVENUE: 0.75}
YARDS = 0.24  # share of the small streets that are only yards between two blocks


@dataclass(frozen=True)
class Roads:
    """Kind of every mesh edge (CLOSED under water), its length in km, and through roads, railways and rivers."""

    kind: Ints
    length: NDArray[np.float64]
    through: list[tuple[str, Points]]


def make_roads(realm: Realm, mesh: Mesh, tree: Tree, seed: int) -> Roads:
    """Draw through roads and rivers as curves, give every edge its kind, and find the lanes between villages."""
    rng = np.random.default_rng([seed, 3])
    bend = drift(rng, (0.26, 6.0), (0.09, 2.2))
    meander = drift(rng, (0.34, 4.2), (0.16, 1.5), (0.05, 0.6))
    moves = {"river": meander, "trunk": bend, "county": bend}
    through = []
    for line in realm.lines:
        if line.kind != "wide_river":
            curve = spline(line.points)
            through.append((line.kind, moves[line.kind](curve) if line.kind in moves else curve))
    length = _lengths(mesh)
    kind = _kinds(mesh, tree, [shapely.LineString(xy) for name, xy in through if name == "river"], rng)
    network = _network(mesh, length * np.vectorize(EFFORT.get)(np.where(kind == PATH, LANE, kind)))
    lanes = _lanes(mesh, tree, network, rng)
    kind[lanes[kind[lanes] == PATH]] = LANE
    return Roads(kind, length, through)


def edge_lines(mesh: Mesh, edges: Ints) -> Points:
    """Return the four points of each edge, (n, 4, 2) km."""
    ends = mesh.vertex[mesh.ends[edges]]
    out: Points = np.concatenate([ends[:, :1], mesh.inner[edges], ends[:, 1:]], axis=1)
    return out


def _lengths(mesh: Mesh) -> NDArray[np.float64]:
    steps = np.diff(edge_lines(mesh, np.arange(len(mesh.ends))), axis=1)
    out: NDArray[np.float64] = np.hypot(steps[..., 0], steps[..., 1]).sum(axis=1)
    return out


def _kinds(mesh: Mesh, tree: Tree, rivers: list[shapely.LineString], rng: np.random.Generator) -> Ints:
    """Streets lie between two blocks, every few of them an avenue; only avenues and lanes have bridges."""
    block = (mesh.sides >= 0) & (mesh.town[mesh.sides] >= 0)
    street = block.any(axis=1)
    column, row = (mesh.index[mesh.sides][..., axis] for axis in (0, 1))
    apart = [(np.abs(np.diff(axis)) == 1)[:, 0] & (axis.max(axis=1) % AVENUE_EVERY == 0) for axis in (column, row)]
    avenue = block.all(axis=1) & (apart[0] ^ apart[1])
    kind = np.where(avenue, AVENUE, np.where(street, STREET, PATH))
    kind[(kind == STREET) & block.all(axis=1) & (rng.random(len(kind)) < YARDS)] = PATH
    lines = shapely.linestrings(edge_lines(mesh, np.arange(len(mesh.ends))))
    crossing = np.unique(shapely.STRtree(lines).query(rivers, predicate="intersects")[1])
    kind[crossing[kind[crossing] == STREET]] = PATH
    wet = (mesh.sides < 0) | tree.land.water[mesh.sides]
    kind[wet.all(axis=1)] = CLOSED
    return kind.astype(np.int64)


def _network(mesh: Mesh, cost: NDArray[np.float64]) -> csr_array:
    size = len(mesh.vertex)
    both = np.vstack([mesh.ends, mesh.ends[:, ::-1]])
    return csr_array((np.r_[cost, cost], (both[:, 0], both[:, 1])), shape=(size, size))


def _lanes(mesh: Mesh, tree: Tree, network: csr_array, rng: np.random.Generator) -> Ints:
    """Edges on the cheapest ways between villages that are neighbours (most of the Delaunay edges under 3.2 km)."""
    if len(tree.land.villages) < 4:
        return np.empty(0, np.int64)
    pairs = Delaunay(tree.land.villages).simplices[:, [[0, 1], [1, 2], [0, 2]]].reshape(-1, 2)
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    apart = np.hypot(*(tree.land.villages[pairs[:, 0]] - tree.land.villages[pairs[:, 1]]).T)
    pairs = pairs[(apart < 3.2) & (rng.random(len(pairs)) < 0.8)]
    node = cKDTree(mesh.vertex).query(tree.land.villages)[1]
    size = len(mesh.vertex)
    used: list[Ints] = [np.empty(0, np.int64)]
    for part in np.array_split(np.unique(pairs[:, 0]), max(1, len(node) // 40)):
        before = dijkstra(network, indices=node[part], limit=5.0, return_predecessors=True)[1]
        mine = pairs[np.isin(pairs[:, 0], part)]
        used += _ways(before, np.searchsorted(part, mine[:, 0]), node[mine[:, 1]], size)
    keys = mesh.ends[:, 0] * size + mesh.ends[:, 1]
    return np.flatnonzero(np.isin(keys, np.concatenate(used)))


def _ways(before: Ints, row: Ints, at: Ints, size: int) -> list[Ints]:
    """Walk back along the predecessors of all pairs at once; return keys of the edges passed."""
    out: list[Ints] = []
    row, at = row.copy(), at.astype(np.int64)
    while len(row):
        to = before[row, at].astype(np.int64)
        row, at, to = row[to >= 0], at[to >= 0], to[to >= 0]
        out.append(np.minimum(at, to) * size + np.maximum(at, to))
        at = to
    return out
