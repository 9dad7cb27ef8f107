"""A home that is gone comes back out of its backup as it was; a damaged backup is refused by name."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from data.accounts import Accounts
from data.config import Config, load_config
from data.errors import ConfigError, Problem
from data.jobs import Jobs
from data.lake import Folders, read_current
from data.operations import Operations
from data.query import Door
from etl.backup import backup
from etl.backup_store import BackupStore
from etl.commands.config import masked
from etl.content import content_hash
from etl.jobs import JOBS
from etl.restore import restore
from etl.schedule import Schedule
from etl.verify import verify
from gridlink import make_app
from tests.copies import fresh


@pytest.fixture
def config(sample_home: Path, tmp_path: Path) -> Config:
    """A home with a version, an account, a key, an audit log, a photo and something in the spool."""
    home = fresh(sample_home, tmp_path / "home")
    config = load_config(home)
    Accounts(Operations.of(config)).add("anna", "a long password 1", {"leader"}, config.city.area_id)
    (home / "secret").write_text("k" * 40)
    for folder in ("photos", "spool"):
        (home / folder).mkdir(exist_ok=True)
    (home / "photos" / "p1.jpg").write_bytes(b"jpeg")
    (home / "spool" / "a.log").write_bytes(b"a segment\n")
    return config


def test_what_is_deleted_is_restored_with_the_same_content_and_opens(config: Config, tmp_path: Path) -> None:
    before, versions = content_hash(config), read_current(Folders(config.home / "warehouse"))
    backup(config, tmp_path / "kept")
    shutil.rmtree(config.home)
    told = restore(tmp_path / "kept", tmp_path / "new")
    again = load_config(tmp_path / "new")
    assert told.findings == [] and told.version == versions
    assert content_hash(again) == before and len(before) > 5
    assert verify(again, every=True).findings == []
    assert Accounts(Operations.of(again)).verify("anna", "a long password 1")
    assert (again.home / "photos" / "p1.jpg").read_bytes() == b"jpeg"
    assert (again.home / "spool" / "a.log").read_bytes() == b"a segment\n"
    assert (again.home / "gridlink.toml").is_file() and list((again.home / "mappings").glob("*.toml"))
    assert not (again.home / "secret").exists()  # a new one is made, and whoever was signed in signs in again
    assert Door(again).version() == versions


def test_the_dashboard_opens_over_a_restored_home(config: Config, tmp_path: Path) -> None:
    from dashboard.commands.serve import open_app

    backup(config, tmp_path / "kept")
    restore(tmp_path / "kept", tmp_path / "new")
    client = open_app(load_config(tmp_path / "new")).server.test_client()
    assert client.get("/login").status_code == 200
    assert client.get("/").status_code == 302


def test_the_key_of_cookies_is_copied_only_when_asked_for(config: Config, tmp_path: Path) -> None:
    backup(config, tmp_path / "kept", with_secret=True)
    restore(tmp_path / "kept", tmp_path / "new")
    assert (tmp_path / "new" / "secret").read_text() == "k" * 40
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "kept" / "objects").rglob("*"))


def test_what_the_folder_has_is_not_copied_again_and_old_ones_go(config: Config, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    first = backup(config, kept)
    second = backup(config, kept)
    assert first.copied > 10 and second.copied_bytes < first.copied_bytes / 2
    parts = {path for path in second.entries if path.startswith("warehouse/")}
    assert parts and all(first.entries[path] == second.entries[path] for path in parts)
    (config.home / "photos" / "p1.jpg").unlink()
    third = backup(config, kept, keep=1)
    assert third.removed == [first.name, second.name]
    needed = {entry.sha256 for entry in third.entries.values()}
    assert {path.name for path in (kept / "objects").glob("*/*")} == needed
    listed = (kept / f"{third.name}.sha256").read_text().splitlines()
    for line in listed:  # as sha256sum -c does
        digest, path = line.split("  ")
        assert hashlib.sha256((kept / path).read_bytes()).hexdigest() == digest
    assert len(listed) == len(needed)


def test_a_damaged_backup_is_refused_and_the_file_is_named(config: Config, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    made = backup(config, kept)
    entry = next(entry for path, entry in made.entries.items() if path.endswith(".parquet"))
    path = kept / entry.object
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(body)
    with pytest.raises(Problem) as refused:
        restore(kept, tmp_path / "new")
    assert refused.value.reason == "backup_damaged"
    assert entry.path in str(refused.value) and entry.sha256 in str(refused.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "kept"]


def test_a_list_that_was_changed_is_refused(config: Config, tmp_path: Path) -> None:
    made = backup(config, tmp_path / "kept")
    path = tmp_path / "kept" / f"{made.name}.json"
    path.write_text(path.read_text().replace('"gridlink.toml"', '"../gridlink.toml"'))
    with pytest.raises(Problem, match="digest"):
        restore(tmp_path / "kept", tmp_path / "new")


def test_a_home_that_holds_anything_is_not_touched(config: Config, tmp_path: Path) -> None:
    backup(config, tmp_path / "kept")
    with pytest.raises(ConfigError) as refused:
        restore(tmp_path / "kept", config.home)
    assert refused.value.reason == "home_not_empty"
    assert verify(config).findings == []


def test_the_backup_of_a_moment_is_the_newest_one_made_by_then(config: Config, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    first, second = backup(config, kept), backup(config, kept)
    store = BackupStore(kept)
    yesterday = replace(store.read(first.name), made_at=(datetime.now(UTC) - timedelta(days=1)).isoformat())
    store.write(first.name, yesterday)
    local = (datetime.now(UTC) - timedelta(hours=1)).astimezone(config.zone)
    assert restore(kept, tmp_path / "x", dry_run=True).name == second.name
    assert restore(kept, tmp_path / "x", at=f"{local:%Y-%m-%dT%H:%M}", dry_run=True).name == first.name
    assert not (tmp_path / "x").exists()
    with pytest.raises(Problem, match="no backup"):
        restore(kept, tmp_path / "x", at="2001-01-01")
    with pytest.raises(ConfigError, match="no moment"):
        restore(kept, tmp_path / "x", at="yesterday")


def test_operations_are_copied_whole_while_somebody_writes(config: Config, tmp_path: Path) -> None:
    operations, ended = Operations.of(config), threading.Event()

    def write() -> None:
        while not ended.is_set():
            with operations.write() as connection:  # two topics, always together
                operations.tick(connection, "order")
                operations.tick(connection, "note")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        backup(config, tmp_path / "kept")
    finally:
        ended.set()
        writer.join()
    restore(tmp_path / "kept", tmp_path / "new")
    with sqlite3.connect(tmp_path / "new" / "operations.db") as connection:
        clocks = dict(connection.execute("SELECT topic, seq FROM clock"))
    assert clocks["order"] == clocks["note"] > 0


def test_a_damaged_home_is_not_backed_up_as_if_it_were_sound(config: Config, tmp_path: Path) -> None:
    part = next((config.home / "warehouse" / "lake").rglob("*.parquet"))
    body = bytearray(part.read_bytes())
    body[len(body) // 2] ^= 1
    part.chmod(0o600)
    part.write_bytes(body)
    with pytest.raises(Problem) as refused:
        backup(config, tmp_path / "kept")
    assert refused.value.reason == "backup_source" and part.name in str(refused.value)
    assert BackupStore(tmp_path / "kept").names() == []
    assert list((config.home / "warehouse" / "pins").glob("*")) == []


def test_the_worker_backs_up_once_a_day_where_a_folder_is_named(config: Config, tmp_path: Path) -> None:
    jobs, now = Jobs(Operations.of(config)), datetime.now(UTC).replace(tzinfo=None)
    (config.home / "spool" / "a.log").unlink()  # nothing else is due
    assert Schedule(config, jobs, {"backup"}).submit_due(now) == []
    named = replace(config, backup=replace(config.backup, folder=str(tmp_path / "kept"), keep=2))
    schedule = Schedule(named, jobs, {"backup"})
    assert schedule.submit_due(now) == []
    assert schedule.submit_due(now + timedelta(minutes=61)) == ["backup"]
    told = JOBS["backup"](named, {}, lambda text: None)
    assert [told["name"]] == BackupStore(tmp_path / "kept").names()
    with pytest.raises(ConfigError, match=r"backup\.folder"):
        JOBS["backup"](config, {}, lambda text: None)


def test_the_commands_speak_json_and_name_the_next_step(config: Config, tmp_path: Path) -> None:
    runner, kept = CliRunner(), str(tmp_path / "kept")
    made = runner.invoke(make_app("backup"), ["backup", kept, "--home", str(config.home)])
    assert made.exit_code == 0 and "gridlink restore" in made.stderr
    told = runner.invoke(make_app("restore"), ["restore", kept, "--home", str(tmp_path / "new"), "--json"])
    assert told.exit_code == 0 and json.loads(told.stdout)["sound"] is True


def test_the_configuration_is_shown_without_its_secrets() -> None:
    url = "postgresql+psycopg://gridlink:hunter2@db/gridlink"
    shown = masked({"operations": {"url": url}, "oidc": {"client_secret": "hunter2", "client_secret_file": "/etc/key"}})
    assert "hunter2" not in str(shown)
    assert shown["operations"]["url"].endswith("@db/gridlink")
    assert shown["oidc"]["client_secret_file"] == "/etc/key"
    assert masked({"accounts": {"password_length": 10}}) == {"accounts": {"password_length": 10}}
