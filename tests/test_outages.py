"""What stays when something is away: the wall's sessions, the worker, the alarms' sense; the long form is a bench."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from dashboard.beside import Beside
from dashboard.known import GRACE_S, Known
from data.accounts import Account
from data.config import load_config
from data.jobs import Jobs
from data.leases import Leases
from data.operations import Operations
from etl.alone import Alone
from etl.jobs import JOBS
from etl.schedule import Schedule
from etl.work import LEASE, Worker
from tests.conftest import SAMPLES, copy_home
from tests.copies import fresh
from tests.outage_load import judged
from tests.outage_zones import digests, in_zone
from tests.web import ask, open_site, shown, sign_in

NOON = {"day": "2026-01-05", "t": 43200}
AWAY = "连不上"


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    return fresh(sample_home, tmp_path / "home")


@contextmanager
def store_away(monkeypatch: pytest.MonkeyPatch, store: Operations) -> Iterator[None]:
    """Let no connection to the store be made."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise OperationalError("SELECT", {}, Exception("the server is away"))

    with monkeypatch.context() as patch:
        patch.setattr(store.engine, "connect", refuse)
        yield


def test_a_wall_goes_on_while_the_store_is_away_and_says_so_where_cases_stand(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_site(home)
    client, stranger = sign_in(app, "wall"), app.server.test_client()
    figures, view = "kpi-information-body.children", NOON
    before = ask(client, [figures], view).get_json()["response"]
    with store_away(monkeypatch, app.server.extensions["gridlink"].door.operations):
        assert ask(client, [figures], view).get_json()["response"] == before
        told = ask(client, ["news.data"], {})
        assert stranger.get("/").status_code == 302
        assert told.status_code != 401
        answer = ask(client, ["front-body.children"], view)
        look = judged(0, answer.status_code, answer.get_data())
        assert not look.blank and (look.good or AWAY in look.said)
    assert shown(client, "front-body.children", view)


def test_a_session_nobody_knew_is_told_503_in_words_and_not_sent_to_the_login_form(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_site(home)
    client = sign_in(app, "wall")
    with store_away(monkeypatch, app.server.extensions["gridlink"].door.operations):
        answer = client.get("/_dash-layout")
    assert answer.status_code == 503 and AWAY in answer.get_data(as_text=True)


def test_only_a_wall_is_remembered_for_long_and_only_at_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    known, clock = Known(), [1000.0]
    monkeypatch.setattr("dashboard.known.monotonic", lambda: clock[0])
    wall, person = (Account(name, frozenset({name}), "QH", False) for name in ("kiosk", "leader"))
    known.keep("a", "10.0.0.1", wall)
    known.keep("b", "10.0.0.2", person)
    assert (known.recall("a", "10.0.0.1"), known.recall("a", "10.0.0.2"), known.recall("c", "")) == (wall, None, None)
    clock[0] += GRACE_S - 1
    assert known.recall("b", "10.0.0.2") == person
    clock[0] += 2
    assert (known.recall("a", "10.0.0.1"), known.recall("b", "10.0.0.2")) == (wall, None)
    known.keep("c", "10.0.0.3", person)  # the store is back, and the wall was not there to ask
    assert known.recall("a", "10.0.0.1") is None
    known.keep("a", "10.0.0.1", wall)
    assert known.recall("a", "10.0.0.1") == wall
    known.keep("a", "10.0.0.1", None)  # ended
    assert known.recall("a", "10.0.0.1") is None


def test_a_worker_started_again_after_a_kill_waits_for_no_lease(home: Path) -> None:
    config = load_config(home)
    operations, worker = Operations.of(config), Worker(config, set(JOBS), lambda *_, **__: None)
    host = worker.name.partition(":")[0]
    assert Leases(operations, 15.0).take(LEASE, f"{host}:1:dead")
    lock = Alone(config.home / "work.lock")
    assert lock.take() and not worker.alone.take()  # while the process lives, nobody follows it
    lock.give_back()
    assert worker.alone.take() and worker._take_lease(f"{host}:")
    assert Leases(operations, 15.0).holder(LEASE) == worker.name
    assert not Leases(operations, 15.0).take(LEASE, "elsewhere:2:x", instead_of="elsewhere:")


def test_a_clock_set_back_makes_no_dead_worker_immortal(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    operations, clock = Operations.of(load_config(home)), [100.0]
    later = datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=1)
    with monkeypatch.context() as patch:
        patch.setattr("data.leases._now", lambda: later)
        assert Leases(operations, 15.0).take(LEASE, "dead")
    monkeypatch.setattr("data.leases.monotonic", lambda: clock[0])
    waiting = Leases(operations, 15.0)
    assert not waiting.take(LEASE, "next")
    clock[0] += 16
    assert waiting.take(LEASE, "next")


def test_a_clock_set_back_holds_up_no_publish(home: Path) -> None:
    config = load_config(home)
    jobs = Jobs(Operations.of(config))
    (home / "spool").mkdir(exist_ok=True)
    (home / "spool" / "x.log").write_bytes(b"x")
    schedule, now = Schedule(config, jobs, {"publish"}), datetime.now(UTC).replace(tzinfo=None)
    assert schedule.submit_due(now) == ["publish"]
    assert schedule.submit_due(now - timedelta(hours=1)) == []  # it is under way
    jobs.finish(jobs.take().id, {})  # type: ignore[union-attr]
    assert schedule.submit_due(now + timedelta(seconds=60)) == []
    assert schedule.submit_due(now - timedelta(hours=1)) == ["publish"]


def test_what_runs_beside_the_server_is_started_again_when_it_ends(tmp_path: Path) -> None:
    mark = tmp_path / "starts"
    beside = Beside([sys.executable, "-c", f"open({str(mark)!r}, 'a').write('x')"], again_s=0.05)
    end = monotonic() + 60
    while len(mark.read_text() if mark.exists() else "") < 2:
        assert monotonic() < end
        sleep(0.05)
    beside.stop()
    assert beside.process.poll() is not None


def test_a_process_in_another_zone_comes_to_the_same_answers_byte_for_byte(tmp_path: Path) -> None:
    other = "America/New_York" if os.environ.get("TZ", "") != "America/New_York" else "Asia/Shanghai"
    assert digests(copy_home(SAMPLES, tmp_path / "home")) == in_zone(other)
