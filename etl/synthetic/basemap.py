"""The base map of the made-up city: land, water, built-up ground, roads and railways, all as features in km."""

from __future__ import annotations

import numpy as np
import shapely

from etl.synthetic.city import City
from etl.synthetic.curves import drift, spline
from etl.synthetic.roads import AVENUE, LANE, STREET, edge_lines

MARGIN_KM = 14.0
VILLAGE_PEOPLE = 60.0


def basemap(city: City) -> list[tuple[str, shapely.Geometry]]:
    """Return (kind, shape) in drawing order; kinds of the feed `basemap`."""
    land = shapely.coverage_union_all([grid.polygon for grid in city.grids])
    rows: list[tuple[str, shapely.Geometry]] = [("land", land)]
    rows += [("built", shape) for shape in _built(city)]
    rows += [("water", shape) for shape in [*city.tree.lakes, _wide_river(city).difference(land)]]
    rows += [(kind, shapely.LineString(xy)) for kind, xy in city.roads.through]
    rows += _lines(city)
    return [(kind, shape) for kind, shape in rows if not shape.is_empty]


def _built(city: City) -> list[shapely.Polygon]:
    """Towns as their blocks, villages as the peopled cells round their middle, both with soft corners."""
    cells = city.mesh.polygons()
    towns = shapely.union_all(cells[city.mesh.town >= 0])
    density = city.tree.people / shapely.area(cells)
    village = (city.mesh.town < 0) & (density > np.maximum(VILLAGE_PEOPLE, 420))
    settled = shapely.union_all([towns, shapely.union_all(cells[village]).buffer(-0.05)])
    soft = settled.buffer(-0.04).buffer(0.08).buffer(-0.04)
    return [part for part in shapely.get_parts(soft) if part.area > 0.01]


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
        rows += [(name, part) for part in shapely.get_parts(merged)]
    return rows


