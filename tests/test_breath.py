"""Walls that ask the same in one breath share one answer; nobody else does, and no change waits for its end."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from dashboard import breath
from data.query import Door
from tests.web import App, ask, open_site, sign_in

FRONT = ["front-body.children"]


@pytest.fixture
def app(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setattr(breath, "BREATH_S", 1e9)
    breath._said._answers.clear()
    return open_site(sample_home)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every metric a panel asked the door for; what a page begins ahead, beside the test, is not counted."""
    names: list[str] = []
    metric, here = Door.metric, threading.get_ident()

    def counting(self: Door, name: str, *args: Any, **parts: Any) -> Any:
        if threading.get_ident() == here:
            names.append(name)
        return metric(self, name, *args, **parts)

    monkeypatch.setattr(Door, "metric", counting)
    return names


def test_a_second_wall_gets_the_first_ones_answer(app: App, asked: list[str]) -> None:
    first = ask(sign_in(app, "wall"), FRONT, {"theme": "dark"})
    made = len(asked)
    second = ask(sign_in(app, "wall"), FRONT, {"theme": "dark"})
    assert made > 0 and len(asked) == made
    assert second.status_code == 200 and second.get_json() == first.get_json()
    assert second.headers["Cache-Control"] == "private, no-store"


def test_another_question_another_language_and_another_account_are_answered_for_themselves(
    app: App, asked: list[str]
) -> None:
    chinese = ask(sign_in(app, "wall"), FRONT, {"theme": "dark"})
    counts = [len(asked)]
    ask(sign_in(app, "wall"), FRONT, {"theme": "dark", "period": "7d"})
    counts.append(len(asked))
    english = ask(sign_in(app, "wall"), FRONT, {"theme": "dark"}, Referer="http://localhost/?lang=en")
    counts.append(len(asked))
    for _ in range(2):
        ask(sign_in(app, "operator"), FRONT, {"theme": "dark"})
        counts.append(len(asked))
    assert all(later > earlier for earlier, later in zip(counts, counts[1:], strict=False))
    assert english.get_data() != chinese.get_data()


def test_what_moves_in_a_store_is_seen_at_once(app: App, asked: list[str]) -> None:
    wall = sign_in(app, "wall")
    ask(wall, FRONT, {"theme": "dark"})
    before = len(asked)
    operations = app.server.extensions["gridlink"].door.operations
    with operations.write() as connection:
        operations.tick(connection, "incident")
    ask(wall, FRONT, {"theme": "dark"})
    assert len(asked) > before
