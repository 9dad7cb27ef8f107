"""One view per screen: its choices, its address, and the small question a screen asks for news."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dash
import pytest
from dash.development.base_component import Component
from flask import session as browser_session

from dashboard import frame, moment, text, view
from dashboard.app import App, browser_words
from tests.conftest import SAMPLES, copy_home
from tests.web import ask, csrf, open_site, sign_in

OWN = "_pages_"


@pytest.fixture(scope="module")
def app(sample_home: Path) -> App:
    return open_site(sample_home)


@pytest.fixture
def inside(app: App) -> Iterator[App]:
    """A request of somebody who may open every page."""
    client = sign_in(app, "everything")
    with client.session_transaction() as kept:
        token = kept["_user_id"]
    with app.server.test_request_context("/?lang=zh-CN&area=QH01&period=7d"):
        browser_session["_user_id"] = token
        app.server.preprocess_request()
        yield app


def ids(layout: Any) -> set[str]:
    """Return every id of a layout, pattern ids as their name in the view."""
    parts = [layout, *layout._traverse()] if isinstance(layout, Component) else []
    found = (getattr(part, "id", None) for part in parts if isinstance(part, Component))
    return {json.dumps(i, sort_keys=True, separators=(",", ":")) if isinstance(i, dict) else i for i in found if i}


def test_every_callback_names_a_component_that_some_page_has(inside: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame, "may_open", lambda _: True)  # nobody is both an auditor and anything else
    there = ids(frame.layout())
    for page in dash.page_registry.values():
        there |= ids(page["layout"]())
    wires = [wire for row in inside._callback_list for wire in [*row["inputs"], *row["state"], *outputs(row)]]
    named = {wire["id"] for wire in wires if "ALL" not in wire["id"] and not wire["id"].startswith(OWN)}
    assert sorted(named - there) == []


def outputs(row: dict[str, Any]) -> list[dict[str, str]]:
    parts = row["output"].strip(".").split("...")
    return [{"id": part.rsplit(".", 1)[0]} for part in parts]


def test_every_panel_depends_on_the_view_alone(inside: App) -> None:
    for row in inside._callback_list:
        if any(wire["id"] == "view" for wire in row["inputs"]):
            assert [wire["id"] for wire in row["inputs"]] == ["view"], row["output"]


def test_no_id_stands_twice_on_a_page(inside: App) -> None:
    for page in dash.page_registry.values():
        layouts = [frame.layout(), page["layout"]()]
        every = [i for layout in layouts for i in listed(layout)]
        assert len(every) == len(set(every)), page["module"]


def listed(layout: Any) -> list[str]:
    parts = [layout, *layout._traverse()]
    found = (getattr(part, "id", None) for part in parts if isinstance(part, Component))
    return [str(i) for i in found if i]


def test_the_address_sets_the_choices(inside: App) -> None:
    asked = {part.id["view"]: part.value for part in view.parts(10) if isinstance(getattr(part, "id", None), dict)}
    assert asked["area"] == "QH01"
    assert asked["day"] is None


def test_a_screens_own_requests_remember_its_address(app: App) -> None:
    with app.server.test_request_context(
        "/_dash-layout", headers={"Referer": "http://x/tracks?lang=en&day=2026-01-05"}
    ):
        assert view.address() == {"lang": "en", "day": "2026-01-05"}
        assert view.address_path() == "/tracks"


def test_two_tabs_may_speak_two_languages(app: App) -> None:
    client = sign_in(app)
    said = {}
    for language in ("zh-CN", "en"):
        headers = {**csrf(client), "Referer": f"http://localhost/?lang={language}"}
        said[language] = client.get("/_dash-layout", headers=headers).get_json()
    assert "退出" in json.dumps(said["zh-CN"], ensure_ascii=False)
    assert "Sign out" in json.dumps(said["en"], ensure_ascii=False)


def test_a_link_takes_the_language_along_only_when_it_is_not_the_citys(inside: App) -> None:
    assert view.link("/tracks", day="2026-01-05", area=None) == "/tracks?day=2026-01-05"
    text.speak("en", inside.server.extensions["gridlink"].door.config.zone)
    assert view.link("/tracks") == "/tracks?lang=en"


def tick(app: App, known: str) -> Any:
    client = sign_in(app)
    body = {
        "output": "news.data",
        "outputs": {"id": "news", "property": "data"},
        "inputs": [{"id": "tick", "property": "n_intervals", "value": 7}],
        "state": [{"id": "news", "property": "data", "value": known}],
        "changedPropIds": ["tick.n_intervals"],
    }
    return client.post("/_dash-update-component", json=body, headers=csrf(client))


def test_a_tick_without_news_is_answered_with_nothing(inside: App) -> None:
    answer = tick(inside, view.news())
    assert (answer.status_code, answer.get_data()) == (204, b"")


def test_a_tick_after_a_load_brings_the_new_version(inside: App) -> None:
    answer = tick(inside, "older")
    assert answer.get_json()["response"]["news"]["data"] == view.news()


def test_moving_workers_do_not_redraw_the_panels(inside: App) -> None:
    before = view.news()
    operations = inside.server.extensions["gridlink"].door.operations
    row = {"worker_id": "w01", "name": "陈一", "role": None, "area_id": "QH0101001", "lon": 119.5, "lat": 32.0}
    extra = {"accuracy_m": None, "speed_mps": None, "battery": None}
    operations.record_positions([{**row, **extra, "fixed_at": moment.bucket()}])
    assert view.news() == before


def test_old_data_is_shown_as_history_up_to_its_end(inside: App) -> None:
    assert moment.is_history({})
    assert moment.today({}).isoformat() == "2026-01-05"
    assert moment.now({}) == moment.last_event()


def test_a_chosen_day_is_shown_to_its_end(inside: App) -> None:
    start, end = moment.period({"day": "2026-01-03", "period": "7d"})
    # local midnights of the city, eight hours ahead of UTC
    assert (start.isoformat(), end.isoformat()) == ("2025-12-27T16:00:00", "2026-01-03T16:00:00")


def test_a_page_closed_to_a_role_says_so_and_shows_nothing(app: App) -> None:
    page = {"module": "dashboard.pages.x", "path": "/x", "layout": lambda **_: "inside", "roles": ("auditor",)}
    for name, allowed in (("operator", False), ("auditor", True)):
        with sign_in(app, name) as client:
            client.get("/")
            assert frame.may_open(page) is allowed


def test_the_words_of_scripts_cannot_break_out_of_the_page(inside: App) -> None:
    assert "<" not in browser_words()
    assert json.loads(browser_words())["ago"] == "{span}前"


def test_one_panels_fault_leaves_the_others_and_its_own_last_frame(app: App) -> None:
    client = sign_in(app)
    answer = ask(client, ["front-body.children"], {"area": "no such area"})
    assert answer.status_code == 200
    side = answer.get_json()["sideUpdate"]["fault"]["data"]
    assert "front-body" not in answer.get_json()["response"]
    assert side["panels"] == ["front-body"]


def test_a_home_without_data_says_what_to_do_and_serves_on(sample_home: Path, tmp_path: Path) -> None:
    try:
        client = sign_in(open_site(copy_home(SAMPLES, tmp_path / "home")))
        assert client.get("/").status_code == 200
        assert client.get("/_dash-layout").status_code == 200
        report = ask(client, ["front-body.children"], {}).get_json()["sideUpdate"]["fault"]["data"]
        assert "gridlink load" in report["words"]
    finally:
        open_site(sample_home)
