"""Fifty loads killed at random moments: nothing is lost and nothing is there twice."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from random import Random

from data.config import load_config
from etl.content import content_hash
from etl.load import load
from etl.verify import verify
from tests.benchmarks import Bench
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home
from tests.harm import load_killing, pieces

KILLS = 50
PEOPLE = ("areas.geojson", "area_attributes.csv", "units.csv", "workers.csv", "roster.csv")
FIXES = "fixes_2026-01-05.csv"


@cache
def measured() -> tuple[int, int]:
    """Return how many loads were killed on their way, and after how many of them all was as it should be."""
    folder, chance = Path(tempfile.mkdtemp(prefix="gridlink-")), Random(50)
    try:
        homes = [copy_home(SAMPLES, folder / name) for name in ("killed", "whole")]
        for home in homes:
            load([SAMPLES / name for name in PEOPLE], load_config(home), now=SAMPLE_NOW)
        load([SAMPLES / FIXES], load_config(homes[1]), now=SAMPLE_NOW)
        hit = sound = number = 0
        while hit < KILLS:
            number += 1
            more, right = load_killing(homes[0], pieces(folder / str(number), FIXES, 12), chance)
            hit, sound = hit + more, sound + right
        same = content_hash(load_config(homes[0])) == content_hash(load_config(homes[1]))
        clean = not verify(load_config(homes[0]), every=True).as_json()["orphans"]
        return hit, sound if same and clean else 0
    finally:
        shutil.rmtree(folder)


NOTE = "loads killed at random moments, against those that left one of the two versions whole; the end is equal too"
BENCH = Bench("kills", lambda: float(measured()[0]), lambda: float(measured()[1]), 1.0, NOTE, "kills")
