"""One look of the alarms at everybody's position: out of the own grid, and in which key areas, against GeoPandas."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import numpy as np
import shapely

from data.loop.shapes import Shapes
from data.metric_crs import to_metres
from tests.benchmarks import Bench

WORKERS, KEY_AREAS, SIDE = 2_000, 500, 40
CRS = "EPSG:4549"
BOX = (119.0, 31.75, 119.4, 32.15)
REACH_M = 30.0


@cache
def town() -> tuple[Shapes, list[str | None], np.ndarray]:
    """Return 1,600 grids and 500 key areas in metres, the own grid of each worker, and their positions in degrees."""
    rng = np.random.default_rng(3)
    (west, south), (east, north) = (to_metres(np.array([x]), np.array([y]), CRS) for x, y in (BOX[:2], BOX[2:]))
    x, y = np.linspace(west[0], east[0], SIDE + 1), np.linspace(south[0], north[0], SIDE + 1)
    cells = [
        shapely.segmentize(shapely.box(x[i], y[j], x[i + 1], y[j + 1]), 50.0) for i in range(SIDE) for j in range(SIDE)
    ]
    grids = {f"g{number:04d}": cell for number, cell in enumerate(cells)}
    at = shapely.points(rng.uniform(west[0], east[0], KEY_AREAS), rng.uniform(south[0], north[0], KEY_AREAS))
    drawn = shapely.buffer(at, 120.0, quad_segs=16)
    rows: list[dict[str, Any]] = [{"key_area_id": f"k{number}"} for number in range(KEY_AREAS)]
    shapes = Shapes(SimpleNamespace(inside=str.__eq__), grids, rows, drawn)  # type: ignore[arg-type]
    own: list[str | None] = [f"g{number % len(grids):04d}" for number in range(WORKERS)]
    return shapes, own, rng.uniform(BOX[:2], BOX[2:], (WORKERS, 2))


def ours() -> float:
    """Look once, best of three; what is kept between two looks is prepared by a first one."""
    shapes, own, degrees = town()

    def look() -> None:
        points = np.asarray(shapely.points(*to_metres(*degrees.T, CRS)), object)
        shapes.outside_m(points, own)
        shapes.near(points, REACH_M)

    look()
    return min(_timed(look) for _ in range(3))


def baseline() -> float:
    """Do the same by GeoPandas: project, join with the key areas within reach, measure to the own grid."""
    import geopandas as gpd

    shapes, own, degrees = town()
    keys = gpd.GeoDataFrame(geometry=list(shapes.drawn), crs=CRS)
    grids = gpd.GeoSeries([shapes.leaves[area or ""] for area in own], crs=CRS)

    def look() -> None:
        people = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*degrees.T, crs="EPSG:4326")).to_crs(CRS)
        gpd.sjoin(people, keys, predicate="dwithin", distance=REACH_M)
        people.distance(grids)

    return min(_timed(look) for _ in range(3))


def _timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


BENCH = Bench(
    "alarms", ours, baseline, 1.5, "one look at 2,000 positions, 1,600 grids, 500 key areas, against GeoPandas sjoin"
)
