"""An operations store of an earlier release goes on working: new columns appear, old rows stay."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import inspect, update

from data.accounts import HASHER, Accounts
from data.config import load_config, make_config
from data.errors import ConfigError
from data.growth import OPERATIONS_VERSION, version
from data.operations import Operations
from gridlink import main
from tests.conftest import SAMPLES, copy_home
from tests.databases import DATABASES, database

WORD = "a password of then"
MOMENT = "2026-01-01 00:00:00"
OLD_ACCOUNT = """CREATE TABLE account (name VARCHAR NOT NULL PRIMARY KEY, password_hash VARCHAR NOT NULL,
roles VARCHAR NOT NULL, area_id VARCHAR NOT NULL, disabled BOOLEAN NOT NULL, created_at DATETIME NOT NULL)"""
OLD_POSITION = """CREATE TABLE position (worker_id VARCHAR NOT NULL PRIMARY KEY, name VARCHAR, role VARCHAR,
area_id VARCHAR NOT NULL, fixed_at DATETIME NOT NULL, lon FLOAT NOT NULL, lat FLOAT NOT NULL, accuracy_m FLOAT,
speed_mps FLOAT, battery FLOAT, seq INTEGER NOT NULL)"""


def test_accounts_of_the_last_release_can_still_sign_in_and_new_ones_name_their_worker(tmp_path: Path) -> None:
    file = sqlite3.connect(tmp_path / "operations.db")
    file.execute(OLD_ACCOUNT)
    file.execute("INSERT INTO account VALUES ('wang', ?, 'operator', 'city', 0, ?)", (HASHER.hash(WORD), MOMENT))
    file.commit()
    file.close()
    accounts = Accounts(Operations.of(make_config(tmp_path, {})))
    old = accounts.verify("wang", WORD)
    assert old and (old.scope().worker_id, old.roles) == ("", frozenset({"operator"}))
    assert accounts.add("li", "secret-secret", {"worker"}, "g1", worker_id="W1").scope().worker_id == "W1"
    assert accounts.get("li").scope().is_handler  # type: ignore[union-attr]


def test_the_clock_of_positions_goes_on_from_where_it_stood(tmp_path: Path) -> None:
    file = sqlite3.connect(tmp_path / "operations.db")
    file.execute(OLD_POSITION)
    file.execute("INSERT INTO position VALUES ('W1', NULL, NULL, 'g1', ?, 119, 32, NULL, NULL, NULL, 41)", (MOMENT,))
    file.commit()
    file.close()
    operations = Operations.of(make_config(tmp_path, {}))
    assert operations.clock("position") == 41
    with operations.write() as connection:
        assert operations.tick(connection, "position") == 42


@pytest.mark.parametrize("kind", DATABASES)
def test_a_store_of_a_newer_release_is_refused_in_a_sentence_and_left_as_it_is(kind: str, tmp_path: Path) -> None:
    with database(kind) as url:
        config = make_config(tmp_path, {"operations": {"url": url}})
        now = Operations.of(config)
        with now.write() as connection:
            connection.execute(update(version).values(version=OPERATIONS_VERSION + 1))
            connection.exec_driver_sql("DROP TABLE identity")
        with pytest.raises(ConfigError, match=f"schema {OPERATIONS_VERSION + 1}, this one reads up to"):
            Operations.of(config)
        assert not inspect(now.engine).has_table("identity")  # nothing was made in it
        now.engine.dispose()


@pytest.mark.parametrize("asked", [["user", "list"], ["serve", "--no-work"]], ids=lambda asked: asked[0])
def test_a_command_refuses_a_newer_store_in_a_sentence(
    tmp_path: Path, asked: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = load_config(copy_home(SAMPLES, tmp_path / "home"))
    with Operations.of(config).write() as connection:
        connection.execute(update(version).values(version=OPERATIONS_VERSION + 1))
    monkeypatch.setattr("dashboard.commands.serve.start_logs", lambda *_: None)
    monkeypatch.setattr("sys.argv", ["gridlink", *asked, "--home", str(config.home)])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == ConfigError.status
    assert "operations.db" in capsys.readouterr().err
