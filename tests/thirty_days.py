"""Two hundred million fixes: thirty days of a county, each repeating the movements of the first."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb

from data.cache import SingleFlight
from data.config import Config
from data.query import Door
from data.scope import Scope
from etl.publish import publishing
from tests.history import CITY, Size, begin, day_of, days, moved

SIZE = Size(workers=2_000, each=3_334, grids=1_600)
DAYS = days(30)
LEADER = Scope("bench", frozenset({"leader"}), CITY)
TIMES = 7


@cache
def county() -> Config:
    """Write the history, some three gigabytes, and remove it when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="gridlink-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    config = begin(folder / "home", SIZE)
    tables = day_of(SIZE)
    with publishing(config) as draft:
        for day in DAYS:
            for table, rows in tables.items():
                draft.replace(table, moved(rows, day), day.isoformat())
    day_of.cache_clear()
    return config


@cache
def door() -> Door:
    """Open the history as the dashboard does, and let its files be looked at first."""
    opened = Door(county())
    while not opened.warehouse.is_checked():
        shutil.disk_usage("/")
    return opened


def answer(name: str, scope: Scope = LEADER, **params: Any) -> float:
    """Return the seconds the product takes for a query without its cache, warm: the best of several."""
    opened = door()
    took = []
    for _ in range(TIMES):
        opened._cache = SingleFlight()
        began = perf_counter()
        opened.query(name, scope, **params)
        took.append(perf_counter() - began)
    return min(took)


def scan(sql: str, first: date, last: date, **params: Any) -> float:
    """Return the seconds of the same answer from the fixes of these days, read as they stand, warm: the best of two."""
    every = county().home / "warehouse" / "lake" / "fix"
    files = [str(path) for path in sorted(every.glob("*/*.parquet"))]
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(f"CREATE VIEW fix AS SELECT * FROM read_parquet({files}, hive_partitioning = false)")
        values = {"first": first, "last": last, **params}
        return min(_timed(lambda: connection.execute(sql, values).fetchall()) for _ in range(2))


def _timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began
