"""What the one clock of a replay is told by the server: its day, its speeds, and the incident it opens at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import session
from flask.testing import FlaskClient

from dashboard.around import around
from tests.web import csrf, open_site, sign_in

HOUR = 3600
DAY = "2026-01-05"


@pytest.fixture(scope="module")
def site(sample_home: Path) -> Any:
    return open_site(sample_home)


def described(client: FlaskClient, **view: str) -> Any:
    """Return what the script of the strip is told."""
    body = {
        "output": "strip-spec.data",
        "outputs": {"id": "strip-spec", "property": "data"},
        "inputs": [{"id": "tracks-subject", "property": "data", "value": view}],
        "changedPropIds": ["tracks-subject.data"],
    }
    answer = client.post("/_dash-update-component", json=body, headers=csrf(client))
    return answer.get_json()["response"]["strip-spec"]["data"]


def reasoned(site: Any, name: str = "leader") -> FlaskClient:
    client = sign_in(site, name)
    with client.session_transaction() as kept:
        kept["reason"] = "case E025"
    return client


def test_an_incident_opens_the_clock_on_the_day_and_at_the_second_of_its_report(site: Any) -> None:
    told = described(reasoned(site), incident="E025")
    assert told["day"] == DAY
    assert told["incident"] == {"id": "E025", "at": 8 * HOUR + 50 * 60, "around_s": 2 * HOUR}
    assert "incident=E025" in told["story"] and "E025" not in told["chunks"]


def test_an_incident_nobody_knows_is_no_moment(site: Any) -> None:
    assert described(reasoned(site), incident="nothing")["incident"] is None


def test_pieces_of_track_have_the_same_address_in_every_theme(site: Any) -> None:
    dark, light = (described(reasoned(site), day=DAY, workers="w01", theme=theme) for theme in ("dark", "light"))
    assert dark["chunks"] == light["chunks"] and dark["story"] != light["story"]


def test_speeds_are_true_multiples_and_colours_have_a_class_for_each_break(site: Any) -> None:
    told = described(reasoned(site), day=DAY)
    assert told["speeds"] == [1, 10, 60, 300, 900, 3600]
    assert len(told["ramp"]) == len(told["breaks"]) + 1


def test_before_a_reason_is_given_there_is_no_address_of_anybodys_track(site: Any) -> None:
    told = described(sign_in(site, "leader"), day=DAY, workers="w01", incident="E025")
    assert (told["story"], told["chunks"]) == (None, None)
    assert "理由" in told["say"]


@pytest.mark.parametrize(("name", "seen"), [("leader", True), ("analyst", False)])
def test_only_who_may_see_tracks_is_led_from_an_incident_to_them(site: Any, name: str, seen: bool) -> None:
    client = sign_in(site, name)
    with client.session_transaction() as kept:
        token = kept["_user_id"]
    with site.server.test_request_context("/"):
        session["_user_id"] = token
        site.server.preprocess_request()
        links = around({"incident_id": "E025"})
    assert [link.href for link in links] == (["/tracks?incident=E025"] if seen else [])
