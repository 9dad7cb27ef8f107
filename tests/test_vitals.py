"""Whoever watches the machines hears that a part of it fails, by name, before anybody looks at a screen."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from data import readiness as checks
from data.config import Config, load_config
from data.errors import ConfigError, Problem
from data.home_figures import HomeFigures
from data.leases import Leases
from data.operations import Operations
from data.readiness import Readiness, serving
from data.vitals import Vitals
from data.watched import WatchedDoor
from tests.copies import fresh

ROOT = Path(__file__).parent.parent
LISTENS = "0A"  # state of a socket in /proc/net/tcp


@pytest.fixture
def config(sample_home: Path, tmp_path: Path) -> Config:
    """A home in which somebody works."""
    config = load_config(fresh(sample_home, tmp_path / "home"))
    assert Leases(Operations.of(config), config.work.lease_s).take("work", "somebody")
    return config


def reasons(config: Config) -> list[str]:
    """Return check and reason of what is wrong, as somebody who opens the home now is told."""
    return [f"{told['check']} {told['reason']}" for told in serving(WatchedDoor(config)).reasons()]


def test_a_sound_home_is_ready(config: Config) -> None:
    assert reasons(config) == []


def test_each_fault_makes_it_red_and_is_named(config: Config) -> None:
    home, stale = config.home, {"fix": 60, "incident": 1e12, "camera": 1e12}
    assert reasons(replace(config, vitals=replace(config.vitals, age_s=stale))) == [
        "feeds vital_old",
        "feeds vital_old",
    ]
    assert reasons(replace(config, vitals=replace(config.vitals, free_mb=1e12))) == ["disk vital_full"]
    assert reasons(replace(config, work=replace(config.work, lease_s=0.0))) == ["work vital_no_worker"]
    (home / "audit.jsonl").unlink(missing_ok=True)
    (home / "audit.jsonl").mkdir()
    assert reasons(config) == ["audit vital_away"]
    (home / "audit.jsonl").rmdir()
    current = (home / "warehouse" / "CURRENT").read_text()
    (home / "warehouse" / "CURRENT").write_text(current.replace(" ", " 0", 1))
    assert reasons(config) == ["version corrupt"]
    (home / "warehouse" / "CURRENT").unlink()
    assert reasons(config) == ["version no_version"]


def test_a_store_that_goes_away_or_hangs_is_named_in_time(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    door, ended = WatchedDoor(config), threading.Event()
    door.operations.engine.dispose()
    (config.home / "operations.db").rename(config.home / "away.db")
    (config.home / "operations.db").mkdir()
    told = serving_without_making(door)
    assert {reason["check"] for reason in told.reasons()} == {"operations", "work"}
    monkeypatch.setattr(checks, "WAIT_S", 0.05)
    hung = Readiness({"store": lambda: [Problem("vital_stopping")] if ended.wait(60) else [], "disk": lambda: []})
    try:
        assert [reason["reason"] for reason in hung.reasons()] == ["vital_silent"]
        assert [reason["check"] for reason in hung.reasons()] == ["store"]  # asked once, however often we look
    finally:
        ended.set()


def serving_without_making(door: WatchedDoor) -> Readiness:
    """Return the two checks of a store that went away after the start."""
    away = {"operations": lambda: checks.away(door.operations), "work": lambda: checks.no_worker(door.operations, 15.0)}
    return Readiness(away)


def test_a_limit_for_a_feed_that_does_not_exist_is_refused(config: Config) -> None:
    for wrong in ({"fixes": 60}, {"fix": "60"}):
        with pytest.raises(ConfigError, match=r"vitals\.age_s\.fix"):
            checks.age_limits(replace(config, vitals=replace(config.vitals, age_s=wrong)))


def test_the_newest_position_counts_as_the_newest_fix(config: Config) -> None:
    door, now = WatchedDoor(config), datetime.now(UTC).replace(tzinfo=None)
    fix = {"worker_id": "w", "area_id": "a", "fixed_at": now - timedelta(seconds=30), "lon": 1.0, "lat": 1.0}
    assert checks.old_feeds(door.warehouse, door.operations, {"fix": 60})
    door.operations.record_positions([fix])
    assert not checks.old_feeds(door.warehouse, door.operations, {"fix": 60})


def test_red_as_soon_as_it_is_told_to_stop(config: Config) -> None:
    ready = serving(WatchedDoor(config))
    vitals = Vitals("127.0.0.1", 0, ready)
    assert vitals.answer("/readyz")[0] == 200
    ready.stop()
    status, _, body = vitals.answer("/readyz")
    assert status == 503 and [x["reason"] for x in json.loads(body)["reasons"]] == ["vital_stopping"]
    assert vitals.answer("/healthz")[0] == 200 and vitals.answer("/anything")[0] == 404


def test_measures_can_be_read_and_name_nobody(config: Config, whole_city: object) -> None:
    door = WatchedDoor(config)
    door.query("units", whole_city)  # type: ignore[arg-type]
    body = (
        Vitals("127.0.0.1", 0, serving(door), HomeFigures(config, door.operations, door)).answer("/metrics")[2].decode()
    )
    found = {sample.name: sample for family in text_string_to_metric_families(body) for sample in family.samples}
    assert found["gridlink_version_fallen_back"].value == 0
    assert found["gridlink_operations_up"].value == found["gridlink_warehouse_up"].value == 1
    assert {
        "gridlink_alarms_open",
        "gridlink_jobs",
        "gridlink_cache_made_total",
        "process_resident_memory_bytes",
    } <= set(found)
    counted = door.warehouse.fetch("SELECT sum(rows_loaded)::BIGINT AS n FROM load_file WHERE feed = 'fix'", {})
    rows = [s for f in text_string_to_metric_families(body) for s in f.samples if s.name == "gridlink_feed_rows"]
    assert {s.labels["feed"]: s.value for s in rows}["fix"] == counted["n"][0].as_py()
    labels = {key for family in text_string_to_metric_families(body) for s in family.samples for key in s.labels}
    assert labels <= {"route", "status", "query", "reason", "panel", "kind", "state", "feed", "store", "le"}
    assert "tester" not in body


class Served:
    """`gridlink serve` with its worker, on free ports."""

    def __init__(self, home: Path) -> None:
        self.ports = free_ports(3)
        with open(home / "gridlink.toml", "a", encoding="utf-8") as file:
            file.write(f"\n[vitals]\nport = {self.ports[1]}\nwork_port = {self.ports[2]}\ndrain_s = 5.0\n")
        call = [sys.executable, "-m", "gridlink", "serve", "--home", str(home), "--port", str(self.ports[0])]
        self.process = subprocess.Popen(call, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(self, port: int, path: str) -> tuple[int, str]:
        """Return status and body; 0 where nobody answers."""
        try:
            with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refused:
            return refused.code, refused.read().decode()
        except (URLError, OSError):
            return 0, ""

    def family(self) -> set[int]:
        """Return the processes of the server and below."""
        found = {self.process.pid}
        parents = {int(p.name): parent(p) for p in Path("/proc").iterdir() if p.name.isdigit()}
        while more := {pid for pid, above in parents.items() if above in found} - found:
            found |= more
        return found


@pytest.fixture
def served(sample_home: Path, tmp_path: Path) -> Iterator[Served]:
    served = Served(fresh(sample_home, tmp_path / "home"))
    yield served
    served.process.kill()
    served.process.wait()


def test_only_what_the_readme_says_listens_and_a_stop_is_graceful(served: Served) -> None:
    web, vitals, work = served.ports
    until(lambda: served.ask(vitals, "/readyz")[0] == 200 and served.ask(work, "/readyz")[0] == 200)
    family = served.family()
    assert listening(family) == {("127.0.0.1", port) for port in served.ports}
    under_way = socket.create_connection(("127.0.0.1", web))
    under_way.sendall(b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\na")
    served.process.send_signal(signal.SIGTERM)
    until(lambda: "vital_stopping" in served.ask(vitals, "/readyz")[1])
    assert served.ask(web, "/healthz")[0] == 200  # red, and still answering
    under_way.sendall(b"b")
    assert under_way.recv(20).startswith(b"HTTP/1.1 4")  # begun before the stop, answered after it
    under_way.close()
    assert served.process.wait(60) == 0
    assert not [pid for pid in family if alive(pid)]


def listening(pids: set[int]) -> set[tuple[str, int]]:
    """Return address and port of every TCP socket these processes listen on, from /proc/net/tcp and tcp6."""
    inodes = set()
    for pid in pids:
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed since it was listed
                target = os.readlink(handle)
                inodes |= {target[8:-1]} if target.startswith("socket:[") else set()
    found = set()
    for name in ("tcp", "tcp6"):
        for row in Path("/proc/net", name).read_text().splitlines()[1:]:
            parts = row.split()
            if parts[3] == LISTENS and parts[9] in inodes:
                address, port = parts[1].split(":")
                packed = bytes.fromhex(address)[::-1]
                found.add((socket.inet_ntoa(packed) if len(packed) == 4 else address, int(port, 16)))
    return found


def parent(process: Path) -> int:
    """Return the parent of a process; 0 where it is gone."""
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def alive(pid: int) -> bool:
    try:
        return (Path(f"/proc/{pid}/stat")).read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def until(is_so: Callable[[], object]) -> None:
    end = time.monotonic() + 90
    while not is_so():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)
