"""Visits to key areas, measured from the fixes of a local day: long enough, near enough, and unbroken.

A visit is a run of counted fixes of one worker (data/rules.toml says which fixes count: jumps, inaccurate, frozen and
mock ones do not, and neither make nor break a visit) that all lie within [key_areas] visit_m of the area's shape,
measured in the city's metric CRS, and last visit_s from the first to the last. One counted fix further away ends it,
and so do a silence longer than [fixes] gap_s and local midnight. Off-duty fixes were never loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from data.config import Config
from data.metric_crs import to_degrees, to_metres
from data.rules import uncounted
from data.schema import arrow_schema
from etl.compiled import compiled
from etl.merge_fixes import numbered

CELL = 0.0005  # degrees: side of the cells that say at once that a fix is near no key area
SIDES = 9  # points along each side of a box that is turned into degrees
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sites:
    """Key areas of one day: ids in order, their shapes in metres (prepared), and where a look is worth it."""

    ids: list[str]
    shapes: NDArray[np.object_]
    near: NDArray[np.bool_]
    corner: tuple[float, float]
    crs: str
    reach_m: float

    def candidates(self, lon: Floats, lat: Floats) -> Ints:
        """Return the positions of points that may lie near a key area: no point left out does."""
        return np.flatnonzero(_is_near(lon, lat, self.near, *self.corner))

    def pairs(self, lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
        """Return which point lies within reach of which site: positions of sites, ascending, and of points."""
        points = shapely.points(*to_metres(lon, lat, self.crs))
        boxes = shapely.box(*(shapely.bounds(self.shapes) + np.array([-1, -1, 1, 1]) * self.reach_m).T)
        site, point = shapely.STRtree(points).query(boxes)
        first = np.searchsorted(site, np.arange(len(self.ids) + 1))
        kept = [
            point[a:b][shapely.dwithin(shape, points[point[a:b]], self.reach_m)]
            for shape, a, b in zip(self.shapes, first[:-1], first[1:], strict=True)
        ]
        counts = [len(one) for one in kept]
        return np.repeat(np.arange(len(counts)), counts), np.concatenate([np.empty(0, np.int64), *kept])


def sites(key_areas: pa.Table, day: date, config: Config) -> Sites | None:
    """Return the key areas (rows of table key_area) valid on a local day, or None where there are none."""
    rows = key_areas.filter(_valid(key_areas, day)).sort_by("key_area_id")
    if not rows.num_rows:
        return None
    crs, reach = config.city.crs_metric, config.key_areas.visit_m
    shapes = shapely.from_wkb(rows["geometry"].to_numpy(zero_copy_only=False))
    shapes = shapely.transform(shapes, lambda at: np.column_stack(to_metres(at[:, 0], at[:, 1], crs)))
    shapely.prepare(shapes)
    near, corner = _raster(shapely.bounds(shapes) + np.array([-1, -1, 1, 1]) * reach, crs)
    return Sites(rows["key_area_id"].to_pylist(), shapes, near, corner, crs, reach)


def visits(fixes: pa.Table, found: Sites, day: date, config: Config) -> pa.Table:
    """Return the visits (table key_visit) in the fixes of a local day: worker_id, fixed_at, lon, lat, flags."""
    names, worker = numbered(fixes["worker_id"])
    moment = fixes["fixed_at"].to_numpy().astype("datetime64[us]").astype(np.int64)
    counted = np.flatnonzero(fixes["flags"].to_numpy() & uncounted() == 0)
    if not _is_sorted(worker[counted], moment[counted]):
        counted = counted[np.lexsort((moment[counted], worker[counted]))]
    lon, lat = (fixes[name].to_numpy()[counted] for name in ("lon", "lat"))
    some = found.candidates(lon, lat)
    site, point = found.pairs(lon[some], lat[some])
    point = some[point]
    order = np.lexsort((point, site))
    runs = _runs(site[order], point[order], worker[counted], moment[counted], config)
    return _rows(runs, names, found, day)


def _runs(site: Ints, point: Ints, worker: NDArray[np.int32], moment: Ints, config: Config) -> dict[str, Any]:
    """Return one element per visit: site, worker, first and last moment in microseconds, fixes, whether it counts."""
    at, who = moment[point], worker[point]
    new = np.ones(len(site), np.bool_)
    new[1:] = (np.diff(site) > 0) | (np.diff(who) != 0) | (np.diff(point) != 1)
    new[1:] |= np.diff(at) > config.fixes.gap_s * 1e6
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(site))[: len(first)] - 1
    long = at[last] - at[first] >= config.key_areas.visit_s * 1e6
    first, last = first[long], last[long]
    came, left = at[first], at[last]
    counts = np.ones(len(first), np.bool_)
    same = (np.diff(site[first]) == 0) & (np.diff(who[first]) == 0)
    counts[1:] = ~same | (came[1:] - left[:-1] >= config.key_areas.again_s * 1e6)
    return {
        "site": site[first], "worker": who[first], "came": came, "left": left,
        "fixes": last - first + 1, "counts": counts,
    }  # fmt: skip


def _rows(runs: dict[str, Any], names: list[str], found: Sites, day: date) -> pa.Table:
    schema, n = arrow_schema("key_visit"), len(runs["site"])
    columns = {
        "day": pa.array([day] * n, pa.date32()),
        "key_area_id": pa.array(found.ids, pa.string()).take(pa.array(runs["site"])),
        "worker_id": pa.array(names, pa.string()).take(pa.array(runs["worker"])),
        "arrived_at": pa.array(runs["came"].astype("datetime64[us]")),
        "left_at": pa.array(runs["left"].astype("datetime64[us]")),
        "seconds": pa.array((runs["left"] - runs["came"]) / 1e6),
        "n_fixes": pa.array(runs["fixes"]),
        "counts": pa.array(runs["counts"]),
    }
    return pa.table([columns[field.name].cast(field.type) for field in schema], schema=schema)


@compiled
def _is_sorted(worker: NDArray[np.int32], moment: Ints) -> bool:
    for i in range(1, len(worker)):
        if worker[i] < worker[i - 1] or (worker[i] == worker[i - 1] and moment[i] < moment[i - 1]):
            return False
    return True


@compiled
def _is_near(lon: Floats, lat: Floats, near: NDArray[np.bool_], west: float, south: float) -> NDArray[np.bool_]:
    """Say which points (finite degrees) lie in a cell that is set."""
    found = np.zeros(len(lon), np.bool_)
    rows, columns = near.shape
    for i in range(len(lon)):
        across, up = (lon[i] - west) / CELL, (lat[i] - south) / CELL
        if 0 <= across < columns and 0 <= up < rows:
            found[i] = near[int(up), int(across)]
    return found


def _valid(rows: pa.Table, day: date) -> pa.ChunkedArray:
    at = pa.scalar(day, pa.date32())
    begun = pc.fill_null(pc.less_equal(rows["valid_from"], at), True)
    return pc.and_(begun, pc.fill_null(pc.greater(rows["valid_to"], at), True))


def _raster(boxes: Floats, crs: str) -> tuple[NDArray[np.bool_], tuple[float, float]]:
    """Return cells of degrees, true where a box (metres) touches them, and the corner they begin at."""
    share = np.linspace(0, 1, SIDES)
    west, south, east, north = boxes.T[:, :, None]
    x = np.concatenate([west + (east - west) * share] * 2 + [west + 0 * share, east + 0 * share], axis=1)
    y = np.concatenate([south + 0 * share, north + 0 * share] + [south + (north - south) * share] * 2, axis=1)
    lon, lat = to_degrees(x, y, crs)
    low = np.column_stack([lon.min(1), lat.min(1)]) - CELL
    high = np.column_stack([lon.max(1), lat.max(1)]) + CELL
    corner = low.min(0)
    first, last = ((edge - corner) // CELL for edge in (low, high))
    columns, rows = last.max(0).astype(int) + 1
    near = np.zeros((rows, columns), np.bool_)
    for (x0, y0), (x1, y1) in zip(first.astype(int), last.astype(int), strict=True):
        near[y0 : y1 + 1, x0 : x1 + 1] = True
    return near, (float(corner[0]), float(corner[1]))
