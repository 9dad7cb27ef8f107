"""Hidden counts of people that a linear program over all shown ones finds out: here, and where k alone hides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from unittest.mock import patch

import numpy as np

from etl import load_shown
from tests.benchmarks import Bench
from tests.test_disclosure import Count, Parents, determined, seen, small_alone, whole_system

STREETS, COMMUNITIES, GRIDS = 6, 5, 6
SHARES = {"elderly": 40.0, "overseas": 12.0, "SPG_A": 6.0}  # people of a class in a grid, on average
DAYS = (date(2026, 1, 1), date(2026, 2, 1))


def city() -> tuple[Parents, list[tuple[date, list[Count]]]]:
    """Return the areas of 180 grids, and the counts of three classes on two dates."""
    rng = np.random.default_rng(7)
    parents: Parents = {"c": None}
    for street in range(STREETS):
        parents[f"s{street}"] = "c"
        for one in range(COMMUNITIES):
            parents[f"s{street}v{one}"] = f"s{street}"
            parents |= {f"s{street}v{one}g{grid}": f"s{street}v{one}" for grid in range(GRIDS)}
    grids = [area for area in parents if "g" in area]
    loads = []
    for day in DAYS:
        told = [(name, one, day, int(rng.poisson(share))) for name, share in SHARES.items() for one in grids]
        loads.append((day, told))
    return parents, loads


def found_out(suppress: Callable[..., Any]) -> float:
    """Return one more than the hidden cells of all tables whose value follows."""
    parents, loads = city()
    total = 1
    with patch.object(load_shown, "suppress", suppress):
        for name in SHARES:
            mine = [(day, [one for one in counts if one[0] == name]) for day, counts in loads]
            total += len(determined(whole_system(parents, *seen(parents, mine))))
    return float(total)


NOTE = "one more than the hidden counts of 180 grids, 3 classes, 2 dates HiGHS determines, against k alone"
BENCH = Bench(
    "disclosure", lambda: found_out(load_shown.suppress), lambda: found_out(small_alone), 10.0, NOTE, "counts + 1"
)
