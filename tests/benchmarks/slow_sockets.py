"""Two hundred connections that never finish their request: what a normal account waits for, against without them.

Half of them send their header a letter at a time, half state a body and send it a letter at a time. Both are measured
on the same served city: the 95th percentile of the answers of one signed-in account.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.client import HTTPConnection
from pathlib import Path

import numpy as np

from dashboard.app import create_app
from dashboard.commands.serve import secret
from data.accounts import Accounts
from data.config import load_config
from data.query import Door
from tests.benchmarks import Bench
from tests.benchmarks.wall import home
from tests.browser.conftest import ROOT, _free_port, _wait
from tests.web import sign_in

SOCKETS, ASKED, EVERY_S = 200, 150, 0.5
BEGIN = (
    b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ",
    b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\nname=",
)
PATHS = ("/", "/incidents", "/api/positions")


@cache
def _measured() -> tuple[float, float]:
    """Return the 95th percentile in seconds with the slow ones there, and without."""
    port, city = _free_port(), home()
    command = [sys.executable, "-m", "gridlink", "serve", "--no-work", "--home", str(city), "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz", server)
        cookie = _signed_in(city)
        _asked(port, cookie)
        before = _asked(port, cookie)
        with _slow(port):
            during = _asked(port, cookie)
        alone = min(before, _asked(port, cookie))
        print(f"p95 {during * 1e3:.1f} ms among {SOCKETS} slow, {alone * 1e3:.1f} ms alone", file=sys.stderr)
        return during, alone
    finally:
        server.terminate()
        server.wait(20)


def _signed_in(city: Path) -> str:
    """Return the cookie of a leader's session, which the served process knows too: the stores are the same."""
    config = load_config(city)
    door = Door(config)
    client = sign_in(create_app(door, Accounts(door.operations), secret(config.home)), "leader")
    client.get("/login.css")
    cookie = client.get_cookie("gridlink")
    assert cookie is not None
    return f"gridlink={cookie.value}"


def _asked(port: int, cookie: str) -> float:
    """Ask one after another, as a browser does; return the 95th percentile in seconds."""
    took = []
    for at in range(ASKED):
        begun = time.perf_counter()
        asking = HTTPConnection("127.0.0.1", port, timeout=30)
        asking.request("GET", PATHS[at % len(PATHS)], headers={"Cookie": cookie})
        answer = asking.getresponse()
        answer.read()
        assert answer.status == 200, (PATHS[at % len(PATHS)], answer.status)
        asking.close()
        took.append(time.perf_counter() - begun)
    return float(np.percentile(took, 95))


@contextmanager
def _slow(port: int) -> Iterator[None]:
    """Hold connections that send one letter now and then; closed ones are opened again."""
    over = threading.Event()
    threads = [threading.Thread(target=_trickle, args=(port, at, over), daemon=True) for at in range(SOCKETS)]
    for thread in threads:
        thread.start()
    time.sleep(2 * EVERY_S)
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _trickle(port: int, number: int, over: threading.Event) -> None:
    """Send one letter at a time until all is over."""
    while not over.is_set():
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as line:
                line.sendall(BEGIN[number % len(BEGIN)])
                while not over.wait(EVERY_S):
                    line.sendall(b"a")
        except OSError:
            over.wait(EVERY_S)


NOTE = f"p95 of a normal account alone against among {SOCKETS} sockets that never finish; less than twice as slow"
BENCH = Bench("slow_sockets", lambda: _measured()[0], lambda: _measured()[1], 0.5, NOTE)
