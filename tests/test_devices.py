"""Only known devices get in, each only for its worker, and a token is shown once and kept nowhere."""

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from data.config import load_config
from data.devices import ANYBODY, Devices
from etl.load import load
from etl.receive import guard
from gridlink import make_app
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home
from tests.sending import add_device, get, operations, post, receiving, send

FIX = {"lon": 119.5008, "lat": 32.0088, "timestamp": "2026-01-05T00:30:00Z"}
ROW = {"lon": 119.5008, "lat": 32.0088, "fixed_at": "2026-01-05T08:30:00+08:00"}


def gridlink(*words: str) -> Result:
    return CliRunner().invoke(make_app(), words)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = copy_home(SAMPLES, tmp_path / "home")
    load([SAMPLES / name for name in ("areas.geojson", "workers.csv", "roster.csv")], load_config(home), now=SAMPLE_NOW)
    return home


def test_a_token_is_printed_once_and_stored_nowhere(home: Path) -> None:
    ended = gridlink("device", "add", "phone-1", "--worker", "w01", "--home", str(home))
    token = ended.stdout.strip()
    assert len(token) >= 43 and token not in ended.stderr
    for path in home.glob("operations.db*"):
        assert token.encode() not in path.read_bytes()
    (row,) = json.loads(gridlink("device", "list", "--home", str(home), "--json").stdout)
    assert row == {"device_id": "phone-1", "worker_id": "w01", "seen_at": None, "state": "enabled"}
    with receiving(home) as receiver:
        assert get(receiver, token, id="phone-1", **FIX)[0] == 200
    assert Devices(operations(home)).list()[0].seen_at is not None


def test_an_unknown_or_missing_token_is_answered_401(home: Path) -> None:
    add_device(home, "w01")
    with receiving(home) as receiver:
        for token in ("", "x", "网格"):
            path = f"/t/{token}/?id=w01&lat=32&lon=119.5" if token else "/?id=w01&lat=32&lon=119.5"
            assert send(receiver, "", "GET", path)[0] == 401
        assert receiver.stats()["refused"] == {"bad_token": 3}


def test_a_disabled_device_is_shut_out_while_the_receiver_runs(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "FRESH_S", 0.0)
    token = add_device(home, "w01")
    with receiving(home) as receiver:
        assert get(receiver, token, id="w01", **FIX)[0] == 200
        assert gridlink("device", "disable", "w01", "--home", str(home)).exit_code == 0
        assert get(receiver, token, id="w01", **FIX)[0] == 403
    assert "w01" in str(gridlink("device", "disable", "w09", "--home", str(home)).exception)


def test_a_new_token_ends_the_old_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "FRESH_S", 0.0)
    old, new = add_device(home, "w01"), add_device(home, "w01")
    with receiving(home) as receiver:
        assert [get(receiver, token, id="w01", **FIX)[0] for token in (old, new)] == [401, 200]


def test_a_token_is_taken_from_the_path_from_bearer_and_from_basic(home: Path) -> None:
    import base64
    import io

    token = add_device(home, "w01")
    query = "id=w01&lat=32.0088&lon=119.5008&timestamp=2026-01-05T00:30:00Z"
    basic = base64.b64encode(f"w01:{token}".encode()).decode()
    with receiving(home) as receiver:
        assert send(receiver, "", "GET", f"/t/{token}?{query}")[0] == 200
        assert send(receiver, "", "GET", f"/t/{token}/?{query}")[0] == 200
        assert send(receiver, token, "GET", f"/?{query}")[0] == 200
        for header, status in ((f"Basic {basic}", 200), ("Basic !", 401), ("Digest x", 401)):
            environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "QUERY_STRING": query}
            environ |= {"HTTP_AUTHORIZATION": header, "wsgi.input": io.BytesIO()}
            assert receiver.respond(environ)[0] == status


def test_a_device_speaks_for_its_own_worker_only(home: Path) -> None:
    token, other = add_device(home, "p1", "w01"), add_device(home, "p2", "w02")
    with receiving(home) as receiver:
        assert get(receiver, token, id="p2", **FIX)[0] == 403
        assert post(receiver, other, [ROW | {"worker_id": "w01"}], "/fixes")[0] == 403
        assert post(receiver, other, [ROW | {"worker_id": "w02"}], "/fixes")[0] == 200
        assert post(receiver, other, [ROW], "/fixes")[0] == 200


def test_a_gateway_sends_for_many_and_must_name_them(home: Path) -> None:
    token = add_device(home, "platform", ANYBODY)
    with receiving(home) as receiver:
        rows = [ROW | {"worker_id": worker} for worker in ("w01", "w02")]
        assert post(receiver, token, rows, "/fixes") == (200, {"accepted": 2, "off_duty": 0, "refused": {}})
        assert post(receiver, token, [ROW], "/fixes")[0] == 400
        assert get(receiver, token, id="w03", **FIX)[0] == 200


def test_a_device_that_sends_too_often_is_told_to_wait_and_others_are_not(home: Path) -> None:
    busy, calm = add_device(home, "w01"), add_device(home, "w02")
    with receiving(home, rate_per_s=0.001, burst=3) as receiver:
        assert [get(receiver, busy, id="w01", **FIX)[0] for _ in range(5)] == [200, 200, 200, 429, 429]
        assert get(receiver, calm, id="w02", **FIX)[0] == 200


def test_no_row_of_the_store_can_be_used_as_a_token(home: Path) -> None:
    add_device(home, "w01")
    with sqlite3.connect(home / "operations.db") as store:
        (digest,) = store.execute("SELECT token_sha256 FROM device").fetchone()
    with receiving(home) as receiver:
        assert get(receiver, digest, id="w01", **FIX)[0] == 401
