"""Finding the grid of every fix of a county's morning: the index read from its cache, against geopandas.sjoin."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from etl.place import Index
from tests.benchmarks import Bench
from tests.benchmarks.place import BOX, city

POINTS = 2_000_000


@cache
def points() -> tuple[np.ndarray, np.ndarray]:
    """Return lon and lat of fixes all over the county."""
    x, y = np.random.default_rng(3).uniform(BOX[:2], BOX[2:], (POINTS, 2)).T
    return np.ascontiguousarray(x), np.ascontiguousarray(y)


def ours() -> float:
    """Read the index from its cache on disk and place the points, best of three."""
    grids, index = city()
    x, y = points()
    index.place(x[:10], y[:10])  # compiled at its first call, once for all loads
    with TemporaryDirectory() as folder:
        Index(index.area_ids, list(grids), Path(folder))
        return min(_placed(Path(folder)) for _ in range(3))


def _placed(folder: Path) -> float:
    grids, index = city()
    start = perf_counter()
    Index(index.area_ids, list(grids), folder).place(*points())
    return perf_counter() - start


def baseline() -> float:
    """Join the points with the grids by geopandas, whose points are made beforehand."""
    import geopandas

    grids, index = city()
    fixes = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*points()), crs="EPSG:4326")
    areas = geopandas.GeoDataFrame({"area_id": index.area_ids}, geometry=grids, crs="EPSG:4326")
    start = perf_counter()
    fixes.sjoin(areas, how="left", predicate="intersects")
    return perf_counter() - start


NOTE = "2,000,000 points, 1,600 grids, index read from its cache, against geopandas.sjoin"
BENCH = Bench("place_sjoin", ours, baseline, 15.0, NOTE)
