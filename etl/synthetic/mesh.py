"""One tiling of the city: blocks of a street lattice in the towns, irregular parcels elsewhere, shared edges once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Voronoi, cKDTree

from etl.synthetic.curves import Points, blob, drift, field
from etl.synthetic.realm import Realm

PARCEL_KM = 0.29
BLOCK_KM = 0.205
MERGE_KM = 0.05

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Mesh:
    """A planar tiling. Cell and edge order is fixed; -1 = beyond the city.

    site (n, 2) km, town (n,) index of the town or -1, vertex (m, 2) km, ends (e, 2) vertex numbers (low, high),
    sides (e, 2) cell numbers, inner (e, 2, 2) two bends of each edge from low to high,
    loop: vertex numbers of each cell in order.
    """

    site: Points
    town: Ints
    vertex: Points
    ends: Ints
    sides: Ints
    inner: Points
    loop: list[Ints]

    def polygons(self) -> NDArray[np.object_]:
        """Return the cells as shapely polygons whose shared borders are the same vertices."""
        u = np.concatenate(self.loop)
        v = np.concatenate([np.roll(loop, -1) for loop in self.loop])
        keys = self.ends[:, 0] * len(self.vertex) + self.ends[:, 1]
        order = np.argsort(keys)
        edge = order[np.searchsorted(keys[order], np.minimum(u, v) * len(self.vertex) + np.maximum(u, v))]
        bends = np.where((u < v)[:, None, None], self.inner[edge], self.inner[edge][:, ::-1])
        xy = np.concatenate([self.vertex[u][:, None], bends], axis=1).reshape(-1, 2)
        cell = np.repeat(np.arange(len(self.loop)), [3 * len(loop) for loop in self.loop])
        out: NDArray[np.object_] = shapely.polygons(shapely.linearrings(xy, indices=cell))
        return out


def make_mesh(realm: Realm, seed: int) -> Mesh:
    """Tile the city: lattice points in towns and scattered points elsewhere, then the cells nearest to each."""
    rng = np.random.default_rng([seed, 1])
    towns = [blob((s.x, s.y), s.radius, rng, 0.22) for s in realm.streets]
    outline = _outline(realm, rng)
    lattice, town = _lattices(realm, towns, rng)
    far = _scatter(outline.buffer(1.2), rng)
    built = shapely.union_all([one.buffer(0.16) for one in towns])
    far = far[~shapely.contains_xy(built, far)]
    site, town = np.vstack([lattice, far]), np.r_[town, np.full(len(far), -1)]
    inside = shapely.contains_xy(outline, site)
    return _bent(_tiles(site, town, inside), rng)


def _outline(realm: Realm, rng: np.random.Generator) -> shapely.Polygon:
    """A rounded upright shape with an irregular edge, wide enough for every town."""
    angle = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    cos, sin = np.cos(angle), np.sin(angle)
    unit = np.column_stack([np.sign(cos) * np.abs(cos) ** 0.64, np.sign(sin) * np.abs(sin) ** 0.64])
    s = realm.scale
    edge = field(rng, (0.06, 24 * s), (0.035, 9 * s), (0.012, 3 * s))
    xy = unit * realm.half
    hull = shapely.Polygon(xy * (0.94 + edge(xy))[:, None] + realm.middle)
    towns = [shapely.Point(t.x, t.y).buffer(t.radius + 1.6 * s) for t in realm.streets]
    return shapely.union_all([hull, *towns]).buffer(s).buffer(-s)


def _lattices(realm: Realm, towns: list[shapely.Polygon], rng: np.random.Generator) -> tuple[Points, Ints]:
    """Points of a turned, unevenly spaced lattice in each town; a town never enters the one before."""
    taken = shapely.Polygon()
    points, owner = [], []
    turn = rng.uniform(-0.25, 0.35)
    for number, (street, shape) in enumerate(zip(realm.streets, towns, strict=True)):
        near = number and shape.distance(taken) < 0.6
        angle = turn if near or number == 0 else rng.uniform(-0.6, 0.6)
        middle = (0.0, 0.0) if near or number == 0 else (street.x, street.y)
        reach = street.radius * 1.5 + np.hypot(street.x - middle[0], street.y - middle[1])
        stream = np.random.default_rng(17) if near or number == 0 else rng
        uv = np.stack(np.meshgrid(*(_axis(reach, stream) for _ in range(2))), axis=-1).reshape(-1, 2)
        uv += rng.normal(0, 0.008, uv.shape)
        cos, sin = np.cos(angle), np.sin(angle)
        xy = uv @ np.array([[cos, sin], [-sin, cos]]) + middle
        keep = shapely.contains_xy(shape, xy) & ~shapely.contains_xy(taken, xy)
        points.append(xy[keep])
        owner.append(np.full(int(keep.sum()), number))
        taken = taken.union(shape)
    return np.vstack(points), np.concatenate(owner).astype(np.int64)


def _axis(reach: float, rng: np.random.Generator) -> Points:
    """Uneven steps along one direction, the same near the middle whatever the reach."""
    half = BLOCK_KM * rng.choice([0.8, 0.95, 1.05, 1.25], (2, 120))
    up, down = np.cumsum(half, axis=1)
    axis = np.r_[-down[::-1], 0.0, up]
    return axis[np.abs(axis) <= reach]


def _scatter(area: shapely.Polygon, rng: np.random.Generator) -> Points:
    """A shaken hexagonal lattice over the area."""
    west, south, east, north = area.bounds
    rows = np.arange(south, north, PARCEL_KM * 0.866)
    xs = np.arange(west, east, PARCEL_KM)
    x = xs[None, :] + (np.arange(len(rows)) % 2)[:, None] * PARCEL_KM / 2
    xy = np.stack([x, np.broadcast_to(rows[:, None], x.shape)], axis=-1).reshape(-1, 2)
    xy = xy + rng.normal(0, PARCEL_KM * 0.23, xy.shape)
    return xy[shapely.contains_xy(area, xy)]


def _tiles(site: Points, town: Ints, inside: NDArray[np.bool_]) -> Mesh:
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
    return Mesh(site[inside], town[inside], vertex, ends, sides, np.empty((0, 2, 2)), loop)


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
    wiggle, move = drift(rng, (0.035, 0.8), (0.012, 0.3)), drift(rng, (0.36, 15.0), (0.09, 4.2), (0.02, 1.5))
    loose = np.ones(len(mesh.vertex))
    urban = ((mesh.sides >= 0) & (mesh.town[mesh.sides] >= 0)).any(axis=1)
    loose[mesh.ends[urban]] = 0.15
    low, high = (np.column_stack([mesh.vertex, loose])[mesh.ends[:, k]] for k in (0, 1))
    inner = np.stack([low + (high - low) / 3, low + (high - low) * 2 / 3], axis=1).reshape(-1, 3)

    def bent(xy: Points, share: Points) -> Points:
        return move(xy + (wiggle(xy) - xy) * share[:, None])

    ends = bent(mesh.vertex, loose)
    return replace(mesh, site=move(mesh.site), vertex=ends, inner=bent(inner[:, :2], inner[:, 2]).reshape(-1, 2, 2))
