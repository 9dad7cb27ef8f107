"""Live positions on the wire: what 100 of 2,000 workers moving costs a screen, against sending everybody again.

Both are the bytes as compressed by the server. The measure raises where picture and change do not add up to everything.
"""

from __future__ import annotations

import gzip
from datetime import timedelta
from functools import cache

import numpy as np

from dashboard.live import packed
from data.live import Answer, Asked, Known, Live
from tests.benchmarks import Bench
from tests.benchmarks.nearest import NOW, SCOPE, door

MOVED = 100
LATER = timedelta(seconds=10)


@cache
def answers() -> tuple[Answer, Answer]:
    """Return the answer with everybody, and what a screen is sent ten seconds later when one in twenty moved."""
    opened = door()
    opened.present.moment = lambda now=None: NOW  # type: ignore[method-assign]
    live = Live(opened)
    first = live.answer(SCOPE, Known(), Asked())
    rows = opened.operations.fetch("SELECT * FROM position ORDER BY worker_id", {}).to_pylist()
    steps = np.random.default_rng(5).normal(0, 1e-4, (MOVED, 2)).tolist()
    moved = [
        {key: row[key] for key in row if not key.startswith(("still", "seq"))}
        | {"lon": row["lon"] + east, "lat": row["lat"] + north, "fixed_at": NOW + LATER}
        for row, (east, north) in zip(rows[:: len(rows) // MOVED], steps, strict=False)
    ]
    opened.operations.record_positions(moved)
    opened.present.moment = lambda now=None: NOW + LATER  # type: ignore[method-assign]
    second, whole = live.answer(SCOPE, first.known, Asked()), live.answer(SCOPE, Known(), Asked())
    held = {row["token"]: row for row in first.rows} | {row["token"]: row for row in second.rows}
    if held != {row["token"]: row for row in whole.rows} or len(second.rows) != MOVED:
        raise ValueError("the change does not lead to everything")
    return whole, second


def ours() -> float:
    """Return the bytes of the change."""
    return _sent(answers()[1])


def baseline() -> float:
    """Return the bytes of everybody."""
    return _sent(answers()[0])


def _sent(answer: Answer) -> float:
    return float(len(gzip.compress(packed(answer, {}), 5)))


BENCH = Bench(
    "live_wire", ours, baseline, 8.0, "bytes of 100 of 2,000 workers moved, against all of them, both gzip", "B"
)
