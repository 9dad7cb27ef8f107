"""Coverage of a month of a county with 200 million fixes."""

from __future__ import annotations

from tests.benchmarks import Bench
from tests.thirty_days import CITY, DAYS, answer, scan

CELLS = """
    SELECT area_id, count(DISTINCT (floor(lon * 1000), floor(lat * 1000))) FROM fix
    WHERE day BETWEEN $first AND $last GROUP BY area_id
"""


def ours() -> float:
    """Ask for the coverage of every grid over thirty days."""
    return answer("coverage", area=CITY, first_day=DAYS[0], last_day=DAYS[-1])


def baseline() -> float:
    """Count the cells of all fixes."""
    return scan(CELLS, DAYS[0], DAYS[-1])


NOTE = "200 million fixes (one day repeated 30 times), bar 0.1 s; against DuckDB counting the cells of the fixes"
BENCH = Bench("history_coverage", ours, baseline, 50.0, NOTE)
