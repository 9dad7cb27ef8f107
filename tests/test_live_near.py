"""Who is or was near a point of the live map: now ranked, then with a reason, and how far back an operator may ask."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.app import App
from tests.copies import unworked
from tests.web import csrf, open_site, sign_in, words

MORNING = datetime(2026, 1, 5, 2)  # 10:00 in the sample city, on duty
STOOD = "119.502,32.0088"
PANEL = ("live-near-body", "live-near-note")
THEN = {"point": STOOD, "near_at": "then", "near_day": "2026-01-05", "near_hour": "8"}


@pytest.fixture
def site(sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    """The sample city at 10:00 of its day, with one worker seen a minute ago."""
    app = open_site(unworked(sample_home, tmp_path / "home"))
    door = app.server.extensions["gridlink"].door
    monkeypatch.setattr(door.present, "moment", lambda _=None: MORNING)
    monkeypatch.setattr("dashboard.near.now", lambda: MORNING)
    here = {"worker_id": "w01", "name": "陈一", "role": None, "area_id": "QH0101001", "lon": 119.502, "lat": 32.0088}
    here |= {"fixed_at": MORNING - timedelta(minutes=1), "accuracy_m": 5.0, "speed_mps": 0.0, "battery": 0.6}
    door.operations.record_positions([here])
    return app


def because(client: FlaskClient) -> FlaskClient:
    with client.session_transaction() as kept:
        kept["reason"] = "事件 E026"
    return client


def near(client: FlaskClient, view: dict[str, Any]) -> str:
    """What the panel of people near a point says."""
    body = {
        "output": "..live-near-body.children...live-near-note.children..",
        "outputs": [{"id": name, "property": "children"} for name in PANEL],
        "inputs": [{"id": "cases", "property": "data", "value": view}],
        "changedPropIds": ["cases.data"],
    }
    answer = client.post("/_dash-update-component", json=body, headers=csrf(client))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    said = answer.get_json()["response"]
    return " ".join(words(said[name]["children"]) for name in PANEL)


def test_without_a_point_the_panel_asks_for_one_and_nonsense_is_none(site: App) -> None:
    client = sign_in(site)
    assert near(client, {}) == near(client, {"point": "here"}) != near(client, {"point": STOOD})


def test_who_is_near_now_is_told_with_the_age_of_the_fix_and_a_masked_name(site: App) -> None:
    said = near(sign_in(site), {"point": STOOD})
    assert "1 分前" in said and "陈一" not in said and "3.0 km 内 1 人" in said
    assert "1 分前" not in near(sign_in(site), {"point": "119.8,32.3"})


def test_who_was_near_needs_a_reason_and_a_day(site: App) -> None:
    client = sign_in(site)
    assert "理由" in near(client, THEN)
    because(client)
    told = near(client, THEN)
    assert "08:00–09:00" in told and "300 m" in told and "*" in told and "理由" not in told
    assert near(client, {**THEN, "near_day": "someday"}) != told


def test_an_operator_asks_seven_days_back_and_a_leader_further(site: App) -> None:
    old = {**THEN, "near_day": "2025-12-29", "near_hour": "9"}  # 09:00, seven days and an hour before
    assert "最近 7 天" in near(because(sign_in(site)), old)
    assert "最近 7 天" not in near(because(sign_in(site)), {**old, "near_hour": "10"})
    assert "最近 7 天" not in near(because(sign_in(site, "leader")), old)
