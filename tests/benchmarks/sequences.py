"""Ten thousand random lives of incidents against a hand-written table of what is legal (tests/lives.py)."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from random import Random

from tests.benchmarks import Bench
from tests.circle import make_desk
from tests.lives import live

LIVES = 10_000


@cache
def sound() -> int:
    """Return how many lives went by without a fault."""
    with tempfile.TemporaryDirectory(prefix="gridlink-") as folder:
        desk = make_desk(Path(folder))
        lives = sum(not live(desk, Random(seed), f"s{seed}") for seed in range(LIVES))
        desk.operations.engine.dispose()
    return lives


NOTE = "random command sequences, against those that ended without illegal state, lost step or moved first deadline"
BENCH = Bench("sequences", lambda: float(LIVES), lambda: float(sound()), 1.0, NOTE, "sequences")
