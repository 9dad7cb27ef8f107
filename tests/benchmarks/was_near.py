"""Who was near a place on a day of seven million fixes: cells first, then the fixes of whoever passed, for one circle.

The baseline reads the day's fixes into GeoPandas as they stand and measures every one. The measure raises where the
two name other workers, other nearest distances or other times.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

import pyarrow as pa
import shapely

from data.config import Config
from data.loop.distance import RADIUS_M
from data.loop.was_near import CELL_M, Circle, was_near
from data.metric_crs import to_metres
from data.query import Door
from data.rules import uncounted
from data.schema import conform
from data.scope import Scope
from etl.publish import publishing
from tests.benchmarks import Bench
from tests.history import CITY, FIRST, Size, begin, day_of

SIZE = Size(workers=2_000, each=3_500, grids=1_600)
LEADER = Scope("bench", frozenset({"leader"}), CITY).because("benchmark")
CIRCLE = Circle(119.1234, 31.9456, 300.0)
START = datetime(FIRST.year, FIRST.month, FIRST.day, 3)
SPAN = timedelta(hours=2)
TIMES = 5


@cache
def county() -> Config:
    """Publish one day of the county with the cells its fixes really lie in; removed when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="gridlink-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    config = begin(folder / "home", SIZE)
    tables = day_of(SIZE)
    with publishing(config) as draft:
        for table in ("fix", "worker_day"):
            draft.replace(table, tables[table], FIRST.isoformat())
        draft.replace("cell_day", _cells(tables["fix"], config), FIRST.isoformat())
    day_of.cache_clear()
    return config


def _cells(fixes: pa.Table, config: Config) -> pa.Table:
    x, y = to_metres(fixes["lon"].to_numpy(), fixes["lat"].to_numpy(), config.city.crs_metric)
    at = {"cell_x": pa.array((x // CELL_M).astype("i4")), "cell_y": pa.array((y // CELL_M).astype("i4"))}
    keys = ["day", "worker_id", "area_id", *at]
    rows = pa.table({key: fixes[key] for key in keys[:3]} | at | {"n": pa.array([1] * len(x), pa.int32())})
    rows = rows.group_by(keys).aggregate([("n", "sum")]).rename_columns([*keys, "n"])
    return conform("cell_day", rows.append_column("n_walking", rows["n"]))


@cache
def door() -> Door:
    """Open the county as the dashboard does, and let its files be looked at first."""
    opened = Door(county())
    while not opened.warehouse.is_checked():
        shutil.disk_usage("/")
    return opened


def ask() -> pa.Table:
    """Ask, log included."""
    return was_near(door(), LEADER, CIRCLE, START, START + SPAN)


def ours() -> float:
    """Return the seconds of the whole question, scope, masks and log included, warm: the best of several."""
    ask()
    return min(_timed(ask) for _ in range(TIMES))


def baseline() -> float:
    """Return the seconds of a full scan in GeoPandas, best of two; raises ValueError where it finds something else."""
    files = list((county().home / "warehouse" / "lake" / "fix").glob("*/*.parquet"))
    theirs = _scan(files)
    mine = (
        ask().select(["worker_id", "nearest_m", "first_at", "last_at"]).to_pandas().set_index("worker_id").sort_index()
    )
    if list(theirs.index) != list(mine.index) or (theirs["nearest_m"] - mine["nearest_m"]).abs().max() > 1e-3:
        raise ValueError("GeoPandas finds others")
    if not (theirs[["first_at", "last_at"]] == mine[["first_at", "last_at"]]).all(axis=None):
        raise ValueError("GeoPandas finds other times")
    return min(_timed(lambda: _scan(files)) for _ in range(2))


def _scan(files: list[Path]) -> Any:
    """Return, by worker, how near, first and last, from every fix of the day on a sphere of the same size."""
    import geopandas
    import pandas

    frame = pandas.concat([pandas.read_parquet(path, partitioning=None) for path in files])
    sphere = f"+proj=aeqd +R={RADIUS_M} +lat_0={CIRCLE.lat} +lon_0={CIRCLE.lon}"
    degrees = geopandas.GeoSeries.from_xy(frame["lon"], frame["lat"], crs=f"+proj=longlat +R={RADIUS_M}")
    frame["nearest_m"] = degrees.to_crs(sphere).distance(shapely.Point(0, 0)).to_numpy()
    within = (frame["fixed_at"] >= START) & (frame["fixed_at"] < START + SPAN) & (frame["flags"] & uncounted() == 0)
    near = frame[within & (frame["nearest_m"] <= CIRCLE.radius_m)].groupby("worker_id")
    return near.agg(nearest_m=("nearest_m", "min"), first_at=("fixed_at", "min"), last_at=("fixed_at", "max"))


def _timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


NOTE = "7 million fixes of 2,000 workers, a circle of 300 m and two hours, scope and log included, bar 1 s"
BENCH = Bench("was_near", ours, baseline, 30.0, f"{NOTE}; against a full scan in GeoPandas, same answer")
