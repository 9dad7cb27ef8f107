"""A process of the product under a supervisor that restarts it whenever it ends: systemd's Restart=always."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

from tests.conftest import ROOT

RESTART_S = 1.0


class Service:
    """One verb of the command on a home, kept running until `stop`."""

    def __init__(self, verb: str, home: Path, *more: str, **variables: str) -> None:
        self.verb, self.home = verb, home
        self.port = _free_port() if verb != "work" else 0
        ports = ["--port", str(self.port)] if self.port else []
        self.command = [sys.executable, "-m", "gridlink", verb, "--home", str(home), *ports, *more]
        self.variables = variables
        self.log = home.parent / f"{verb}.log"
        self.starts = 0
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._supervise, daemon=True)

    def start(self) -> Service:
        """Begin to supervise."""
        self._thread.start()
        return self

    def kill(self, child: bool = False) -> float:
        """Kill -9 the process (or its first child, where it has one) and return the moment."""
        process = self._process
        assert process is not None
        below = children(process.pid) if child else []
        try:
            os.kill(below[0] if below else process.pid, signal.SIGKILL)
        except ProcessLookupError:  # it ended by itself between two looks: as good as killed
            pass
        return monotonic()

    def cpu_s(self) -> float:
        """Return the seconds of processor the process and its children have used since its start."""
        pid = self._process.pid if self._process else 0
        return sum(_cpu_s(one) for one in (pid, *children(pid)))

    def stop(self) -> None:
        """End it as a stop of the service does."""
        self._stop.set()
        if self._process and self._process.poll() is None:
            self._process.terminate()
        self._thread.join(30)

    def answers(self) -> bool:
        """Say whether it answers its health check."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:  # noqa: S310 - our own server
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def wait(self, seconds: float = 90.0) -> None:
        """Wait until it answers; raises TimeoutError with the end of what it wrote."""
        end = monotonic() + seconds
        while not self.answers():
            if monotonic() > end:
                raise TimeoutError(f"{self.verb}: {self.log.read_text(errors='replace')[-2000:]}")
            sleep(0.1)

    def _supervise(self) -> None:
        with open(self.log, "ab") as log:
            while not self._stop.is_set():
                environment = {**os.environ, "PYTHONPATH": str(ROOT), **self.variables}
                self.starts += 1
                self._process = subprocess.Popen(self.command, cwd=ROOT, env=environment, stdout=log, stderr=log)
                while self._process.poll() is None and not self._stop.wait(0.05):
                    pass
                if not self._stop.is_set():
                    self._stop.wait(RESTART_S)
            self._end()

    def _end(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def children(pid: int) -> list[int]:
    """Return the processes a process has started, as the kernel lists them."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def _cpu_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(*services: Service) -> Iterator[None]:
    """Keep services running for a block; those with a port answer when it begins."""
    try:
        for service in services:
            service.start()
        for service in services:
            if service.port:
                service.wait()
        yield
    finally:
        for service in services:
            service.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
