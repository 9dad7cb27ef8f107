"""Requests of random accounts that show something outside their scope: none of 10,000, against unmasked answers."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.benchmarks import Bench
from tests.sweeping import Sweep, everything_shown

TIMES, LEAKY = 10_000, 600


def leaks(times: int) -> float:
    """Return one more than the leaks a generator of requests finds."""
    with tempfile.TemporaryDirectory(prefix="gridlink-sweep-") as folder:
        return 1.0 + sum(1 for _ in Sweep(Path(folder) / "home", 7).leaks(times))


def ours() -> float:
    """Return one more than the leaks of the product."""
    return leaks(TIMES)


def leaky() -> float:
    """Return one more than the leaks, of far fewer requests, where scopes are the whole city."""
    with everything_shown():
        return leaks(LEAKY)


NOTE = "one more than the leaks of 10,000 generated requests by 60 accounts, against 600 where scopes are not heeded"
BENCH = Bench("sweep", ours, leaky, 10.0, NOTE, "leaks + 1")
