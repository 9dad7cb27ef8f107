"""No name leads out of its folder: not in an address, not as an upload, not in what a job or a command is told."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from duckdb import OutOfMemoryException
from flask.testing import FlaskClient

from dashboard.app import App
from dashboard.uploads import LARGEST, path_of, safe
from data.config import load_config, make_config
from data.errors import Problem
from data.query import Door
from data.scope import Scope
from etl.inbox import open_inbox
from etl.jobs.propose import run as propose
from etl.mapping import load_mappings
from etl.propose.save import mapping_path, save_draft
from tests.conftest import SAMPLES
from tests.web import csrf, open_site, sign_in

WORD = b"root:x:0:0"
NAMES = (
    "../secret",
    "../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "%252e%252e%252fetc%252fpasswd",
    "..\\..\\etc\\passwd",
    "..%5c..%5csecret",
    "/etc/passwd",
    "//etc/passwd",
    "C:\\Windows\\win.ini",
    "C:secret",
    "\\\\host\\share",
    "....//....//secret",
    "..;/secret",
    "secret\x00.png",
    "secret%00.svg",
    ".",
    "..",
    "~/secret",
    "file:///etc/passwd",
    "..\u2215secret",
    "．．/secret",
    "CON",
    "a" * 5000,
)


@pytest.fixture(scope="module")
def app(sample_home: Path) -> App:
    return open_site(sample_home)


@pytest.fixture(scope="module")
def client(app: App) -> FlaskClient:
    return sign_in(app, "everything")


def test_no_address_gives_out_a_file(app: App, client: FlaskClient, sample_home: Path) -> None:
    secret = sample_home / "secret"
    if not secret.exists():
        secret.write_text(secrets.token_urlsafe(48))
    kept = {secret.read_bytes(), WORD, (sample_home / "gridlink.toml").read_bytes()[:60]}
    known = {str(rule) for rule in app.server.url_map.iter_rules() if "GET" in (rule.methods or ())}
    rules, turn = sorted(rule for rule in known if "<" in rule), cycle(NAMES)
    assert len(rules) > 20
    for rule in rules:
        for name in islice(turn, len(NAMES) // 5 + 1):  # every rule a fifth of the names: all of them again and again
            for written in (name, quote(name, safe="")):
                path = re.sub(r"<int:[^>]+>", "1", rule)
                path = re.sub(r"<[^>]+>", lambda _, text=written: text, path)
                answer = client.get(path)
                assert answer.status_code < 500, (rule, name)
                body = answer.get_data()
                assert not [word for word in kept if word in body], (rule, name)


@pytest.mark.parametrize("name", NAMES)
def test_an_upload_is_kept_under_a_plain_name(name: str) -> None:
    made = safe(name)
    assert made and made == Path(made).name and not made.startswith(".") and len(made) <= 80
    assert not set(made) & set('/\\:\x00<>"|?*\n')


def test_a_name_that_is_no_upload_has_no_path(app: App, client: FlaskClient) -> None:
    house = app.server.extensions["gridlink"]
    folder = house.door.config.home / "uploads"
    folder.mkdir(exist_ok=True)
    link = folder / "linked.csv"
    link.unlink(missing_ok=True)
    os.symlink("/etc/passwd", link)
    try:
        with app.server.test_request_context("/"):
            assert [name for name in (*NAMES, "linked.csv", None, "") if path_of(name)] == []
    finally:
        link.unlink()


def test_a_body_larger_than_is_taken_is_refused_before_it_is_read(client: FlaskClient) -> None:
    headers = csrf(client)
    for path, size in (("/api/uploads?name=a.csv", LARGEST + 1), ("/api/saved", 2_000_000), ("/field/act", 17 << 20)):
        stated = {"CONTENT_LENGTH": str(size)}
        answer = client.post(path, headers=headers, environ_overrides=stated, data=b"x" * 10)
        assert answer.status_code in (403, 413), (path, answer.status_code)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "CON"])
def test_a_mapping_is_kept_nowhere_but_among_the_mappings(tmp_path: Path, name: str) -> None:
    config = make_config(tmp_path, {})
    for keep in (mapping_path, lambda config, name: save_draft(config, name, "")):
        with pytest.raises(Problem):
            keep(config, name)
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("name", ["/etc/passwd", "../outside.csv", "uploads/../../outside.csv", "uploads/linked.csv"])
def test_a_job_proposes_for_no_file_outside_the_home(tmp_path: Path, name: str) -> None:
    home = tmp_path / "home"
    (home / "uploads").mkdir(parents=True)
    (tmp_path / "outside.csv").write_text("a,b\n1,2\n")
    os.symlink(tmp_path / "outside.csv", home / "uploads" / "linked.csv")
    with pytest.raises(Problem) as caught:
        propose(make_config(home, {}), {"path": str(home / name)}, lambda _: None)
    assert caught.value.reason == "not_a_file"


def test_a_folder_to_load_gives_no_file_by_a_link_out_of_it(tmp_path: Path) -> None:
    (tmp_path / "incidents.csv").symlink_to("/etc/passwd")
    inbox = open_inbox([tmp_path], load_mappings(SAMPLES / "mappings"))
    assert inbox.files == [] and inbox.passed_over == [tmp_path / "incidents.csv"]


def test_a_query_without_end_is_stopped_and_one_too_long_is_refused(sample_home: Path) -> None:
    config = load_config(sample_home)
    limits = replace(config.warehouse, query_s=0.3, row_cap=3)
    door = Door(replace(config, warehouse=limits))
    endless = "SELECT sum(a.range * b.range) AS n FROM range(10000000) a, range(10000000) b"
    for sql, reason in ((endless, "too_slow"), ("SELECT * FROM range(10)", "too_many_rows")):
        with pytest.raises(Problem) as caught:
            door.warehouse.fetch(sql, {})
        assert caught.value.reason == reason
    assert door.warehouse.fetch("SELECT 1 AS n", {}).to_pylist() == [{"n": 1}]


def test_a_query_without_measure_takes_no_more_memory_than_it_may(sample_home: Path, tmp_path: Path) -> None:
    config = load_config(sample_home)
    door = Door(replace(config, warehouse=replace(config.warehouse, memory="64MB", query_s=60.0)))
    with pytest.raises((Problem, OutOfMemoryException)):
        door.warehouse.fetch("SELECT list(repeat('x', 1000) || range) AS n FROM range(5000000)", {})


def test_scopes_are_names_not_paths(sample_home: Path) -> None:
    door: Any = Door(load_config(sample_home))
    for name in NAMES:
        with pytest.raises((Problem, KeyError, TypeError)):
            door.query(name, Scope("x", frozenset({"leader"}), "QH"))
