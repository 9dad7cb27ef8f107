"""Orders leave within seconds whatever the worker is busy with, and a fault of a timer is no silence."""

from __future__ import annotations

import fcntl
import threading
from pathlib import Path
from time import monotonic, sleep

import pytest

from data.config import load_config
from data.errors import Problem
from data.jobs import Jobs
from data.loop.orders import post
from data.operations import Operations
from etl.receive.publish import publish_spool
from etl.schedule import Schedule
from etl.timers import Timer, Timers
from etl.work import Worker
from tests.conftest import SAMPLES, copy_home
from tests.delivered import City


def wait_for(condition: object) -> None:
    """Wait until something is so; the limit only ends a test that would hang."""
    end = monotonic() + 60
    while not condition():  # type: ignore[operator]
        assert monotonic() < end
        sleep(0.02)


def test_an_order_leaves_while_a_job_is_being_done(tmp_path: Path) -> None:
    config = load_config(copy_home(SAMPLES, tmp_path / "home"))
    operations = Operations.of(config)
    jobs = Jobs(operations)
    worker = Worker(config, {"load"}, lambda key, **facts: None)
    id = jobs.submit("load", "tester", paths=[str(SAMPLES)])
    thread = threading.Thread(target=worker.run)
    warehouse = config.home / "warehouse"
    warehouse.mkdir()
    with open(warehouse / "LOCK", "w") as lock:  # the job waits for it as long as the test likes
        fcntl.flock(lock, fcntl.LOCK_EX)
        thread.start()
        try:
            wait_for(lambda: jobs.get(id).state == "running")
            with operations.write() as connection:
                post(connection, operations, "dispatch", ("unit", "Z1"), {"incident_id": "E1"})
            wait_for(lambda: list((config.home / "outbox").glob("*.json")))
            assert jobs.get(id).state == "running"
        finally:
            worker.stop.set()
            thread.join()


def test_a_timer_goes_on_after_a_passing_fault_and_a_fault_of_the_program_is_raised() -> None:
    tried: list[str] = []

    def passing(_: object) -> None:
        tried.append("x")
        raise Problem("no_version", path="")

    def broken(_: object) -> None:
        raise KeyError("fault")

    timers = Timers([Timer("passing", 0.01, passing), Timer("broken", 0.01, broken)])
    timers.start()
    try:
        wait_for(lambda: len(tried) > 2)
        with pytest.raises(KeyError):
            for _ in range(1000):
                timers.check()
                sleep(0.01)
    finally:
        timers.stop()


def test_what_people_decide_is_published_by_the_clock_though_nothing_was_received(
    sample_home: Path, tmp_path: Path
) -> None:
    city = City(sample_home, tmp_path / "home")
    schedule = Schedule(city.config, Jobs(city.operations), {"publish"})
    now = city.desk.now()
    assert schedule.submit_due(now) == []
    city.act("E025", "handle")
    assert schedule.submit_due(now) == ["publish"]
    publish_spool(city.config)
    other = Schedule(city.config, Jobs(city.operations), {"publish"})
    assert not other._decisions_wait()
