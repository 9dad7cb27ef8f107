"""One tiling of the city: blocks of a street lattice in the towns, irregular parcels elsewhere, shared edges once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Voronoi, cKDTree

from etl.synthetic.curves import Points, drift, field
from etl.synthetic.realm import Realm
from etl.synthetic.towns import make_blocks

PARCEL_KM = 0.29
MERGE_KM = 0.05

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Mesh:
    """A planar tiling. Cell and edge order is fixed; -1 = beyond the city.

    site (n, 2) km, town (n,) number of the town or -1, index (n, 2) column and row on its lattice or -1,
    vertex (m, 2) km, ends (e, 2) vertex numbers (low, high), sides (e, 2) cell numbers,
    inner (e, 2, 2) km: two bends of each edge from low to high, loop: vertex numbers of each cell in order.
    """

    site: Points
    town: Ints
    index: Ints
    vertex: Points
    ends: Ints
    sides: Ints
    inner: Points
    loop: list[Ints]

    @cached_property
    def polygons(self) -> NDArray[np.object_]:
        """Return the cells as shapely polygons whose shared borders are the same vertices."""
        size = np.array([len(loop) for loop in self.loop])
        u = np.concatenate(self.loop)
        follows = np.arange(1, len(u) + 1)
        follows[np.cumsum(size) - 1] = np.r_[0, np.cumsum(size)[:-1]]
        v = u[follows]
        keys = self.ends[:, 0] * len(self.vertex) + self.ends[:, 1]
        order = np.argsort(keys)
        edge = order[np.searchsorted(keys[order], np.minimum(u, v) * len(self.vertex) + np.maximum(u, v))]
        bends = np.where((u < v)[:, None, None], self.inner[edge], self.inner[edge][:, ::-1])
        xy = np.concatenate([self.vertex[u][:, None], bends], axis=1).reshape(-1, 2)
        cell = np.repeat(np.arange(len(self.loop)), 3 * size)
        out: NDArray[np.object_] = shapely.polygons(shapely.linearrings(xy, indices=cell))
        return out


def make_mesh(realm: Realm, seed: int) -> Mesh:
    """Tile the city: lattice points in towns and scattered points elsewhere, then the cells nearest to each."""
    rng = np.random.default_rng([seed, 1])
    blocks = make_blocks(realm, rng)
    outline = _outline(realm, rng)
    far = _scatter(outline.buffer(1.2), rng)
    far = far[~shapely.contains_xy(blocks.ground.buffer(0.16), far)]
    inside = shapely.contains_xy(outline, np.vstack([blocks.site, far]))
    mesh = _tiles(np.vstack([blocks.site, far]), inside)
    town = np.r_[blocks.town, np.full(len(far), -1)][inside]
    index = np.vstack([blocks.index, np.full((len(far), 2), -1)])[inside]
    return _bent(replace(mesh, town=town, index=index), rng)


def _outline(realm: Realm, rng: np.random.Generator) -> shapely.Polygon:
    """A rounded upright shape with an irregular edge, wide enough for every town."""
    angle = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    cos, sin = np.cos(angle), np.sin(angle)
    unit = np.column_stack([np.sign(cos) * np.abs(cos) ** 0.64, np.sign(sin) * np.abs(sin) ** 0.64])
    s = realm.scale
    edge = field(rng, (0.05, 24 * s), (0.035, 10 * s), (0.014, 3.5 * s))
    xy = unit * realm.half
    hull = shapely.Polygon(xy * (0.94 + edge(xy))[:, None] + realm.middle)
    towns = [shapely.Point(t.x, t.y).buffer(t.radius + 1.6 * s) for t in realm.streets]
    rounded: shapely.Polygon = shapely.union_all([hull, *towns]).buffer(4 * s).buffer(-4 * s)
    return rounded


def _scatter(area: shapely.Polygon, rng: np.random.Generator) -> Points:
    """A shaken hexagonal lattice over the area."""
    west, south, east, north = area.bounds
    rows = np.arange(south, north, PARCEL_KM * 0.866)
    xs = np.arange(west, east, PARCEL_KM)
    x = xs[None, :] + (np.arange(len(rows)) % 2)[:, None] * PARCEL_KM / 2
    xy = np.stack([x, np.broadcast_to(rows[:, None], x.shape)], axis=-1).reshape(-1, 2)
    xy = xy + rng.normal(0, PARCEL_KM * 0.23, xy.shape)
    out: Points = xy[shapely.contains_xy(area, xy)]
    return out


def _tiles(site: Points, inside: NDArray[np.bool_]) -> Mesh:
    """The Voronoi cells of the sites inside; corners closer than MERGE_KM become one, so that streets cross."""
    voronoi = Voronoi(site)
    cell = np.where(inside, np.cumsum(inside) - 1, -1)
    ends, sides = np.array(voronoi.ridge_vertices), cell[voronoi.ridge_points]
    near = (sides >= 0).any(axis=1)
    used, ends = np.unique(ends[near], return_inverse=True)
    group = _close(voronoi.vertices[used])
    size = np.bincount(group)
    vertex = np.column_stack([np.bincount(group, axis) / size for axis in voronoi.vertices[used].T])
    ends, sides = np.sort(group[ends.reshape(-1, 2)], axis=1), sides[near]
    real = ends[:, 0] != ends[:, 1]
    ends, sides = ends[real], sides[real]
    loop = _loops(site[inside], vertex, ends, sides)
    nothing = np.empty(0, np.int64)
    return Mesh(site[inside], nothing, nothing, vertex, ends, sides, np.empty((0, 2, 2)), loop)


def _close(vertex: Points) -> Ints:
    """Number the groups of vertices that lie within MERGE_KM of one another."""
    pairs = cKDTree(vertex).query_pairs(MERGE_KM, output_type="ndarray")
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(vertex), len(vertex)))
    group: Ints = connected_components(links, directed=False)[1].astype(np.int64)
    return group


def _loops(site: Points, vertex: Points, ends: Ints, sides: Ints) -> list[Ints]:
    """The corners of each cell by angle around its site."""
    cell, corner = np.repeat(sides, 2, axis=1).ravel(), np.tile(ends, (1, 2)).ravel()
    pairs = np.unique(np.column_stack([cell, corner])[cell >= 0], axis=0)
    away = vertex[pairs[:, 1]] - site[pairs[:, 0]]
    order = np.lexsort((np.arctan2(away[:, 1], away[:, 0]), pairs[:, 0]))
    starts = np.searchsorted(pairs[order, 0], np.arange(1, len(site)))
    return np.split(pairs[order, 1], starts)


def _bent(mesh: Mesh, rng: np.random.Generator) -> Mesh:
    """Bend the edges, least in the towns, and move the whole map by a slow drift."""
    wiggle, move = drift(rng, (0.035, 0.8), (0.012, 0.3)), drift(rng, (0.36, 15.0), (0.14, 4.4), (0.035, 1.6))
    loose = np.ones(len(mesh.vertex))
    urban = ((mesh.sides >= 0) & (mesh.town[mesh.sides] >= 0)).any(axis=1)
    loose[mesh.ends[urban]] = 0.15
    low, high = (np.column_stack([mesh.vertex, loose])[mesh.ends[:, k]] for k in (0, 1))
    inner = np.stack([low + (high - low) / 3, low + (high - low) * 2 / 3], axis=1).reshape(-1, 3)

    def bent(xy: Points, share: Points) -> Points:
        return move(xy + (wiggle(xy) - xy) * share[:, None])

    ends = bent(mesh.vertex, loose)
    return replace(mesh, site=move(mesh.site), vertex=ends, inner=bent(inner[:, :2], inner[:, 2]).reshape(-1, 2, 2))
