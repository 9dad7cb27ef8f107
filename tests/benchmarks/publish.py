"""Publishing one more day costs after a year what it costs after a week."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from statistics import median
from time import process_time

from data.config import Config
from etl.compact import compact
from etl.publish import publishing
from tests.benchmarks import Bench
from tests.history import Size, begin, days, put_day, rows_of

SIZE = Size(workers=50, each=400, grids=100, incidents=60)  # a day of the past: few rows, all its parts
MORE = Size(workers=200, each=1_000, grids=100, incidents=60)  # one more day
LASTING = ("worker_day", "cell_day", "incident_report", "incident_step")  # what outlives the fixes
TIMES = 9


@cache
def measured() -> tuple[float, float]:
    """Return the CPU seconds of one more day after 7 and after 365 days, in turn: medians of TIMES publishes each."""
    folder = Path(tempfile.mkdtemp(prefix="gridlink-"))
    try:
        homes = {length: _past(folder / str(length), length) for length in (7, 365)}
        took: dict[int, list[float]] = {length: [] for length in homes}
        for number in range(TIMES):
            for length, config in homes.items():
                day = days(length + number + 1)[-1]
                rows = rows_of(day, MORE)
                began = process_time()
                with publishing(config) as draft:
                    put_day(draft, day, rows)
                took[length].append(process_time() - began)
        return median(took[7]), median(took[365])
    finally:
        shutil.rmtree(folder)


def _past(home: Path, length: int) -> Config:
    """Write a history in months, compacted and without what has expired by the defaults, as every night leaves it."""
    config = begin(home, SIZE)
    past = days(length)
    kept = past[-config.privacy.fix_days :]
    for first in range(0, length, 28):
        with publishing(config) as draft:
            for day in past[first : first + 28]:
                rows = rows_of(day, SIZE)
                put_day(draft, day, rows if day in kept else {name: rows[name] for name in LASTING})
    compact(config, str)
    return config


NOTE = "one more day (200,000 fixes) after 365 days, kept and compacted by the defaults, against 7; 0.8 = 25 % dearer"
BENCH = Bench("publish", lambda: measured()[1], lambda: measured()[0], 0.8, NOTE, "CPU s")
