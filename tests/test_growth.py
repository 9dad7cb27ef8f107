"""An operations store of an earlier release goes on working: new columns appear, old rows stay."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from data.accounts import Accounts
from data.config import make_config
from data.operations import Operations

MOMENT = "2026-01-01 00:00:00"
OLD_ACCOUNT = """CREATE TABLE account (name VARCHAR NOT NULL PRIMARY KEY, password_hash VARCHAR NOT NULL,
roles VARCHAR NOT NULL, area_id VARCHAR NOT NULL, disabled BOOLEAN NOT NULL, created_at DATETIME NOT NULL)"""
OLD_POSITION = """CREATE TABLE position (worker_id VARCHAR NOT NULL PRIMARY KEY, name VARCHAR, role VARCHAR,
area_id VARCHAR NOT NULL, fixed_at DATETIME NOT NULL, lon FLOAT NOT NULL, lat FLOAT NOT NULL, accuracy_m FLOAT,
speed_mps FLOAT, battery FLOAT, seq INTEGER NOT NULL)"""


def test_accounts_of_the_last_release_can_still_sign_in_and_new_ones_name_their_worker(tmp_path: Path) -> None:
    file = sqlite3.connect(tmp_path / "operations.db")
    file.execute(OLD_ACCOUNT)
    file.execute("INSERT INTO account VALUES ('wang', 'x', 'operator', 'city', 0, '2026-01-01 00:00:00')")
    file.commit()
    file.close()
    accounts = Accounts(Operations.of(make_config(tmp_path, {})))
    old = accounts.get("wang")
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
