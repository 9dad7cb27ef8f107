"""Guessing ends where it is done, whatever is restarted, and shuts out nobody else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import App
from dashboard.login import limiter
from data import accounts as accounts_module
from data.config import make_config
from data.operations import Operations
from data.sign_in.lockout import Lockout
from tests.copies import fresh
from tests.databases import DATABASES, database
from tests.web import PASSWORD, form_token, open_site

NOW = datetime(2026, 1, 5, 4)
MINUTE = timedelta(minutes=1)


def opened(home: Path, url: str = "", **rules: object) -> Lockout:
    config = make_config(home, {"operations": {"url": url}, "accounts": rules})
    return Lockout(Operations.of(config), config.accounts)


def spend(lockout: Lockout, name: str, place: str, tries: int, now: datetime = NOW) -> list[bool]:
    return [lockout.enter(name, place, now) for _ in range(tries)]


def test_the_sixth_try_in_fifteen_minutes_is_not_looked_at_after_a_restart_either(tmp_path: Path) -> None:
    assert spend(opened(tmp_path), "wang", "1.1.1.1", 5) == [True] * 5
    again = opened(tmp_path)
    assert not again.enter("wang", "1.1.1.1", NOW + 14 * MINUTE)
    assert again.enter("wang", "1.1.1.1", NOW + 15 * MINUTE)


def test_tries_count_by_account_and_address(tmp_path: Path) -> None:
    lockout = opened(tmp_path)
    spend(lockout, "wang", "1.1.1.1", 9)
    assert lockout.enter("wang", "2.2.2.2", NOW) and lockout.enter("li", "1.1.1.1", NOW)


def test_a_try_ages_by_itself_not_with_the_first_one(tmp_path: Path) -> None:
    lockout = opened(tmp_path)
    for minute in (0, 4, 8, 12, 14):
        assert lockout.enter("wang", "1.1.1.1", NOW + minute * MINUTE)
    # by hand: at minute 16 those of 4, 8, 12, 14 are left, so that one more may be made, and at 18 none
    assert lockout.enter("wang", "1.1.1.1", NOW + 16 * MINUTE)
    assert not lockout.enter("wang", "1.1.1.1", NOW + 18 * MINUTE)


def test_the_right_password_forgets_the_wrong_ones_and_so_does_an_administrator(tmp_path: Path) -> None:
    lockout = opened(tmp_path)
    spend(lockout, "wang", "1.1.1.1", 4)
    lockout.succeeded("wang", "1.1.1.1", NOW)
    assert lockout.left("wang", "1.1.1.1", NOW) == 5
    spend(lockout, "wang", "1.1.1.1", 5)
    lockout.forgive("wang")
    assert lockout.enter("wang", "1.1.1.1", NOW)


def test_one_password_tried_on_everybody_ends_at_the_address(tmp_path: Path) -> None:
    lockout = opened(tmp_path, address_tries=8)
    assert [lockout.enter(f"name{n}", "1.1.1.1", NOW) for n in range(9)] == [True] * 8 + [False]


def test_many_hosts_on_one_account_end_too_but_not_where_it_has_been_at_home(tmp_path: Path) -> None:
    lockout = opened(tmp_path, account_tries=20)
    lockout.succeeded("wang", "10.0.0.7", NOW - 30 * 24 * 60 * MINUTE)
    tries = [lockout.enter("wang", f"10.1.0.{n}", NOW) for n in range(21)]
    assert tries == [True] * 20 + [False]
    assert lockout.enter("wang", "10.0.0.7", NOW)


def test_nothing_typed_as_a_name_can_be_read_in_the_store(tmp_path: Path) -> None:
    lockout = opened(tmp_path)
    lockout.enter("my password, typed too early", "1.1.1.1", NOW)
    lockout.operations.engine.dispose()
    files = [path.read_bytes() for path in tmp_path.glob("operations.db*")]
    assert files and not [one for one in files if b"typed too early" in one]


@pytest.mark.parametrize("kind", DATABASES)
def test_two_dashboards_asked_at_once_let_five_tries_through_not_ten(kind: str, tmp_path: Path) -> None:
    with database(kind) as url:
        doors = [opened(tmp_path, url), opened(tmp_path, url)]
        with ThreadPoolExecutor(8) as pool:
            through = list(pool.map(lambda n: doors[n % 2].enter("wang", "1.1.1.1", NOW), range(16)))
        for door in doors:
            door.operations.engine.dispose()
    assert sum(through) == 5


@pytest.fixture(scope="module")
def home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fresh(sample_home, tmp_path_factory.mktemp("lockout") / "home")


@pytest.fixture(scope="module")
def first(home: Path) -> App:
    return open_site(home)


@pytest.fixture
def app(first: App) -> Iterator[App]:
    limiter.reset()
    yield first
    for name in ("leader", "operator", "nobody"):
        first.server.extensions["gridlink"].lockout.forgive(name)


def enter(client: FlaskClient, name: str, password: str, place: str) -> tuple[int, str]:
    """Fill in the form from an address; return status and page without its token."""
    data = {"name": name, "password": password, "csrf_token": form_token(client)}
    answer = client.post("/login", data=data, environ_overrides={"REMOTE_ADDR": place})
    limiter.reset()  # what is looked at here is the lockout of the store behind it
    return answer.status_code, re.sub(r'value="[^"]*"', "", answer.get_data(as_text=True))


def test_after_fifty_wrong_logins_elsewhere_the_right_account_still_gets_in(app: App) -> None:
    stranger = app.server.test_client()
    wrong = [enter(stranger, "leader", f"guess {n}", f"10.2.0.{n // 5}")[0] for n in range(50)]
    assert wrong == [401] * 50
    assert enter(app.server.test_client(), "leader", PASSWORD, "10.2.1.1")[0] == 302
    assert enter(app.server.test_client(), "leader", PASSWORD, "10.2.0.3")[0] == 429


def test_a_locked_address_stays_locked_when_the_dashboard_is_restarted(app: App, home: Path) -> None:
    for _ in range(5):
        enter(app.server.test_client(), "operator", "wrong", "10.2.2.1")
    again = open_site(home)
    assert enter(again.server.test_client(), "operator", PASSWORD, "10.2.2.1")[0] == 429
    assert enter(again.server.test_client(), "operator", PASSWORD, "10.2.2.2")[0] == 302


def test_a_name_nobody_has_gets_the_same_answers_for_the_same_work(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    real, counts = accounts_module.HASHER, {"leader": 0, "nobody": 0}
    asked: list[str] = []

    class Counting:
        def verify(self, *facts: str) -> bool:
            counts[asked[-1]] += 1
            return real.verify(*facts)

    monkeypatch.setattr(accounts_module, "HASHER", Counting())
    answers: dict[str, list[tuple[int, str]]] = {}
    for name in counts:
        asked.append(name)
        answers[name] = [enter(app.server.test_client(), name, "wrong", "10.2.3.1") for _ in range(7)]
    assert [status for status, _ in answers["leader"]] == [401] * 5 + [429] * 2
    assert answers["leader"] == answers["nobody"]
    assert counts == {"leader": 5, "nobody": 5}


def test_behind_a_proxy_the_visitor_s_own_address_counts_and_nobody_makes_one_up(app: App, home: Path) -> None:
    told = (home / "gridlink.toml").read_text(encoding="utf-8")
    (home / "gridlink.toml").write_text(f"{told}\n[server]\nproxies = 1\n", encoding="utf-8")
    behind = open_site(home).server.test_client()

    def through(said: str, password: str) -> int:
        """Come through a proxy that adds the address it was asked from, whatever was said before."""
        data = {"name": "operator", "password": password, "csrf_token": form_token(behind)}
        told = {"X-Forwarded-For": said, "X-Forwarded-Proto": "https", "Referer": "https://localhost/login"}
        answer = behind.post("/login", data=data, headers=told)
        limiter.reset()
        assert "Strict-Transport-Security" in answer.headers
        return answer.status_code

    assert [through(f"10.9.9.{n}, 10.5.0.1", "wrong") for n in range(6)] == [401] * 5 + [429]
    assert through("10.5.0.2", PASSWORD) == 302
    (home / "gridlink.toml").write_text(told, encoding="utf-8")
    open_site(home)


def test_refusals_and_the_lockout_stand_in_the_audit_log_without_what_was_typed(app: App, home: Path) -> None:
    before = len(lines(home))
    for _ in range(5):
        enter(app.server.test_client(), "leader", "wrong", "10.2.4.1")
    enter(app.server.test_client(), "correct horse", "wrong", "10.2.4.2")
    new = lines(home)[before:]
    assert [line["action"] for line in new] == ["login refused"] * 5 + ["login locked", "login refused"]
    assert [(line["account"], line["place"]) for line in new[-2:]] == [("leader", "10.2.4.1"), ("", "10.2.4.2")]
    assert "horse" not in (home / "audit.jsonl").read_text(encoding="utf-8")


def lines(home: Path) -> list[dict[str, str]]:
    path = home / "audit.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
