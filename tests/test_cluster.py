"""A cluster loads what one process loads, to the last bit, and the loss of a worker loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from data.config import load_config
from data.errors import ConfigError, Problem
from data.release import release
from etl import cluster, job
from etl.cluster import Cluster
from etl.content import content_hash
from etl.load import LoadResult, load
from tests.conftest import ROOT, SAMPLE_NOW, SAMPLES, copy_home

Workers = list[subprocess.Popen[bytes]]


@contextmanager
def running(folder: Path, workers: int = 2) -> Iterator[tuple[str, Workers]]:
    """Start a scheduler and workers as processes of their own; yields its address and the workers."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    about = folder / "scheduler.json"
    common = {"cwd": folder, "env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard"]
    started = [subprocess.Popen([*dask, "--host", "127.0.0.1", "--scheduler-file", str(about)], **common)]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(about), "--no-nanny"]
    started += [subprocess.Popen([*worker, "--nthreads", "1", "--no-dashboard"], **common) for _ in range(workers)]
    try:
        yield _address(about), started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()


def _address(about: Path) -> str:
    import json

    until = time.monotonic() + 60
    while time.monotonic() < until:
        if about.exists() and about.stat().st_size:
            return str(json.loads(about.read_text(encoding="utf-8"))["address"])
        time.sleep(0.2)
    raise AssertionError("the scheduler did not start")


def wait_for(workers: int, address: str) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=60)


def test_a_cluster_that_loses_a_worker_loads_what_one_process_loads(
    tmp_path: Path, sample_load: tuple[Path, LoadResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copy_home(SAMPLES, tmp_path / "home")
    with running(tmp_path) as (address, workers):
        wait_for(2, address)
        engine = Cluster(address)
        submit = engine.submit

        def submitting(function: Any, *args: Any) -> Any:
            handle = submit(function, *args)
            if function is job.job and workers[0].poll() is None:
                os.kill(workers[0].pid, signal.SIGKILL)  # what it took in is gone with it
            return handle

        monkeypatch.setattr(engine, "submit", submitting)
        result = load([SAMPLES], load_config(home), now=SAMPLE_NOW, engine=engine)
        assert workers[0].wait(10) == -signal.SIGKILL
    assert content_hash(load_config(home)) == content_hash(load_config(sample_load[0]))
    counts = [(e.feed, e.rows_in, e.rows_loaded, e.rows_rejected, e.rows_duplicate) for e in result.entries]
    alone = [(e.feed, e.rows_in, e.rows_loaded, e.rows_rejected, e.rows_duplicate) for e in sample_load[1].entries]
    assert counts == alone


def test_workers_of_another_release_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(tmp_path, 0) as (address, _):
        monkeypatch.setattr(Cluster, "releases", lambda self: {"a": release(), "b": "old"})
        with pytest.raises(Problem) as refused:
            Cluster(address)
        assert refused.value.reason == "other_release" and refused.value.facts["detail"] == "old"


def test_a_scheduler_that_does_not_answer_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "JOIN_S", 0.5)
    with pytest.raises(ConfigError) as refused:
        Cluster("tcp://127.0.0.1:9")
    assert refused.value.reason == "no_scheduler"
