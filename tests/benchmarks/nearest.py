"""Whom to send: the whole question over 2,000 live positions and 5,000 cases, against GeoPandas doing the same.

Both read positions and open orders from operations, know duty and skills already, and rank by way, age of the fix and
orders. The measure raises where GeoPandas offers others.
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

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import insert

from data.config import load_config
from data.loop.distance import RADIUS_M
from data.loop.nearest import ORDERED, Nearest
from data.loop.store import incident
from data.query import Door
from data.scope import Scope
from etl.load import load
from tests.benchmarks import Bench
from tests.county_city import BOX, FIRST, County, write_home

COUNTY = County(workers=2_000)
HOURS = timedelta(hours=4)
NOW = datetime(FIRST.year, FIRST.month, FIRST.day, 0, 30)
CASES = 5_000
SCOPE = Scope("bench", frozenset({"operator"}), "city")
AT = (119.213, 31.957)
CASE = {"incident_id": "E-here", "kind": "ENV", "subkind": None, "title": None, "lon": AT[0], "lat": AT[1]}
TIMES = 20


@cache
def door() -> Door:
    """Return a county with everybody somewhere on duty, and thousands of cases, most of them in somebody's hands."""
    home = Path(tempfile.mkdtemp(prefix="gridlink-")) / "home"
    atexit.register(shutil.rmtree, home.parent, ignore_errors=True)
    write_home(home, COUNTY)
    workers = [f"W{number:05d}" for number in range(COUNTY.workers)]
    duty = {"worker_id": workers} | {"starts_at": [NOW - HOURS] * len(workers), "ends_at": [NOW + HOURS] * len(workers)}
    pq.write_table(pa.table(duty), home / "roster.parquet")
    load([home / name for name in ("areas.parquet", "workers.csv", "roster.parquet")], load_config(home), now=NOW)
    opened = Door(load_config(home))
    rng = np.random.default_rng(3)
    seen = rng.uniform((*BOX[:2], 0.1, 0.0), (*BOX[2:], 1.0, 900.0), (COUNTY.workers, 4)).tolist()
    usual = {"name": None, "role": None, "accuracy_m": 8.0, "speed_mps": 0.0}
    opened.operations.record_positions(
        [
            usual | {"worker_id": worker, "area_id": f"g{number % 1600:04d}", "lon": lon, "lat": lat}
            | {"battery": battery, "fixed_at": NOW - timedelta(seconds=age)}
            for number, (worker, (lon, lat, battery, age)) in enumerate(zip(workers, seen, strict=True))
        ]
    )  # fmt: skip
    Nearest(opened)
    row = {"source": "worker", "owner": "own", "kind": "ENV", "area_id": "g0001", "located": "area"}
    row |= {"reported_at": NOW, "supervised": False, "unlisted": False, "cycle": 1, "version": 1, "seq": 1}
    drawn = rng.integers((0, 0, 1), (8, COUNTY.workers, 40), (CASES, 3)).tolist()
    states = (*ORDERED, "S30", "S60", "S90", "S91")
    cases = [
        row
        | {"incident_id": f"E{n}", "state": states[state], "worker_id": workers[worker], "severity": min(severity, 5)}
        for n, (state, worker, severity) in enumerate(drawn)
    ]
    with opened.operations.write() as connection:
        connection.execute(insert(incident), cases)
    return opened


@cache
def nearest() -> Nearest:
    """Return what a server keeps from call to call."""
    return Nearest(door())


def ask() -> list[str | None]:
    """Ask whom to send, from positions to masked names."""
    case = CASE | {"area_id": door().places.at(*AT)}
    return [one.worker_id for one in nearest().offer(SCOPE, case, NOW).candidates]


def ours() -> float:
    """Return the seconds of the whole question, warm: the median of many."""
    return _median(ask)


def baseline() -> float:
    """Return the seconds GeoPandas takes; raises ValueError where it offers others."""
    if _theirs() != ask():
        raise ValueError("GeoPandas offers others")
    return _median(_theirs)


def _theirs() -> list[str | None]:
    import geopandas
    import pandas
    import shapely

    limits, engine = door().config.dispatch, door().operations.engine
    seen = pandas.read_sql("SELECT * FROM position", engine, parse_dates=["fixed_at"])
    cases = pandas.read_sql("SELECT worker_id, state, severity FROM incident", engine)
    held = cases[cases["state"].isin(ORDERED)].groupby("worker_id")["severity"].agg(["count", "min"])
    points = geopandas.GeoSeries.from_xy(seen["lon"], seen["lat"], crs=f"+proj=longlat +R={RADIUS_M}")
    here = f"+proj=aeqd +R={RADIUS_M} +lat_0={AT[1]} +lon_0={AT[0]}"
    seen["way"] = points.to_crs(here).distance(shapely.Point(0, 0))
    seen = seen.join(held, on="worker_id").fillna({"count": 0, "min": 5})
    seen["age"] = (NOW - seen["fixed_at"]).dt.total_seconds()
    seen["cost"] = seen["way"] * limits.detour / limits.walk_mps + seen["age"] + seen["count"] * limits.order_s
    near = (seen["way"] <= limits.radius_m) & (seen["age"] <= limits.stale_s)
    free = (seen["count"] < limits.busy) & (seen["min"] > 1)
    return list(seen[near & free].sort_values(["cost", "worker_id"])["worker_id"].head(limits.most))


def _median(work: Callable[[], object]) -> float:
    work()
    took = []
    for _ in range(TIMES):
        began = perf_counter()
        work()
        took.append(perf_counter() - began)
    return float(np.median(took))


NOTE = "2,000 live positions, 5,000 cases, duty, skills, neighbouring grids and masked names included, bar 0.02 s"
BENCH = Bench("nearest", ours, baseline, 2.0, f"{NOTE}; against GeoPandas without duty, skills, grids and names")
