"""Nothing the product prints, answers or keeps in a log holds the secret, a password or what is made of one."""

from __future__ import annotations

import io
import logging
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from typer.testing import CliRunner

from dashboard.app import App
from dashboard.commands.serve import secret
from data.devices import Devices
from data.jobs import Jobs
from data.operations import Operations
from gridlink import make_app
from tests.web import PASSWORD, SECRET, csrf, form_token, open_site, sign_in

WRONG = "a wrong password nobody else has"


@pytest.fixture(scope="module")
def app(sample_home: Path) -> App:
    return open_site(sample_home)


@pytest.fixture(scope="module")
def client(app: App) -> FlaskClient:
    return sign_in(app, "everything")


@pytest.fixture(scope="module")
def words(app: App, client: FlaskClient, sample_home: Path) -> set[str]:
    """What must stand nowhere: the secret, passwords, their hashes, session tokens and a device's token."""
    token = Devices(Operations(f"sqlite:///{sample_home / 'operations.db'}")).add("secret-phone", "w01")
    with client.session_transaction() as kept:
        session = str(kept["_user_id"])
    with sqlite3.connect(sample_home / "operations.db") as file:
        hashes = [row[0] for row in file.execute("SELECT password_hash FROM account")]
    return {SECRET, secret(sample_home), PASSWORD, WRONG, session, str(token), *hashes}


def test_no_command_prints_a_secret(sample_home: Path, words: set[str]) -> None:
    runner = CliRunner()
    asked = (["status"], ["status", "--json"], ["verify"], ["config", "show"], ["user", "list"], ["device", "list"])
    for arguments in asked:
        done = runner.invoke(make_app(), [*arguments, "--home", str(sample_home)])
        said = done.output + str(done.exception or "")
        assert not [word for word in words if word in said], arguments


def test_no_answer_and_no_line_of_the_log_holds_a_secret(app: App, client: FlaskClient, words: set[str]) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        said = "".join(_answers(app, client))
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert not [word for word in words if word in said or word in written.getvalue()]


def _answers(app: App, client: FlaskClient) -> Any:
    stranger = app.server.test_client()
    data = {"name": "leader", "password": WRONG, "csrf_token": form_token(stranger)}
    place = {"REMOTE_ADDR": "10.77.0.1"}
    yield stranger.post("/login", data=data, environ_overrides=place).get_data(as_text=True)
    yield stranger.post("/login", data={**data, "password": PASSWORD, "name": "nobody"}).get_data(as_text=True)
    for path in ("/", "/login", "/_dash-layout", "/_dash-dependencies", "/api/saved", "/bring", "/quality"):
        yield client.get(path).get_data(as_text=True)
    broken = {"output": "no.such", "outputs": {}, "inputs": [], "changedPropIds": []}
    app.server.config["PROPAGATE_EXCEPTIONS"] = False
    yield client.post("/_dash-update-component", json=broken, headers=csrf(client)).get_data(as_text=True)


def test_no_job_and_no_line_of_the_audit_keeps_a_secret(app: App, sample_home: Path, words: set[str]) -> None:
    house = app.server.extensions["gridlink"]
    kept = [str(job) for job in Jobs(house.door.operations).recent(None, 100)]
    kept += [path.read_text(encoding="utf-8", errors="replace") for path in sample_home.rglob("*.jsonl")]
    kept += [path.read_text(encoding="utf-8", errors="replace") for path in sample_home.glob("*.toml")]
    assert not [word for word in words for text in kept if word in text]


def test_files_of_secrets_are_their_owners_only(sample_home: Path) -> None:
    secret(sample_home)
    assert (sample_home / "secret").stat().st_mode & 0o077 == 0
