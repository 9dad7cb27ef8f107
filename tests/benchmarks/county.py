"""A county day from Parquet to the published version, everything derived, against DuckDB's bare read-sort-write."""

from __future__ import annotations

import multiprocessing
import resource
import shutil
import tempfile
from functools import cache
from pathlib import Path
from time import perf_counter

import duckdb

from data.config import load_config
from etl.load import load
from tests.benchmarks import Bench
from tests.county_city import County, day_end, write_day, write_home

MOST_MEMORY = 3e9  # bytes
TIMES = 6.0
SORTED = """
    COPY (SELECT * FROM read_parquet($source) ORDER BY worker_id, fixed_at)
    TO '{target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 250000)
"""


@cache
def made() -> tuple[Path, Path]:
    """Return a home with areas, workers and roster loaded, and the file of fixes of its first day."""
    home = Path(tempfile.mkdtemp(prefix="gridlink-county-")) / "home"
    write_home(home, County())
    fixes = write_day(home, County(), 0)
    rest = [home / name for name in ("areas.parquet", "workers.csv")]
    load([*rest, *home.glob("roster*")], load_config(home), now=day_end(0))
    return home, fixes


def ours() -> float:
    """Load the day in a process of its own, best of two; more memory than allowed counts as never done."""
    return min(_loaded_alone() for _ in range(2))


def baseline() -> float:
    """Let DuckDB read, sort and write the same file with two threads, best of two."""
    _, fixes = made()
    return min(_sorted(fixes) for _ in range(2))


def _loaded_alone() -> float:
    home, fixes = made()
    copy = home.with_name("copy")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home, copy, ignore=shutil.ignore_patterns("fixes_*"))
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    process = context.Process(target=_load_day, args=(copy, fixes, answer))
    process.start()
    seconds, memory = answer.get()
    process.join()
    return float(seconds) if memory <= MOST_MEMORY else float("inf")


def _load_day(home: Path, fixes: Path, answer: multiprocessing.Queue[tuple[float, float]]) -> None:
    start = perf_counter()
    result = load([fixes], load_config(home), now=day_end(0))
    seconds = perf_counter() - start
    assert result.entries[0].rows_loaded == result.entries[0].rows_in == County().workers * County().fixes
    answer.put((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0))


def _sorted(fixes: Path) -> float:
    target = fixes.with_name("sorted.parquet")
    with duckdb.connect(config={"threads": 2}) as connection:
        start = perf_counter()
        connection.execute(SORTED.format(target=target), {"source": str(fixes)})
        return perf_counter() - start


BENCH = Bench(
    "county",
    ours,
    baseline,
    1 / TIMES,
    "7.2 million fixes in GCJ-02, 2,000 workers, 1,600 grids, published with all derivations and within 3 GB, against "
    "DuckDB's read-sort-write of the same file; holds while it takes at most 6 times as long",
)
