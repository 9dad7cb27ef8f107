"""A hundred flipped bytes anywhere CURRENT reaches: each is found, and something sound is served."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from random import Random

import pyarrow as pa

from data.config import load_config
from data.lake import Folders
from data.schema import arrow_schema
from etl.load import load
from etl.publish import publishing
from etl.verify import verify
from tests.benchmarks import Bench
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home
from tests.harm import flip, reached, watched

FLIPS = 100


@cache
def measured() -> int:
    """Flip a byte of a file drawn at random, verify, open, put it back; return how often all was as it should be."""
    folder, chance = Path(tempfile.mkdtemp(prefix="gridlink-")), Random(100)
    try:
        config = load_config(copy_home(SAMPLES, folder / "home"))
        load([SAMPLES], config, now=SAMPLE_NOW)
        with publishing(config) as draft:
            draft.append("unit", pa.Table.from_pylist([{"unit_id": "new", "name": "new"}], arrow_schema("unit")))
        versions, files = Folders(config.home / "warehouse").versions(), reached(config)
        right = 0
        for _ in range(FLIPS):
            path = chance.choice(files)
            flipped = flip(path, chance)
            found = not verify(config).as_json()["sound"]
            warehouse = watched(config)
            told = warehouse.fault is not None or path.name == "CURRENT"  # of which a space may be another
            warehouse.fetch("SELECT count(*) FROM fix", {})
            right += found and told and warehouse.version() in versions
            flipped.undo()
        return right
    finally:
        shutil.rmtree(folder)


NOTE = "bytes flipped anywhere CURRENT reaches, against those verify found and the reader fell back from, saying so"
BENCH = Bench("flips", lambda: float(FLIPS), lambda: float(measured()), 1.0, NOTE, "flips")
