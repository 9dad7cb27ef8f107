"""Fixes one receiver makes durable, against a bare application of the same server that syncs each request itself."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from data.config import load_config
from data.devices import Devices
from data.operations import Operations
from etl.load import load
from tests.benchmarks import Bench
from tests.conftest import ROOT, SAMPLE_NOW, SAMPLES, copy_home

SENDERS, EACH = 48, 250
FIRST = datetime(2026, 1, 5, 0, 30)
SITE = "\n[ingest]\nrate_per_s = 1e9\nburst = 1000000\n"


def bare(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer 200 to everything; with a file named in BARE_FILE, write and sync each query to it first."""
    if path := os.environ.get("BARE_FILE"):
        with open(path, "a", encoding="utf-8") as file:
            file.write(environ["QUERY_STRING"] + "\n")
            file.flush()
            os.fsync(file.fileno())
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "2")])
    return [b"{}"]


def ours() -> float:
    """Send fixes of one worker to the receiver; every answer is 200 and every fix on the disk before it."""
    with tempfile.TemporaryDirectory() as folder:
        home = copy_home(SAMPLES, Path(folder) / "home")
        with open(home / "gridlink.toml", "a", encoding="utf-8") as site:
            site.write(SITE)
        files = [SAMPLES / name for name in ("areas.geojson", "workers.csv", "roster.csv")]
        load(files, load_config(home), now=SAMPLE_NOW)
        token = Devices(Operations(f"sqlite:///{home / 'operations.db'}")).add("w01", "w01")
        port = _free_port()
        with _running([sys.executable, "-m", "gridlink", "ingest", "--home", str(home), "--port", str(port)], port):
            return _send(port, f"/t/{token}/")


def baseline() -> float:
    """Send the same requests to the bare application that makes them as durable, and judges nothing."""
    with tempfile.TemporaryDirectory() as folder:
        return bare_seconds(str(Path(folder) / "queries"))


def bare_seconds(path: str = "") -> float:
    """Send the same requests to the bare application, with as many threads."""
    port = _free_port()
    call = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--no-log"]
    call += ["--blocking-threads", "48", "--no-ws", "tests.benchmarks.ingest:bare"]
    with _running(call, port, BARE_FILE=path):
        return _send(port, "/")


def _send(port: int, path: str) -> float:
    """Return the seconds until every request of every sender is answered 200."""
    failed: list[bytes] = []
    senders = [threading.Thread(target=_sender, args=(port, path, k, failed)) for k in range(SENDERS)]
    start = perf_counter()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    took = perf_counter() - start
    assert not failed, failed[0]
    return took


def _sender(port: int, path: str, number: int, failed: list[bytes]) -> None:
    with socket.create_connection(("127.0.0.1", port)) as line:
        for k in range(EACH):
            at = FIRST + timedelta(milliseconds=250 * (number * EACH + k))
            query = f"id=w01&lat=32.0088&lon=119.5008&speed=2.5&batt=80&timestamp={at.isoformat()}Z"
            line.sendall(f"GET {path}?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            answer = line.recv(4096)
            while not answer.endswith(b"{}"):
                more = line.recv(4096)
                if not more:
                    failed.append(answer)
                    return
                answer += more


@contextmanager
def _running(call: list[str], port: int, **variables: str) -> Iterator[None]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    process = subprocess.Popen(call, cwd=ROOT, env=environment, start_new_session=True, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                sleep(0.1)
        sleep(1)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


NOTE = f"{SENDERS * EACH:,} single fixes, on disk before their 200, against bare granian syncing each unjudged"
BENCH = Bench("ingest", ours, baseline, 0.4, NOTE)
