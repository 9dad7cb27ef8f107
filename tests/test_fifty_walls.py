"""Fifty walls that start at once ask the warehouse each question once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Lock
from typing import Any

import pytest
from flask.testing import FlaskClient

from data.warehouse import Warehouse
from tests.screens import PANELS, body, find
from tests.web import open_site, sign_in

WALLS = 50


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[Any]:
    """Every question that reaches the warehouse, and how often."""
    counted: Counter[Any] = Counter()
    lock, fetch = Lock(), Warehouse.fetch

    def counting(self: Warehouse, sql: str, params: dict[str, Any]) -> Any:
        with lock:
            counted[(sql, repr(sorted(params.items(), key=str)))] += 1
        return fetch(self, sql, params)

    monkeypatch.setattr(Warehouse, "fetch", counting)
    return counted


def test_fifty_walls_that_start_at_once_ask_the_warehouse_each_question_once(
    sample_home: Path, asked: Counter[Any]
) -> None:
    app = open_site(sample_home)
    client = sign_in(app, "wall")
    listed = client.get("/_dash-dependencies").get_json()
    view = {"theme": "dark", "u": 1, "version": app.server.extensions["gridlink"].door.version(), "retry": 0}
    bodies = [body(find(listed, name), view) for name in PANELS]
    walls = [sign_in(app, "wall") for _ in range(WALLS)]
    tokens = [_token(one) for one in walls]
    gate = Barrier(WALLS)
    asked.clear()

    def start(number: int) -> list[int]:
        gate.wait(60)
        sent: dict[str, Any] = {"content_type": "application/json", "headers": {"X-CSRFToken": tokens[number]}}
        return [walls[number].post("/_dash-update-component", data=one, **sent).status_code for one in bodies]

    with ThreadPoolExecutor(WALLS) as pool:
        codes = Counter(code for told in pool.map(start, range(WALLS)) for code in told)
    assert codes == {200: WALLS * len(PANELS)}
    assert asked and [sql for (sql, _), n in asked.items() if n > 1] == []


def _token(client: FlaskClient) -> str:
    """Return what a page gives its scripts to send along; a page without panels, so that nothing is asked yet."""
    client.get("/nothing-is-here")
    cookie = client.get_cookie("_csrf_token")
    assert cookie is not None
    return cookie.value
