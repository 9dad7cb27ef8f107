"""One background process does what was asked for and what the clock asks for, and survives what it does."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest

from data.config import Config, load_config
from data.jobs import Jobs
from data.leases import Leases
from etl.jobs import JOBS
from etl.schedule import Schedule
from etl.work import LEASE, Worker
from tests.conftest import ROOT, SAMPLES, copy_home
from tests.sending import operations

AREAS = str(SAMPLES / "areas.geojson")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    config = load_config(copy_home(SAMPLES, tmp_path / "home"))
    return replace(config, work=replace(config.work, lease_s=1.0, finish_s=0.2))


@pytest.fixture
def jobs(config: Config) -> Jobs:
    return Jobs(operations(config.home))


@pytest.fixture
def start(config: Config) -> Iterator[Callable[..., Worker]]:
    begun: list[tuple[Worker, threading.Thread]] = []

    def begin(say: Callable[..., None] = lambda key, **facts: None) -> Worker:
        worker = Worker(config, {*JOBS, "broken"}, say)
        thread = threading.Thread(target=worker.run)
        thread.start()
        begun.append((worker, thread))
        return worker

    yield begin
    for worker, thread in begun:
        worker.stop.set()
        thread.join()


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something is so; the limit only ends a test that would hang."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end
        sleep(0.05)


def test_a_load_asked_for_is_done_and_answered_like_the_command(jobs: Jobs, start: Callable[..., Worker]) -> None:
    good = jobs.submit("load", "anna", paths=[AREAS])
    missing = jobs.submit("load", "anna", paths=["nowhere.csv"], mapping="[source]\nmach = 1")
    broken = jobs.submit("broken", "anna")
    unknown = jobs.submit("dance", "anna")
    start()
    wait_for(lambda: jobs.get(unknown).state == "failed")
    result = jobs.get(good).result
    assert result and result["files"][0]["rows_loaded"] == 12 and result["version"] == result["run_id"]
    told = jobs.get(missing).result
    assert told and told["reason"] == "unknown_key" and told["facts"]["known"] == "source.match"
    assert (jobs.get(broken).result or {})["reason"] == "job_broken"
    assert (jobs.get(unknown).result or {})["reason"] == "unknown_kind"


def test_a_second_worker_says_so_and_waits_for_the_first(config: Config, start: Callable[..., Worker]) -> None:
    said: list[str] = []
    first = start(lambda key, **facts: said.append(f"first {key}"))
    wait_for(lambda: said)
    start(lambda key, **facts: said.append(f"second {key} {facts.get('holder', '')}".strip()))
    wait_for(lambda: len(said) == 2)
    assert said == ["first work_ready", f"second work_waits {first.name}"]
    first.stop.set()
    wait_for(lambda: len(said) == 3)
    assert said[2] == "second work_ready"


def test_a_dead_worker_is_succeeded_and_its_job_done_again(
    config: Config, jobs: Jobs, start: Callable[..., Worker]
) -> None:
    leases = Leases(operations(config.home), 1.0)
    assert leases.take(LEASE, "a dead worker")
    id = jobs.submit("load", "anna", paths=[AREAS])
    assert jobs.take()
    start()
    wait_for(lambda: jobs.get(id).state == "done")
    assert leases.holder(LEASE) != "a dead worker"
    assert not leases.beat(LEASE, "a dead worker")


def test_stopped_in_the_middle_a_worker_leaves_its_job_to_the_next(
    config: Config, jobs: Jobs, start: Callable[..., Worker]
) -> None:
    warehouse = config.home / "warehouse"
    warehouse.mkdir()
    with open(warehouse / "LOCK", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another publisher, for as long as this block lasts
        id = jobs.submit("load", "anna", paths=[AREAS])
        worker = start()
        wait_for(lambda: jobs.get(id).state == "running")
        worker.stop.set()
        wait_for(lambda: jobs.get(id).state == "waiting")
        wait_for(lambda: Leases(operations(config.home), 1.0).holder(LEASE) is None)
    assert not (warehouse / "CURRENT").exists()


def test_the_command_ends_gracefully_on_sigterm_and_says_nothing_but_its_log(config: Config, jobs: Jobs) -> None:
    id = jobs.submit("load", "anna", paths=[AREAS])
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "GRIDLINK_LANG": "en"}
    call = [sys.executable, "-m", "gridlink", "work", "--home", str(config.home)]
    process = subprocess.Popen(call, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    # that a port is taken by another test may be told first
    assert process.stderr and any("Working" in line for line in process.stderr)
    wait_for(lambda: jobs.get(id).state == "done")
    process.send_signal(signal.SIGTERM)
    assert all(line.startswith("{") for line in process.stderr)  # of the job's process too
    assert process.wait(60) == 0
    assert Leases(operations(config.home), 15.0).holder(LEASE) is None


def test_the_spool_is_published_by_the_clock_and_only_when_it_holds_something(config: Config, jobs: Jobs) -> None:
    schedule, now = Schedule(config, jobs, {"publish"}), datetime.now(UTC).replace(tzinfo=None)
    assert schedule.submit_due(now) == []
    (config.home / "spool").mkdir()
    segment = config.home / "spool" / "x.open"
    segment.write_bytes(b"x")
    assert schedule.submit_due(now) == []  # its receiver is still writing
    os.utime(segment, (0, 0))
    assert schedule.submit_due(now) == ["publish"]  # its receiver died
    jobs.finish(jobs.take().id, {})  # type: ignore[union-attr]
    segment.rename(segment.with_suffix(".log"))
    now += timedelta(hours=1)
    assert schedule.submit_due(now) == ["publish"]
    assert schedule.submit_due(now + timedelta(hours=1)) == []  # one at a time
    job = jobs.take()
    assert job and (job.kind, job.account) == ("publish", "schedule")
    jobs.finish(job.id, {})
    rest = job.submitted_at + timedelta(seconds=config.work.publish_s)
    assert schedule.submit_due(rest - timedelta(seconds=5)) == []
    assert schedule.submit_due(rest + timedelta(seconds=5)) == ["publish"]


def test_housekeeping_is_done_once_a_night_by_the_clock_of_the_city(config: Config, jobs: Jobs) -> None:
    schedule = Schedule(config, jobs, {"compact", "retain", "verify"})
    now = datetime.now(UTC).replace(tzinfo=None)
    assert schedule.submit_due(now) == []
    assert schedule.submit_due(now + timedelta(minutes=61)) == ["compact", "retain", "verify"]
    while job := jobs.take():
        jobs.finish(job.id, {})
    night = next(
        moment
        for minute in range(24 * 60 + 1)
        if f"{(moment := now + timedelta(minutes=minute)).replace(tzinfo=UTC).astimezone(config.zone):%H:%M}" == "02:30"
    )
    assert schedule.submit_due(night - timedelta(minutes=2)) == []
    assert schedule.submit_due(night + timedelta(minutes=2)) == ["compact", "retain", "verify"]
    while job := jobs.take():
        jobs.finish(job.id, {})


def test_serving_keeps_a_worker_beside_it_and_ends_it(config: Config) -> None:
    from dashboard.commands.serve import working

    leases = Leases(operations(config.home), 15.0)
    with working(config.home):
        wait_for(lambda: leases.holder(LEASE))
    assert leases.holder(LEASE) is None
