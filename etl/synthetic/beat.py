"""The ways inside one grid that its worker can take, with the cheapest way between any two corners."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from etl.synthetic.city import City
from etl.synthetic.curves import Points
from etl.synthetic.roads import CLOSED, EFFORT

Ints = NDArray[np.int64]
OWN_SIDE_KM = 0.016  # people walk on their own side of a street that is the border
FARTHEST = 99.0


@dataclass(frozen=True)
class Beat:
    """Corners xy (n, 2) km; per pair of corners the one before the last on the way, and the edge joining them.

    bends (e, 2, 2) km from the lower to the higher corner of each edge; cell sites (c, 2) km with the people living
    there and the corner each is entered from; home: corner where duty starts.
    """

    xy: Points
    before: NDArray[np.int32]
    edge: NDArray[np.int32]
    bends: Points
    cells: Points
    people: NDArray[np.float64]
    door: Ints
    home: int

    def way(self, start: int, goal: int) -> Points:
        """Return the points of the cheapest way between two corners, both included."""
        corners = [goal]
        while corners[-1] != start:
            corners.append(int(self.before[start, corners[-1]]))
        path = np.array(corners[::-1])
        if len(path) == 1:
            return self.xy[path]
        u, v = path[:-1], path[1:]
        bends = self.bends[self.edge[u, v]]
        bends = np.where((u < v)[:, None, None], bends, bends[:, ::-1])
        return np.vstack([np.concatenate([self.xy[u][:, None], bends], axis=1).reshape(-1, 2), self.xy[path[-1:]]])


@lru_cache(maxsize=4096)
def make_beat(city: City, grid: int) -> Beat:
    """Collect the open edges around the cells of a grid; of several separate networks the largest is kept."""
    own = _edges_by_grid(city)[grid]
    ends = city.mesh.ends[own]
    corners, local = np.unique(ends, return_inverse=True)
    local = local.reshape(-1, 2)
    cost = city.roads.length[own] * np.vectorize(EFFORT.get)(city.roads.kind[own])
    graph = csr_array((cost, (local[:, 0], local[:, 1])), shape=(len(corners),) * 2)
    piece = connected_components(graph, directed=False)[1]
    keep = piece == np.bincount(piece).argmax()
    number = np.where(keep, np.cumsum(keep) - 1, -1)
    inside = keep[local[:, 0]]
    local, own, cost = number[local[inside]], own[inside], cost[inside]
    size = int(keep.sum())
    graph = csr_array((cost, (local[:, 0], local[:, 1])), shape=(size, size))
    before = dijkstra(graph, directed=False, return_predecessors=True)[1].astype(np.int32)
    edge = np.full((size, size), -1, np.int32)
    edge[local[:, 0], local[:, 1]] = edge[local[:, 1], local[:, 0]] = np.arange(len(own))
    return _beat(city, grid, (corners[keep], own), (before, edge))


def _beat(city: City, grid: int, of: tuple[Ints, Ints], ways: tuple[NDArray[np.int32], NDArray[np.int32]]) -> Beat:
    corners, own = of
    cells = np.flatnonzero((city.tree.grid_of == grid) & ~city.tree.water)
    sites = city.mesh.site[cells] if len(cells) else city.mesh.site[city.tree.grid_of == grid]
    people = city.tree.people[cells] if len(cells) else np.ones(len(sites))
    shape = city.grids[grid].polygon.buffer(-OWN_SIDE_KM)
    xy = _inside(city.mesh.vertex[corners], shape)
    bends = _inside(city.mesh.inner[own].reshape(-1, 2), shape).reshape(-1, 2, 2)
    away = np.hypot(*(sites[:, None] - xy[None]).transpose(2, 0, 1))
    door = away.argmin(axis=1)
    return Beat(xy, *ways, bends, sites, people, door, int(door[people.argmax()]))


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


@lru_cache(maxsize=2)
def _edges_by_grid(city: City) -> list[Ints]:
    """The open edges that touch each grid."""
    open_edge = np.flatnonzero(city.roads.kind != CLOSED)
    sides = city.mesh.sides[open_edge]
    grid = np.where(sides >= 0, city.tree.grid_of[sides], -1)
    pairs = np.unique(np.column_stack([grid.ravel(), np.repeat(open_edge, 2)]), axis=0)
    pairs = pairs[pairs[:, 0] >= 0]
    return np.split(pairs[:, 1], np.searchsorted(pairs[:, 0], np.arange(1, len(city.grids))))
