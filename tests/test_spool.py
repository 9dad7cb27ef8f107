"""What a sender was told 200 for is on the disk, is published once, and is never lost."""

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic, sleep

import pyarrow.parquet as pq
import pytest

from data.config import load_config
from data.lake import Folders, read_current, read_manifest
from etl.load import load
from etl.receive import publish
from etl.receive.publish import publish_spool
from etl.receive.segments import closed_segments, line, read_lines, recover
from etl.receive.spool import Spool
from tests.conftest import ROOT, SAMPLE_NOW, SAMPLES, copy_home
from tests.sending import add_device, config_with, get, receiving

WHERE = {"lon": 119.5008, "lat": 32.0088}
FIRST = datetime(2026, 1, 5, 0, 30)  # 08:30 in the sample city, where w01 is on duty from 8 to 12


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A city that knows its areas, workers and duty, and has no fixes yet."""
    home = copy_home(SAMPLES, tmp_path / "home")
    files = [SAMPLES / name for name in ("areas.geojson", "workers.csv", "roster.csv")]
    load(files, load_config(home), now=SAMPLE_NOW)
    return home


def fix(second: int) -> bytes:
    at = FIRST + timedelta(seconds=second)
    return line("fix", {"worker_id": "w01", "fixed_at": at, **WHERE, "received_at": at, "source": "test"})


def spooled(home: Path) -> list[dict[str, object]]:
    return [json.loads(row.text) for path in closed_segments(home / "spool") for row in read_lines(path)]


def loaded(home: Path) -> Counter[datetime]:
    """Return how often each moment stands in the fixes of the version served."""
    folders = Folders(home / "warehouse")
    manifest = read_manifest(folders, read_current(folders) or "")
    tables = [pq.read_table(folders.root / part.path, partitioning=None) for part in manifest.of("fix")]
    return Counter(moment for table in tables for moment in table["fixed_at"].to_pylist())


def test_a_line_is_on_the_disk_before_its_sender_hears_of_it(tmp_path: Path) -> None:
    spool = Spool(tmp_path, config_with(copy_home(SAMPLES, tmp_path / "home")).ingest)
    spool.append([fix(0), fix(1)])
    (segment,) = tmp_path.glob("*.open")
    assert segment.read_bytes() == fix(0) + fix(1)
    spool.close()
    assert [path.read_bytes() for path in closed_segments(tmp_path)] == [fix(0) + fix(1)]


def test_many_senders_share_a_sync_and_keep_every_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs: list[int] = []
    real = os.fsync

    def slow(handle: int) -> None:
        syncs.append(handle)
        sleep(0.005)
        real(handle)

    spool = Spool(tmp_path, config_with(copy_home(SAMPLES, tmp_path / "home")).ingest)
    monkeypatch.setattr("etl.receive.spool.os.fsync", slow)
    threads = [threading.Thread(target=lambda k=k: spool.append([fix(k)])) for k in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spool.close()
    (segment,) = closed_segments(tmp_path)
    assert sorted(row.text for row in read_lines(segment)) == sorted(fix(k).split(b" ", 2)[2][:-1] for k in range(60))
    assert len(syncs) < 40


def test_the_torn_end_of_a_killed_receiver_is_cut_and_nothing_else(tmp_path: Path) -> None:
    whole = fix(0) + fix(1)
    (tmp_path / "a.open").write_bytes(whole + fix(2)[:-20])
    (tmp_path / "b.open").write_bytes(b"")
    assert recover(tmp_path) == {"a": len(fix(2)) - 20, "b": 0}
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.log": whole}


def test_the_segment_of_a_living_receiver_is_left_alone(tmp_path: Path) -> None:
    spool = Spool(tmp_path, config_with(copy_home(SAMPLES, tmp_path / "home")).ingest)
    spool.append([fix(0)])
    assert recover(tmp_path) == {}
    spool.close()


def test_a_segment_is_closed_by_size_and_by_age(tmp_path: Path) -> None:
    limits = config_with(copy_home(SAMPLES, tmp_path / "home")).ingest
    for small in (replace(limits, segment_mb=0.0001), replace(limits, segment_s=0.1)):
        folder = tmp_path / str(small.segment_mb)
        spool = Spool(folder, small)
        spool.append([fix(0)])
        end = monotonic() + 20
        while not closed_segments(folder) and monotonic() < end:
            sleep(0.05)
        assert len(closed_segments(folder)) == 1
        spool.close()


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO])
def test_a_full_or_broken_disk_is_said_with_503_and_loses_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, fault: int
) -> None:
    token, real = add_device(home, "w01"), os.write
    with receiving(home) as receiver:
        assert get(receiver, token, id="w01", timestamp="2026-01-05T00:30:00Z", **WHERE)[0] == 200

        def half(handle: int, data: memoryview) -> int:
            if len(data) < 40:
                raise OSError(fault, os.strerror(fault))
            return real(handle, data[: len(data) - 30])

        monkeypatch.setattr("etl.receive.spool.os.write", half)
        status, told = get(receiver, token, id="w01", timestamp="2026-01-05T00:30:01Z", **WHERE)
        assert (status, told["reason"]) == (503, "spool_full")
        monkeypatch.undo()
        end = monotonic() + 20
        while get(receiver, token, id="w01", timestamp="2026-01-05T00:30:02Z", **WHERE)[0] != 200:
            assert monotonic() < end
            sleep(0.1)
    recover(home / "spool")
    assert [row["fixed_at"][17:19] for row in spooled(home)] == ["00", "02"]


@pytest.mark.parametrize("limit", [{"backlog_mb": 0.0}, {"free_mb": 1e12}])
def test_a_backlog_or_a_full_disk_sends_phones_away_for_a_while(home: Path, limit: dict[str, float]) -> None:
    (home / "spool").mkdir()
    (home / "spool" / "x.log").write_bytes(fix(0))
    token = add_device(home, "w01")
    with receiving(home, **limit) as receiver:
        assert get(receiver, token, id="w01", timestamp="2026-01-05T00:30:00Z", **WHERE)[0] == 503
    assert len(spooled(home)) == 1


def test_what_was_spooled_is_published_through_the_usual_load_and_deleted(home: Path) -> None:
    token, config = add_device(home, "p1", "w01"), load_config(home)
    with receiving(home) as receiver:
        for second in range(5):
            assert get(receiver, token, id="p1", timestamp=f"2026-01-05T00:30:0{second}Z", **WHERE)[0] == 200
        assert get(receiver, token, id="p1", timestamp="2026-01-05T00:31:00Z", lon=100, lat=32)[0] == 200
    result = publish_spool(config)
    assert {k: result["files"][0][k] for k in ("rows_in", "rows_loaded", "reasons")} == {
        "rows_in": 6,
        "rows_loaded": 5,
        "reasons": {"outside_city": 1},
    }
    assert list((home / "spool").iterdir()) == []
    assert publish_spool(config)["segments"] == 0


def test_killed_between_publishing_and_deleting_nothing_is_doubled(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "spool").mkdir()
    (home / "spool" / "a.log").write_bytes(b"".join(fix(k) for k in range(10)))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publish, "_put_away", killed)
    with pytest.raises(KeyboardInterrupt):
        publish_spool(load_config(home))
    monkeypatch.undo()
    again = publish_spool(load_config(home))["files"][0]
    assert (again["rows_loaded"], again["rows_duplicate"]) == (0, 10)
    assert loaded(home) == Counter({FIRST + timedelta(seconds=k): 1 for k in range(10)})


def test_a_load_that_fails_leaves_the_spool_as_it_was(tmp_path: Path) -> None:
    home = copy_home(SAMPLES, tmp_path / "home")  # no areas: nothing can be judged
    (home / "spool").mkdir()
    (home / "spool" / "a.log").write_bytes(fix(0))
    with pytest.raises(Exception, match="stay in the spool"):
        publish_spool(load_config(home))
    assert [path.read_bytes() for path in closed_segments(home / "spool")] == [fix(0)]


def test_a_flipped_bit_in_a_segment_costs_one_line_and_is_kept_for_somebody_to_look_at(home: Path) -> None:
    (home / "spool").mkdir()
    content = bytearray(fix(0) + fix(1) + fix(2))
    content[len(fix(0)) + 60] ^= 4
    (home / "spool" / "a.log").write_bytes(content)
    result = publish_spool(load_config(home))
    assert (result["damaged_lines"], result["files"][0]["rows_loaded"]) == (1, 2)
    assert (home / "spool" / "a.damaged").read_bytes() == content


def test_nothing_acknowledged_is_lost_or_doubled_when_the_receiver_is_killed(home: Path) -> None:
    token, told = add_device(home, "w01"), Counter[int]()
    seconds = iter(range(100_000))
    for _ in range(2):
        with Ingesting(home) as (process, port):
            senders = [threading.Thread(target=_send, args=(port, token, seconds, told)) for _ in range(4)]
            for sender in senders:
                sender.start()
            end = monotonic() + 60
            before = sum(told.values())
            while sum(told.values()) < before + 40 and monotonic() < end:
                sleep(0.01)
            os.killpg(process.pid, signal.SIGKILL)
            for sender in senders:
                sender.join()
    assert sum(told.values()) >= 80
    publish_spool(load_config(home))
    found = loaded(home)
    assert set(found.values()) == {1}
    assert {FIRST + timedelta(seconds=k) for k in told} <= set(found)


def _send(port: int, token: str, seconds: Iterator[int], told: Counter[int]) -> None:
    """Send a fix a second of the morning until the receiver is gone; `told` are those answered 200."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    for second in seconds:
        at = (FIRST + timedelta(seconds=second)).replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")
        try:
            connection.request("GET", f"/t/{token}/?id=w01&lat={WHERE['lat']}&lon={WHERE['lon']}&timestamp={at}")
            response = connection.getresponse()
            response.read()
        except (OSError, HTTPException):
            return
        if response.status == 200:
            told[second] += 1


class Ingesting:
    """`gridlink ingest` in a process group of its own, answering on a free port."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __enter__(self) -> tuple[subprocess.Popen[bytes], int]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        call = [sys.executable, "-m", "gridlink", "ingest", "--home", str(self.home), "--port", str(port)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            call, cwd=ROOT, env=environment, start_new_session=True, stderr=subprocess.DEVNULL
        )
        end = monotonic() + 60
        while monotonic() < end:
            try:
                connection = HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/healthz")
                assert connection.getresponse().status == 200
                return self.process, port
            except OSError:
                sleep(0.1)
        raise AssertionError("the receiver never answered")

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def test_a_receiver_whose_parent_was_killed_ends_too(home: Path) -> None:
    with Ingesting(home) as (process, port):
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        end = monotonic() + 30
        while _answers(port):
            assert monotonic() < end
            sleep(0.1)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True
