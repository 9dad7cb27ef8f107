"""Every request of Boston that has a target and a closing, taken through the desk at its own times."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from tests.benchmarks import Bench
from tests.realdata.boston_loop import Loop, requests, was_on_time
from tests.realdata.conftest import REALDATA


@cache
def measured() -> tuple[int, int]:
    """Return how many requests there are, and how many are on time in the loop exactly when the city says so."""
    rows = list(requests(REALDATA / "boston" / "311_service_requests_2011.csv.gz"))
    with tempfile.TemporaryDirectory(prefix="gridlink-") as folder:
        loop = Loop(Path(folder))
        same = sum(loop.on_time(row) == was_on_time(row) for row in rows)
        loop.desk.operations.engine.dispose()
    return len(rows), same


NOTE = "requests with target and closing, against those whose on-time flag in the loop equals closed_dt <= target_dt"
BENCH = Bench("boston_loop", lambda: float(measured()[0]), lambda: float(measured()[1]), 1.0, NOTE, "requests")
