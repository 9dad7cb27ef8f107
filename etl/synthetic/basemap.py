"""The base map of the made-up city: land, water, built-up ground, roads and railways, all as features in km."""

from __future__ import annotations

import numpy as np
import shapely

from etl.synthetic.city import City
from etl.synthetic.curves import Points, drift, spline
from etl.synthetic.roads import AVENUE, LANE, STREET, edge_lines

MARGIN_KM = 14.0
VILLAGE_PEOPLE = 420.0  # per square km
PARKS = 0.06
EDGE = 0.1  # of a block: pavement and front yards


def basemap(city: City) -> list[tuple[str, shapely.Geometry]]:
    """Return (kind, shape) in drawing order; kinds of the feed `basemap`."""
    land = shapely.coverage_union_all([grid.polygon for grid in city.grids])
    rows: list[tuple[str, shapely.Geometry]] = [("land", land)]
    rows += [("built", shape) for shape in _built(city)]
    rows += [("building", shape) for shape in _buildings(city)]
    rows += [("water", shape) for shape in [*city.tree.land.lakes, _wide_river(city).difference(land)]]
    rows += [(kind, shapely.LineString(xy)) for kind, xy in city.roads.through]
    rows += _lines(city)
    return [(kind, shape) for kind, shape in rows if not shape.is_empty]


def _built(city: City) -> list[shapely.Polygon]:
    """Towns as their blocks, villages as the peopled cells round their middle, both with soft corners."""
    cells = city.mesh.polygons
    towns = shapely.union_all(cells[city.mesh.town >= 0])
    density = city.tree.land.people / city.tree.land.area
    village = (city.mesh.town < 0) & (density > VILLAGE_PEOPLE)
    settled = shapely.union_all([towns, shapely.union_all(cells[village]).buffer(-0.05)])
    soft = settled.buffer(-0.04, quad_segs=2).buffer(0.08, quad_segs=2).buffer(-0.04, quad_segs=2).simplify(0.015)
    return [part for part in shapely.get_parts(soft) if part.area > 0.01]


def _buildings(city: City) -> list[shapely.MultiPolygon]:
    """Footprints of each four-cornered block in the big towns, in rows; a few blocks are parks."""
    rng = np.random.default_rng([city.seed, 18])
    radius = np.array([street.radius for street in city.realm.streets])
    cells = np.flatnonzero((city.mesh.town >= 0) & (radius[city.mesh.town] > 2 * city.realm.scale))
    rows = []
    for cell in cells:
        corner = city.mesh.vertex[city.mesh.loop[cell]]
        if len(corner) == 4 and rng.random() > PARKS:
            rows.append(shapely.multipolygons(shapely.polygons(_footprints(corner, rng))))
    return rows


def _footprints(corner: Points, rng: np.random.Generator) -> Points:
    """Rectangles (n, 4, 2) km between the four corners of a block, away from its streets."""
    columns, rows = int(rng.integers(2, 4)), int(rng.integers(2, 5))
    u, v = np.meshgrid(np.arange(columns), np.arange(rows), indexing="ij")
    kept = rng.random(u.size) > 0.15
    low = np.column_stack([u.ravel(), v.ravel()])[kept] / (columns, rows)
    size = rng.uniform(0.5, 0.86, low.shape) / (columns, rows)
    square = low[:, None] + size[:, None] * np.array([[0, 0], [1, 0], [1, 1], [0, 1]])[None]
    s, t = np.moveaxis(EDGE + square * (1 - 2 * EDGE), 2, 0)[..., None]
    a, b, c, d = corner
    out: Points = (1 - s) * (1 - t) * a + s * (1 - t) * b + s * t * c + (1 - s) * t * d
    return out


def _wide_river(city: City) -> shapely.Geometry:
    line = city.realm.of_kind("wide_river")[0]
    move = drift(np.random.default_rng([city.seed, 12]), (0.5 * city.realm.scale, 9.0), (0.15 * city.realm.scale, 3.0))
    water = shapely.LineString(move(spline(line.points, 0.4))).buffer(city.realm.wide_km)
    west, south, east, north = shapely.total_bounds([grid.polygon for grid in city.grids])
    m = MARGIN_KM * city.realm.scale
    return shapely.intersection(water, shapely.box(west - m, south - m, east + m, north + m))


def _lines(city: City) -> list[tuple[str, shapely.Geometry]]:
    """Streets and lanes as merged edges of the mesh."""
    rows: list[tuple[str, shapely.Geometry]] = []
    for name, kinds in (("minor", (LANE, AVENUE)), ("street", (STREET,))):
        edges = np.flatnonzero(np.isin(city.roads.kind, kinds))
        merged = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(edge_lines(city.mesh, edges))))
        rows += [(name, part.simplify(0.004)) for part in shapely.get_parts(merged)]
    return rows
