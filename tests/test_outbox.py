"""Orders leave the outbox: as a file, to a web address, through an SMS gateway; what fails is tried again."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from data.config import Config, make_config
from data.errors import ConfigError
from data.loop.orders import post
from data.loop.outbox import NotSent, Outbox
from data.loop.store import message
from data.operations import Operations
from etl.adapters import adapter

FACTS = {"incident_id": "SJ-1", "kind": "FAC", "area_id": "g1", "due_at": datetime(2026, 1, 5, 7, 40)}


class Gateway:
    """Another system on loopback: answers with the status it is told, and remembers what it heard."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, bytes]] = []
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                outer.heard.append((self.command, self.path, self.rfile.read(length)))
                self.send_response(outer.status)
                if 300 <= outer.status < 400:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    yield made
    made.close()


def box(home: Path, name: str, target: str) -> tuple[Outbox, Config]:
    config = make_config(home, {"outbox": {"adapter": name, "target": target}})
    return Outbox(Operations.of(config), config), config


def put(outbox: Outbox, order: str = "dispatch", **facts: Any) -> datetime:
    """Put one message into the outbox and return when it was."""
    with outbox.operations.write() as connection:
        post(connection, outbox.operations, order, ("unit", "Z 1"), FACTS | facts)
    return held(outbox)[-1]["created_at"]


def held(outbox: Outbox) -> list[dict[str, Any]]:
    with outbox.operations.engine.connect() as connection:
        return [row._asdict() for row in connection.execute(select(message).order_by(message.c.id))]


def test_an_order_becomes_one_whole_file(tmp_path: Path) -> None:
    outbox, config = box(tmp_path, "file", "outbox")
    at = put(outbox)
    assert outbox.send_due(adapter(config), at) == {"delivered": 1}
    [path] = (tmp_path / "outbox").iterdir()
    told = json.loads(path.read_text(encoding="utf-8"))
    assert (told["order"], told["to_kind"], told["to_id"], told["incident_id"]) == ("dispatch", "unit", "Z 1", "SJ-1")
    assert told["body"]["kind"] == "FAC"
    assert held(outbox)[0]["state"] == "delivered"
    assert outbox.send_due(adapter(config), at + timedelta(hours=1)) == {}


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file in its place")
    outbox, config = box(tmp_path, "file", "outbox")
    at = put(outbox)
    assert outbox.send_due(adapter(config), at) == {"waiting": 1}
    (tmp_path / "outbox").unlink()
    assert outbox.send_due(adapter(config), at + timedelta(seconds=15)) == {"delivered": 1}


def test_a_webhook_hears_the_order_as_json(tmp_path: Path, gateway: Gateway) -> None:
    outbox, config = box(tmp_path, "webhook", f"{gateway.address}/orders?key=1")
    assert outbox.send_due(adapter(config), put(outbox)) == {"delivered": 1}
    [(method, path, body)] = gateway.heard
    assert (method, path) == ("POST", "/orders?key=1")
    assert json.loads(body)["body"]["incident_id"] == "SJ-1"


def test_a_system_that_is_down_is_asked_again_ever_more_seldom_with_the_same_id(
    tmp_path: Path, gateway: Gateway
) -> None:
    outbox, config = box(tmp_path, "webhook", gateway.address)
    gateway.status = 503
    at, send = put(outbox), adapter(config)
    # 15 s after the first try, 30 s after the second
    for second, expected in ((0, 1), (14, 1), (15, 2), (44, 2), (45, 3)):
        outbox.send_due(send, at + timedelta(seconds=second))
        assert len(gateway.heard) == expected, second
    gateway.status = 204
    assert outbox.send_due(send, at + timedelta(seconds=105)) == {"delivered": 1}
    assert len({json.loads(body)["id"] for _, _, body in gateway.heard}) == 1
    assert held(outbox)[0]["attempts"] == 4


def test_nobody_listening_is_no_reason_to_lose_an_order(tmp_path: Path, gateway: Gateway) -> None:
    address = gateway.address
    gateway.server.server_close()
    outbox, config = box(tmp_path, "webhook", address)
    assert outbox.send_due(adapter(config), put(outbox)) == {"waiting": 1}
    assert held(outbox)[0]["error"]


@pytest.mark.parametrize("status", [302, 400, 404])
def test_a_redirect_or_a_refusal_for_good_is_a_failure_at_once(tmp_path: Path, gateway: Gateway, status: int) -> None:
    outbox, config = box(tmp_path, "webhook", gateway.address)
    gateway.status = status
    at = put(outbox)
    assert outbox.send_due(adapter(config), at) == {"failed": 1}
    assert len(gateway.heard) == 1
    assert outbox.send_due(adapter(config), at + timedelta(hours=2)) == {}


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/x", "file:///etc/passwd", "outbox", "http://[", "//host/x"])
def test_other_addresses_than_of_the_web_are_never_asked(tmp_path: Path, target: str) -> None:
    outbox, config = box(tmp_path, "webhook", target)
    assert outbox.send_due(adapter(config), put(outbox)) == {"waiting": 1}
    assert "http" in held(outbox)[0]["error"]


def test_after_a_day_an_order_has_failed(tmp_path: Path, gateway: Gateway) -> None:
    outbox, config = box(tmp_path, "webhook", gateway.address)
    gateway.status = 500
    at = put(outbox)
    assert outbox.send_due(adapter(config), at + timedelta(hours=23)) == {"waiting": 1}
    assert outbox.send_due(adapter(config), at + timedelta(hours=24)) == {"failed": 1}


def test_an_sms_says_what_is_needed_and_nothing_of_a_person(tmp_path: Path, gateway: Gateway) -> None:
    outbox, config = box(tmp_path, "sms", gateway.address + "/send?to={to_kind}:{to_id}&text={text}")
    put(outbox, title="王某 13912345678", worker_id="w1")
    assert outbox.send_due(adapter(config), held(outbox)[0]["created_at"]) == {"delivered": 1}
    asked = parse_qs(urlsplit(gateway.heard[0][1]).query)
    assert asked["to"] == ["unit:Z 1"]
    text = asked["text"][0]
    # 07:40 UTC is 15:40 in the city
    assert all(word in text for word in ("SJ-1", "FAC", "g1", "01-05 15:40"))
    assert "1391" not in text and "王" not in text


def test_an_address_for_sms_without_a_place_for_the_text_is_told(tmp_path: Path, gateway: Gateway) -> None:
    outbox, config = box(tmp_path, "sms", gateway.address + "/send?to={to_id}")
    assert outbox.send_due(adapter(config), put(outbox)) == {"waiting": 1}
    assert gateway.heard == []


def test_an_unknown_adapter_is_refused_with_those_there_are(tmp_path: Path) -> None:
    config = make_config(tmp_path, {"outbox": {"adapter": "pigeon"}})
    with pytest.raises(ConfigError, match="file . sms . webhook"):
        adapter(config)


def test_what_is_not_delivered_after_two_minutes_is_shown(tmp_path: Path) -> None:
    outbox, config = box(tmp_path, "file", "outbox")
    at = put(outbox)
    assert outbox.undelivered(at + timedelta(seconds=119)) == []
    assert [row["to_id"] for row in outbox.undelivered(at + timedelta(seconds=120))] == ["Z 1"]
    outbox.send_due(adapter(config), at)
    assert outbox.undelivered(at + timedelta(hours=1)) == []


def test_a_new_order_does_not_wait_behind_many_that_fail(tmp_path: Path) -> None:
    outbox, config = box(tmp_path, "file", "outbox")
    for _ in range(60):
        at = put(outbox)
    sent: list[int] = []

    def fails(row: Any, _: Config) -> None:
        sent.append(row["id"])
        raise NotSent("not_sent", detail="down")

    for n in range(4):
        outbox.send_due(fails, at + timedelta(seconds=n))
    assert sorted(sent) == list(range(1, 61))
    at = put(outbox, "whistle")
    outbox.send_due(fails, at + timedelta(minutes=5))
    assert 61 in sent


def test_whoever_is_killed_while_sending_sends_again(tmp_path: Path) -> None:
    outbox, config = box(tmp_path, "file", "outbox")
    at = put(outbox)

    def dies(row: Any, _: Config) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outbox.send_due(dies, at)
    assert held(outbox)[0]["state"] == "waiting"
    assert outbox.send_due(adapter(config), at) == {}
    assert outbox.send_due(adapter(config), at + timedelta(seconds=15)) == {"delivered": 1}
