"""Fifty people take one case from two processes and one wins; what is killed leaves nothing half done."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from data.errors import Problem
from data.loop.command import Command, Report
from data.loop.store import incident, message, step
from data.scope import Scope
from tests.circle import OPERATOR, Case, make_desk
from tests.databases import DATABASES, database

SPAWN = multiprocessing.get_context("spawn")
TAKERS = 25  # in each of two processes


def take_all(home: Path, url: str, incident_id: str, version: int, answers: Any) -> None:
    """Let twenty-five operators take the same case at once and send back what each was told."""
    desk = make_desk(home, url)

    def take(number: int) -> str:
        scope = Scope(f"{os.getpid()}-{number}", frozenset({"operator"}), "city")
        try:
            return str(desk.act(Command(f"{scope.account}", scope, incident_id, "accept", version))["state"])
        except Problem as problem:
            return problem.reason

    with ThreadPoolExecutor(TAKERS) as pool:
        answers.put(list(pool.map(take, range(TAKERS))))


@pytest.mark.parametrize("kind", DATABASES)
def test_of_fifty_takers_in_two_processes_exactly_one_wins(tmp_path: Path, kind: str) -> None:
    with database(kind) as url:
        case = Case(make_desk(tmp_path, url))
        answers = SPAWN.Queue()
        told = (tmp_path, url, case.row["incident_id"], case.row["version"], answers)
        takers = [SPAWN.Process(target=take_all, args=told) for _ in range(2)]
        for taker in takers:
            taker.start()
        heard = Counter(answer for _ in takers for answer in answers.get(timeout=120))
        for taker in takers:
            taker.join()
        assert heard == {"S20": 1, "taken": 2 * TAKERS - 1}
        assert [row["to_state"] for row in case.desk.steps(case.row["incident_id"])] == ["S10", "S20"]


def work_without_end(home: Path, url: str) -> None:
    """Open and dispatch cases until somebody ends it."""
    desk = make_desk(home, url)
    for number in range(1_000_000):
        case = desk.report(f"r{os.getpid()}-{number}", OPERATOR, Report("FAC", 3, "g1"))
        acts: list[tuple[str, dict[str, str]]] = [("accept", {}), ("file", {}), ("dispatch", {"unit_id": "C1"})]
        for act, facts in acts:
            command = f"{os.getpid()}-{number}-{act}"
            case = desk.act(Command(command, OPERATOR, case["incident_id"], act, case["version"], **facts))


@pytest.mark.parametrize("kind", DATABASES)
def test_what_is_killed_in_the_middle_leaves_nothing_half_done(tmp_path: Path, kind: str) -> None:
    with database(kind) as url:
        desk = make_desk(tmp_path, url)
        for delay in (0.3, 0.45, 0.6):
            worker = SPAWN.Process(target=work_without_end, args=(tmp_path, url))
            before = _count(desk, step)
            worker.start()
            while _count(desk, step) == before:
                time.sleep(0.01)
            time.sleep(delay)
            os.kill(worker.pid or 0, signal.SIGKILL)
            worker.join()
        with desk.operations.engine.connect() as connection:
            rows = {row.incident_id: row for row in connection.execute(select(incident))}
            steps = list(connection.execute(select(step).order_by(step.c.seq)))
            orders = Counter(row.incident_id for row in connection.execute(select(message)))
        assert rows.keys() == {row.incident_id for row in steps}
        last = {row.incident_id: row for row in steps}
        assert all(rows[key].state == row.to_state and rows[key].seq == row.seq for key, row in last.items())
        assert orders == Counter(key for key, row in rows.items() if row.state == "S40")


def _count(desk: Any, table: Any) -> int:
    with desk.operations.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
