"""The board's answer over 5,000 open cases after every change, against pandas reading and describing all rows.

Seconds are the 95th percentile of the callbacks of queues and table together, on the server, no cache left over from
the change before.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from flask import session
from sqlalchemy import delete, insert

from dashboard.app import App
from dashboard.panels import board_queues, board_table
from dashboard.text import deadline, stamp
from data.config import load_config
from data.loop.store import incident
from data.operations import Operations
from etl.load import load
from tests.benchmarks import Bench
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home
from tests.web import open_site, sign_in

CASES, ROUNDS = 5_000, 40
STATES = ("S10", "S20", "S30", "S40", "S50", "S60", "X1", "X3")
SHOWN = "SELECT * FROM incident WHERE closed_at IS NULL"


@cache
def site() -> App:
    """Return the sample city with 5,000 open cases all over it."""
    home = copy_home(SAMPLES, Path(tempfile.mkdtemp()) / "home")
    load([SAMPLES], load_config(home), now=SAMPLE_NOW)
    app = open_site(home)
    door = app.server.extensions["gridlink"].door
    leaves = [area for area, _ in door.places.tree().leaves]
    with door.operations.write() as connection:
        connection.execute(delete(incident))
        connection.execute(insert(incident), [_case(number, leaves) for number in range(CASES)])
    return app


def _case(number: int, leaves: list[str]) -> dict[str, Any]:
    chance = np.random.default_rng(number)
    now = datetime.now(UTC).replace(tzinfo=None)
    row: dict[str, Any] = {column.name: None for column in incident.columns}
    at = now - timedelta(minutes=float(chance.uniform(1, 3000)))
    row |= {
        "incident_id": f"B{number:05d}",
        "source": "worker",
        "owner": "own",
        "kind": "ENV",
        "severity": number % 5 + 1,
    }
    row |= {
        "title": f"case {number}",
        "area_id": leaves[number % len(leaves)],
        "located": "point",
        "lon": 119.5,
        "lat": 32.0,
    }
    row |= {"reported_at": at, "state": STATES[number % len(STATES)], "level": "grid", "due_step": "accept"}
    row |= {
        "due_at": at + timedelta(hours=48),
        "supervised": False,
        "unlisted": False,
        "cycle": 1,
        "version": 1,
        "seq": number,
    }
    return row


@contextmanager
def asked(app: App) -> Iterator[Operations]:
    """Ask as an operator."""
    with sign_in(app).session_transaction() as kept:
        token = kept["_user_id"]
    with app.server.test_request_context("/board"):
        session["_user_id"] = token
        app.server.preprocess_request()
        yield app.server.extensions["gridlink"].door.operations


def ours() -> float:
    """Answer with counts of every queue and level and the first rows of one."""
    with asked(site()) as operations:
        return _p95(operations, lambda: (board_queues.show({"queue": "handle"}), board_table.show({"queue": "handle"})))


def baseline() -> float:
    """Answer with the same counts, and a row of words for every case."""
    import pandas as pd

    def answer() -> object:
        rows = pd.read_sql(SHOWN, operations.engine, parse_dates=["due_at", "reported_at"])
        counts = rows.groupby(["state", "level"]).size().to_dict()
        now = datetime.now(UTC).replace(tzinfo=None)
        ordered = rows.sort_values(["due_at", "incident_id"]).to_dict("records")
        words = [{**row, "left": deadline((row["due_at"] - now).total_seconds()), "at": stamp(row["reported_at"])}
                 for row in ordered]  # fmt: skip
        return counts, words

    with asked(site()) as operations:
        return _p95(operations, answer)


def _p95(operations: Operations, answer: Callable[[], object]) -> float:
    took = []
    for _ in range(ROUNDS):
        with operations.write() as connection:
            operations.tick(connection, "incident")
        start = perf_counter()
        answer()
        took.append(perf_counter() - start)
    return float(np.percentile(took, 95))


NOTE = "5,000 open cases, p95 of the callbacks after a change, against pandas over all rows"
BENCH = Bench("board", ours, baseline, 1.5, NOTE)
