"""One worker's day out of thirty days of a county: track and raw fixes."""

from __future__ import annotations

from tests.benchmarks import Bench
from tests.thirty_days import CITY, DAYS, LEADER, answer, scan

WORKER, DAY = "w01234", DAYS[17]
FIXES = "SELECT fixed_at, lon, lat, flags FROM fix WHERE worker_id = $worker AND day BETWEEN $first AND $last"


def ours() -> float:
    """Ask for the track and the flagged fixes of one worker, audit included."""
    asked = {"area": CITY, "day": DAY, "workers": [WORKER]}
    scope = LEADER.because("benchmark")
    return max(answer(name, scope, **asked) for name in ("tracks", "flagged_fixes"))


def baseline() -> float:
    """Find the worker's fixes among all files."""
    return scan(FIXES, DAY, DAY, worker=WORKER)


NOTE = "200 million fixes (one day repeated 30 times), bar 0.05 s with scope and audit; against DuckDB over all files"
BENCH = Bench("history_worker", ours, baseline, 0.5, NOTE)
