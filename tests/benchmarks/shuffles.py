"""A thousand shuffles, splits and duplications of a small feed: one content hash."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from random import Random

from data.config import load_config
from etl.load import load
from tests.benchmarks import Bench
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home
from tests.harm import shuffled

SHUFFLES = 1000
PEOPLE = ("areas.geojson", "area_attributes.csv", "units.csv", "workers.csv", "roster.csv")


@cache
def measured(count: int = SHUFFLES) -> int:
    """Return how many of so many loads in another order, splitting and repetition end in the same content."""
    folder = Path(tempfile.mkdtemp(prefix="gridlink-"))
    try:
        base = copy_home(SAMPLES, folder / "base")
        load([SAMPLES / name for name in PEOPLE], load_config(base), now=SAMPLE_NOW)
        whole = shuffled(base, folder / "whole", None)
        equal = 0
        for number in range(count):
            equal += shuffled(base, folder / str(number), Random(number)) == whole
            shutil.rmtree(folder / str(number))
        return equal
    finally:
        shutil.rmtree(folder)


NOTE = "loads of the sample's facts shuffled, split, repeated, in one load or many, against equal hashes"
BENCH = Bench("shuffles", lambda: float(SHUFFLES), lambda: float(measured()), 1.0, NOTE, "loads")
