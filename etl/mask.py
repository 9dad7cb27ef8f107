"""Says what there is to patrol: the cells of each grid that lie on land, 100 m wide in towns and 250 m in the country.

A cell belongs to the grid its centre lies in, so that every cell is somebody's once. A grid too narrow for a centre
gets the cell of its label point. What lies in water polygons of the basemap is nobody's.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from data.config import Config
from data.schema import arrow_schema
from etl.visited import CELL_M, WIDE_M

WATER = ("water", "river")
KM2 = 1e6

Ints = NDArray[np.int64]


class _Cells(NamedTuple):
    """Candidate cells: position of the grid, cell numbers, and the side in metres."""

    grid: Ints
    x: Ints
    y: Ints
    side: Ints

    def centres(self) -> NDArray[np.float64]:
        """Return the middle of each cell, metres."""
        return np.column_stack([self.x + 0.5, self.y + 0.5]) * self.side[:, None]

    def take(self, kept: NDArray[np.generic]) -> _Cells:
        """Return some of the cells."""
        return _Cells(self.grid[kept], self.x[kept], self.y[kept], self.side[kept])


def patrolable(area: pa.Table, attribute: pa.Table | None, basemap: pa.Table | None, config: Config) -> pa.Table:
    """Return table mask_cell of the leaves that are valid now.

    area, attribute, basemap: rows of tables area, area_attribute and basemap; without attributes every grid counts
    as urban, without a basemap there is no water. Leaves above `coverage.largest_km2` have no mask.
    """
    leaves = _leaves(area, config)
    if leaves.num_rows == 0:
        return arrow_schema("mask_cell").empty_table()
    project = Transformer.from_crs("EPSG:4326", config.city.crs_metric, always_xy=True)
    shapes = _metric(leaves["geometry"], project)
    rural = pc.is_in(leaves["area_id"], value_set=_rural(attribute)).to_numpy(zero_copy_only=False)
    side = np.where(rural, WIDE_M, CELL_M).astype(np.int64)
    labels = np.column_stack(project.transform(leaves["lon"].to_numpy(), leaves["lat"].to_numpy()))
    water = _water(basemap, project)
    cells = _inside(shapes, side)
    narrow = np.setdiff1d(np.arange(len(shapes)), cells.grid)
    x, y = (np.floor(labels[narrow] / side[narrow, None]).astype(np.int64)).T
    spare = _Cells(narrow, x, y, side[narrow]).take(~_wet(labels[narrow], water))
    cells = cells.take(~_wet(cells.centres(), water))
    whole = _Cells(*(np.concatenate(pair) for pair in zip(cells, spare, strict=True)))
    return _table(leaves["area_id"], whole.take(np.lexsort((whole.y, whole.x, whole.grid))))


def _leaves(area: pa.Table, config: Config) -> pa.Table:
    """Return the leaves with a shape that are valid now and small enough to walk, by id."""
    mine = pc.and_(pc.equal(area["level"], config.leaf), pc.is_null(area["valid_to"]))
    small = pc.less_equal(area["area_m2"], config.coverage.largest_km2 * KM2)
    kept = pc.and_(pc.and_(mine, pc.is_valid(area["geometry"])), pc.fill_null(small, False))
    return area.filter(kept).sort_by("area_id")


def _rural(attribute: pa.Table | None) -> pa.Array:
    if attribute is None:
        return pa.array([], pa.string())
    return attribute.filter(pc.equal(attribute["urban_class"], "rural"))["area_id"].combine_chunks()


def _metric(geometry: pa.ChunkedArray, project: Transformer) -> NDArray[np.object_]:
    shapes = shapely.from_wkb(geometry.to_numpy())
    return np.asarray(shapely.transform(shapes, lambda at: np.column_stack(project.transform(*at.T))))


def _inside(shapes: NDArray[np.object_], side: Ints) -> _Cells:
    """Return the cells whose centre lies in a shape; on a shared border the first shape's."""
    low = np.floor(shapely.bounds(shapes) / side[:, None]).astype(np.int64)
    wide, high = low[:, 2] - low[:, 0] + 1, low[:, 3] - low[:, 1] + 1
    grid = np.repeat(np.arange(len(shapes)), wide * high)
    number = np.arange(len(grid)) - np.repeat(np.cumsum(wide * high) - wide * high, wide * high)
    cells = _Cells(grid, low[grid, 0] + number % wide[grid], low[grid, 1] + number // wide[grid], side[grid])
    shapely.prepare(shapes)
    cells = cells.take(shapely.intersects_xy(shapes[grid], *cells.centres().T))
    order = np.lexsort((cells.grid, cells.y, cells.x, cells.side))
    ordered = cells.take(order)
    new = np.ones(len(order), np.bool_)
    same = (np.diff(column) == 0 for column in (ordered.side, ordered.x, ordered.y))
    new[1:] = ~np.all(list(same), axis=0)
    return ordered.take(new)


def _water(basemap: pa.Table | None, project: Transformer) -> NDArray[np.object_]:
    """Return the polygons of water in metres; a river drawn as a line has no area."""
    if basemap is None:
        return np.empty(0, np.object_)
    rows = basemap.filter(pc.is_in(basemap["kind"], value_set=pa.array(WATER)))
    shapes = _metric(rows["geometry"], project)
    return shapes[shapely.get_dimensions(shapes) == 2] if len(shapes) else shapes


def _wet(points: NDArray[np.float64], water: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Say which points lie in water."""
    wet = np.zeros(len(points), np.bool_)
    if len(water) and len(points):
        wet[shapely.STRtree(water).query(shapely.points(points), predicate="intersects")[0]] = True
    return wet


def _table(area_id: pa.ChunkedArray, cells: _Cells) -> pa.Table:
    columns = [area_id.combine_chunks().take(pa.array(cells.grid)), cells.x, cells.y, cells.side]
    schema = arrow_schema("mask_cell")
    return pa.Table.from_arrays([pa.array(c).cast(f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
