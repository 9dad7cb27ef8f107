"""The ways inside one grid that its worker can take, with the cheapest way between any two corners."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from etl.synthetic.city import City
from etl.synthetic.curves import Points
from etl.synthetic.roads import CLOSED, EFFORT

Ints = NDArray[np.int64]
OWN_SIDE_KM = 0.005  # people walk on their own side of a street that is the border
DOORS = 6
ABROAD = 4.0  # ways outside the own grid are taken on errands only
FAR_KM = 100.0
DOOR_KM = 0.24


@dataclass(frozen=True)
class Beat:
    """Corners xy (n, 2) km; per pair of corners the one before the last on the way, and the edge joining them.

    bends (e, 2, 2) km from the lower to the higher corner of each edge; cells (c, 2) km: middles of the grid's own
    cells, `own` of them, then of those round it; doors (c, DOORS): corners each can be entered from (the first one
    repeated where there are fewer); home: corner where duty starts.
    """

    xy: Points
    before: NDArray[np.int32]
    edge: NDArray[np.int32]
    bends: Points
    cells: Points
    own: int
    doors: Ints
    home: int

    def door(self, cell: int, towards: Points) -> int:
        """Return the corner of a cell that is nearest to a point."""
        doors = self.doors[cell]
        return int(doors[np.hypot(*(self.xy[doors] - towards).T).argmin()])

    def way(self, start: int, goal: int) -> Points:
        """Return the points of the cheapest way between two corners, both included."""
        corners = [goal]
        while corners[-1] != start:
            corners.append(int(self.before[start, corners[-1]]))
        path = np.array(corners[::-1])
        u, v = path[:-1], path[1:]
        bends = self.bends[self.edge[u, v]]
        bends = np.where((u < v)[:, None, None], bends, bends[:, ::-1])
        out: Points = np.concatenate([self.xy[u][:, None], bends], axis=1).reshape(-1, 2)
        return np.vstack([out, self.xy[path[-1:]]])


@lru_cache(maxsize=4096)
def make_beat(city: City, grid: int) -> Beat:
    """Collect the open edges of a grid and of the cells round it; of separate networks the largest is kept."""
    mine = city.tree.grid_of == grid
    near = np.unique(city.mesh.sides[_edges_of(city, np.flatnonzero(mine))])
    edges = _edges_of(city, near[near >= 0])
    edges = edges[city.roads.kind[edges] != CLOSED]
    own = mine[city.mesh.sides[edges]].any(axis=1) & (city.mesh.sides[edges] >= 0).any(axis=1)
    corners, local = np.unique(city.mesh.ends[edges], return_inverse=True)
    local = local.reshape(-1, 2)
    cost = city.roads.length[edges] * np.vectorize(EFFORT.get)(city.roads.kind[edges]) * np.where(own, 1.0, ABROAD)
    piece = connected_components(_graph(local, cost, len(corners)), directed=False)[1]
    keep = piece == np.bincount(piece[local[own].ravel()]).argmax() if own.any() else piece == piece[0]
    number = np.where(keep, np.cumsum(keep) - 1, -1)
    inside = keep[local[:, 0]]
    local, edges, cost, own = number[local[inside]], edges[inside], cost[inside], own[inside]
    before = dijkstra(_graph(local, cost, int(keep.sum())), directed=False, return_predecessors=True)[1]
    edge = np.full(before.shape, -1, np.int32)
    edge[local[:, 0], local[:, 1]] = edge[local[:, 1], local[:, 0]] = np.arange(len(edges))
    at_home = np.zeros(len(before), bool)
    at_home[local[own]] = True
    return _beat(city, grid, Net(corners[keep], edges, at_home, own, before.astype(np.int32), edge))


class Net(NamedTuple):
    """The network of a beat by mesh numbers: corners and edges kept, which of them are the grid's own, and ways."""

    corners: Ints
    edges: Ints
    own_corner: NDArray[np.bool_]
    own_edge: NDArray[np.bool_]
    before: NDArray[np.int32]
    edge: NDArray[np.int32]


def _graph(ends: Ints, cost: NDArray[np.float64], size: int) -> csr_array:
    return csr_array((cost, (ends[:, 0], ends[:, 1])), shape=(size, size))


def _beat(city: City, grid: int, net: Net) -> Beat:
    """Put the network into km: on the grid's own side of border streets, with the doors of every cell."""
    mine = city.tree.grid_of == grid
    cells = np.flatnonzero(mine & ~city.tree.land.water)
    cells = cells if len(cells) else np.flatnonzero(mine)
    beyond = np.setdiff1d(city.mesh.sides[net.edges], np.append(np.flatnonzero(mine), -1))
    shape = city.grids[grid].polygon.buffer(-OWN_SIDE_KM)
    xy, bends = city.mesh.vertex[net.corners].copy(), city.mesh.inner[net.edges].copy()
    xy[net.own_corner] = _inside(xy[net.own_corner], shape)
    bends[net.own_edge] = _inside(bends[net.own_edge].reshape(-1, 2), shape).reshape(-1, 2, 2)
    sites = city.mesh.site[np.r_[cells, beyond]]
    away = np.hypot(*(sites[:, None] - xy[None]).transpose(2, 0, 1))
    away[: len(cells), ~net.own_corner] += FAR_KM
    near = np.argsort(away, axis=1, kind="stable")[:, :DOORS]
    doors = np.where(np.take_along_axis(away, near, axis=1) < DOOR_KM, near, near[:, :1])
    home = int(doors[city.tree.land.people[cells].argmax(), 0])
    return Beat(xy, net.before, net.edge, bends, sites, len(cells), doors, home)


def _inside(xy: Points, shape: object) -> Points:
    """Move points that lie outside a slightly smaller shape to its nearest border."""
    import shapely

    if shape.is_empty:  # type: ignore[attr-defined]
        return xy
    points = shapely.points(xy)
    shapely.prepare(shape)
    out = ~shapely.contains(shape, points)
    near = shapely.get_point(shapely.shortest_line(points[out], shape), 1)
    moved = xy.copy()
    moved[out] = shapely.get_coordinates(near)
    return moved


def _edges_of(city: City, cells: Ints) -> Ints:
    """Return the edges of some cells."""
    first, edges = _edges_by_cell(city)
    return np.unique(np.concatenate([edges[first[cell] : first[cell + 1]] for cell in cells]))


@lru_cache(maxsize=2)
def _edges_by_cell(city: City) -> tuple[Ints, Ints]:
    """Every cell's edges end to end, and where each cell's begin."""
    cell, edge = city.mesh.sides.ravel(), np.repeat(np.arange(len(city.mesh.sides)), 2)
    order = np.argsort(cell, kind="stable")
    order = order[cell[order] >= 0]
    return np.searchsorted(cell[order], np.arange(len(city.mesh.site) + 1)), edge[order]
