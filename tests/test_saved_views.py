"""A saved view is an address under a name: the account's own, and who opens it sees what their account may see."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.app import App
from data.errors import NotAllowed, Problem
from data.operations import Operations
from data.saved_views import LONGEST, MOST, SavedViews
from data.scope import Scope
from tests.web import csrf, open_site, sign_in

WANG, LI = (Scope(name, frozenset({"leader"}), "QH") for name in ("wang", "li"))
VIEW = {"area": "QH01", "period": "90d", "state": "all"}


@pytest.fixture
def views() -> SavedViews:
    return SavedViews(Operations("sqlite://"))


def test_a_view_comes_back_as_it_was_saved(views: SavedViews) -> None:
    made = views.save(WANG, "  我的 街道 ", "/incidents", {**VIEW, "kind": "", "t": None})
    assert (made.name, made.path, made.view) == ("我的 街道", "/incidents", VIEW)
    assert views.list(WANG) == [made]


def test_views_are_the_accounts_own(views: SavedViews) -> None:
    made = views.save(WANG, "mine", "/", VIEW)
    assert views.list(LI) == [] and not views.remove(LI, made.view_id)
    assert views.remove(WANG, made.view_id) and views.list(WANG) == []


def test_the_same_name_again_replaces_and_the_newest_stands_first(views: SavedViews) -> None:
    for name, day in (("a", "2026-01-01"), ("b", "2026-01-02"), ("a", "2026-01-03")):
        views.save(WANG, name, "/", {"day": day})
    assert [(one.name, one.view["day"]) for one in views.list(WANG)] == [("a", "2026-01-03"), ("b", "2026-01-02")]


def test_there_is_an_end_to_how_many(views: SavedViews) -> None:
    for number in range(MOST):
        views.save(WANG, f"view {number}", "/", VIEW)
    with pytest.raises(Problem, match="delete one first"):
        views.save(WANG, "one more", "/", VIEW)
    assert views.save(WANG, "view 3", "/board", VIEW).path == "/board", "one of a known name takes no more room"
    assert views.save(LI, "first", "/", VIEW)


@pytest.mark.parametrize("path", ["https://elsewhere/", "//elsewhere/", "javascript:alert(1)", ""])
def test_only_pages_of_this_site_are_saved(views: SavedViews, path: str) -> None:
    with pytest.raises(Problem) as refused:
        views.save(WANG, "x", path, VIEW)
    assert refused.value.reason == "bad_view"


def test_a_view_needs_a_name_and_an_end(views: SavedViews) -> None:
    with pytest.raises(Problem) as unnamed:
        views.save(WANG, "   ", "/", VIEW)
    with pytest.raises(Problem) as large:
        views.save(WANG, "x", "/", {"area": "x" * 5000})
    assert (unnamed.value.reason, large.value.reason) == ("unnamed_view", "bad_view")
    assert len(views.save(WANG, "长" * 100, "/", VIEW).name) == LONGEST


def test_a_wall_saves_nothing(views: SavedViews) -> None:
    with pytest.raises(NotAllowed):
        views.save(Scope("wall", frozenset({"kiosk"}), "QH"), "x", "/", VIEW)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=10), st.text(min_size=1, max_size=20), max_size=6))
def test_any_choices_survive(view: dict[str, str]) -> None:
    # half a surrogate pair is no text a browser sends
    kept = {a: b for a, b in view.items() if a.isprintable() and b.isprintable()}
    assert SavedViews(Operations("sqlite://")).save(WANG, "x", "/", kept).view == kept


@pytest.fixture(scope="module")
def app(sample_home: Path) -> App:
    return open_site(sample_home)


@pytest.fixture
def leader(app: App) -> FlaskClient:
    return sign_in(app, "leader")


def save(client: FlaskClient, **asked: Any) -> Any:
    return client.post(
        "/api/saved", json={"name": "周报", "path": "/incidents", "view": VIEW, **asked}, headers=csrf(client)
    )


def test_a_view_is_saved_listed_opened_and_forgotten(app: App, leader: FlaskClient) -> None:
    made = save(leader).get_json(force=True)
    assert made["name"] == "周报" and made["href"] == "/incidents?area=QH01&period=90d&state=all"
    assert json.loads(leader.get("/api/saved").get_data()) == [made]
    assert leader.get(made["href"]).status_code == 200
    assert json.loads(sign_in(app, "analyst").get("/api/saved").get_data()) == []
    other = sign_in(app, "analyst")
    assert other.delete(f"/api/saved/{made['id']}", headers=csrf(other)).status_code == 404
    assert leader.delete(f"/api/saved/{made['id']}", headers=csrf(leader)).status_code == 204
    assert json.loads(leader.get("/api/saved").get_data()) == []


def test_a_form_of_another_site_saves_nothing(leader: FlaskClient) -> None:
    body = {"name": "x", "path": "/", "view": VIEW}
    assert leader.post("/api/saved", json=body).status_code == 400
    assert json.loads(leader.get("/api/saved").get_data()) == []


def test_what_is_wrong_is_said_in_the_readers_language(leader: FlaskClient) -> None:
    answer = leader.post("/api/saved?lang=en", json={"name": "", "path": "/", "view": {}}, headers=csrf(leader))
    assert answer.status_code == 400
    assert save(leader, path="https://elsewhere/").status_code == 400
    assert save(leader, view="not a view").status_code == 400


def test_the_header_offers_them_to_people_and_not_to_walls(app: App) -> None:
    def layout(name: str) -> str:
        return sign_in(app, name).get("/_dash-layout").get_data(as_text=True)

    assert "saved-keep" in layout("leader") and "saved-keep" not in layout("wall")
