"""A line of the log says what was done, by whom and how long it took, and never what must stay secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from data.accounts import Accounts
from data.config import load_config
from data.errors import ConfigError, Problem
from data.logs import request_id, scrub, start_logs, tell
from data.scope import Scope
from data.vital_settings import Logs
from data.watched import WatchedDoor

SECRETS = (
    "Authorization: Bearer abc.DEF-123",
    "GET /t/tok3nOfAPhone/positions",
    "postgresql://gridlink:hunter2@db/gridlink",
    "password=hunter2 and csrf_token: 'abcdef'",
    "at 119.168712, 32.123456",
    "SELECT 1\n[SQL: SELECT 1]\n[parameters: {'name': '张三', 'phone': '13800138000'}]\n(Background on this error",
    "call 13912345678 of 110101199003074514",
)
HIDDEN = ("abc.DEF", "tok3n", "hunter2", "abcdef", "119.168", "32.1234", "张三", "1380013", "1391234", "11010119")


class Terminal(io.StringIO):
    """A stream that somebody watches."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Leave the logging of other tests alone."""
    ours, root = logging.getLogger("gridlink"), logging.getLogger()
    before = (ours.handlers[:], ours.level, ours.propagate, root.handlers[:], root.level)
    asked = request_id.set("")  # a test client's last request may still stand there
    yield
    request_id.reset(asked)
    ours.handlers, ours.propagate, root.handlers = before[0], before[2], before[3]
    ours.setLevel(before[1])
    root.setLevel(before[4])


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def stream() -> io.StringIO:
    stream = io.StringIO()
    start_logs(Logs("info", 1000.0), "serve", stream)
    return stream


@pytest.mark.parametrize("text", SECRETS)
def test_nothing_secret_passes(text: str, stream: io.StringIO) -> None:
    logging.getLogger("gridlink.test").warning("%s", text)
    try:
        raise ValueError(text)
    except ValueError:
        logging.getLogger("gridlink.test").exception("failed")
    assert not [word for word in HIDDEN if word in stream.getvalue() or word in scrub(text)]


def test_plain_words_and_figures_stay() -> None:
    text = "query=areas rows=312 ms=110.4 route=/api/chunk/<day> version 20261123T065457588-a3498e"
    assert scrub(text) == text


def test_a_fault_is_one_line_with_its_trace(stream: io.StringIO) -> None:
    try:
        raise ValueError("a\nb")
    except ValueError:
        logging.getLogger("gridlink.test").exception("failed")
    (line,) = lines(stream)
    assert (line["level"], line["event"], line["fault"]) == ("error", "failed", "ValueError")
    assert "test_logs.py" in line["trace"] and line["process"] == "serve"


def test_somebody_at_a_terminal_reads_words() -> None:
    stream = Terminal()
    start_logs(Logs("info", 1000.0), "serve", stream)
    tell(logging.getLogger("gridlink.query"), logging.INFO, "query", query="areas", rows=3)
    assert stream.getvalue().rstrip().endswith("query      query=areas rows=3")


def test_the_level_of_the_configuration_holds() -> None:
    stream = io.StringIO()
    start_logs(Logs("warning", 1000.0), "serve", stream)
    tell(logging.getLogger("gridlink.query"), logging.INFO, "query")
    assert stream.getvalue() == ""
    with pytest.raises(ConfigError, match="none of debug"):
        start_logs(Logs("loud", 1000.0), "serve", stream)


def test_a_query_tells_its_name_rows_and_time_and_the_cache_nothing(
    sample_home: Path, stream: io.StringIO, whole_city: Scope
) -> None:
    door = WatchedDoor(load_config(sample_home))
    rows = door.query("units", whole_city)
    door.query("units", whole_city)
    (line,) = lines(stream)
    assert (line["event"], line["query"], line["rows"]) == ("query", "units", rows.num_rows)
    assert line["account"] == whole_city.account and line["ms"] >= 0 and "slow" not in line
    assert (door.cache.asked, door.cache.made) == (2, 1)


def test_a_slow_query_is_marked_and_a_refused_one_named(
    sample_home: Path, stream: io.StringIO, whole_city: Scope
) -> None:
    config = load_config(sample_home)
    door = WatchedDoor(replace(config, logs=Logs("info", 0.0), warehouse=replace(config.warehouse, row_cap=1)))
    with pytest.raises(Problem):
        door.query("kinds", whole_city)
    (line,) = lines(stream)
    assert (line["level"], line["query"], line["failed"]) == ("warning", "kinds", "too_many_rows")
    slow = WatchedDoor(replace(config, logs=Logs("info", 0.0)))
    slow.query("kinds", whole_city)
    assert lines(stream)[-1]["slow"] is True


def test_a_request_has_a_line_and_an_id_and_no_address(sample_home: Path, tmp_path: Path) -> None:
    from dashboard.app import create_app
    from data.operations import Operations

    door = WatchedDoor(load_config(sample_home))
    server = create_app(
        door, Accounts(Operations(f"sqlite:///{tmp_path / 'o.db'}")), "k" * 16 + "abcdefghijklmnop"
    ).server
    stream = io.StringIO()
    start_logs(Logs("debug", 1000.0), "serve", stream)
    client = server.test_client()
    answers = [
        client.get("/login?next=/story?workers=W1"),
        client.get("/api/alarms?since=3", headers={"X-Request-Id": "proxy-12345678"}),
        client.get("/nowhere/W1", headers={"X-Request-Id": 'x"\\ny'}),
    ]
    told = [line for line in lines(stream) if line["event"] == "request"]
    assert [line["request_id"] for line in told] == [answer.headers["X-Request-Id"] for answer in answers]
    assert told[1]["request_id"] == "proxy-12345678" and len(told[2]["request_id"]) == 16
    assert [(line["route"], line["status"]) for line in told] == [
        ("/login", 200),
        ("/api/alarms", 401),
        ("/<path:path>", 302),
    ]
    assert "W1" not in stream.getvalue() and {line["account"] for line in told} == {""}
