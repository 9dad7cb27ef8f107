"""Two hundred incidents of a simulated day, twenty operators in the browser, every number held against the script."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from data.config import load_config
from etl.load import load
from tests.benchmarks import Bench
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home

SIZE = (200, 20)


@cache
def ended() -> int:
    """Return how many cases came to a legal end; raises where a stage's time or a rate is not the script's."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import CHROMIUM, FLAGS
    from tests.play import play

    with tempfile.TemporaryDirectory(prefix="gridlink-") as folder, sync_playwright() as playwright:
        home = copy_home(SAMPLES, Path(folder) / "sample")
        load([SAMPLES], load_config(home), now=SAMPLE_NOW)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        number = play(home, Path(folder) / "home", browser, SIZE)
        browser.close()
    return number


NOTE = "incidents of a simulated day, against those that ended with every stage and rate as in the hand-made script"
BENCH = Bench("shift", lambda: float(SIZE[0]), lambda: float(ended()), 1.0, NOTE, "incidents")
