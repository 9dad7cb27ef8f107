"""What a replay tells on its line of time: counted by hand in the sample city (data/samples/README.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from dashboard.app import App
from dashboard.lanes import bars, legs
from data.scope import Scope
from tests.test_api import DAY, PAGE, audited, give_reason, unpack
from tests.web import open_site, sign_in


@pytest.fixture(scope="module")
def app(sample_home: Path) -> App:
    return open_site(sample_home)


@pytest.fixture
def client(app: App) -> FlaskClient:
    signed_in = sign_in(app)
    give_reason(signed_in)
    return signed_in


def told(client: FlaskClient, day: str = DAY, **asked: str) -> dict[str, Any]:
    more = "".join(f"&{name}={value}" for name, value in asked.items())
    answer = client.get(f"/api/story/{day}?{PAGE}{more}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return unpack(answer.get_data())[0]


def of(story: dict[str, Any], kind: str, incident: str = "") -> list[dict[str, Any]]:
    return [one for one in story["events"] if one["kind"] == kind and incident in ("", one["id"])]


def at(hour: int, minute: int = 0) -> float:
    return hour * 3600.0 + minute * 60


def test_a_case_is_told_from_its_report_to_its_end_without_naming_anybody(client: FlaskClient) -> None:
    story = told(client)
    assert [one["at"] for one in of(story, "report", "E001")] == [at(8, 5)]
    steps = of(story, "step", "E009")
    assert [one["at"] for one in steps] == [at(8, 18), at(8, 18), at(8, 23), at(8, 38), at(8, 58), at(9, 3), at(9, 8)]
    assert "派遣" in steps[2]["words"] and steps[2]["words"].startswith("08:23")
    assert all(one["near"] and one["worker"] is None for one in steps)


def test_everything_stands_in_the_order_of_time(client: FlaskClient) -> None:
    for workers in ("", "w01,w02"):
        moments = [one["at"] for one in told(client, workers=workers)["events"]]
        assert moments == sorted(moments) and len(moments) > 10


def test_a_market_too_full_is_told_when_it_has_lasted_and_when_it_ends(client: FlaskClient) -> None:
    # above its 500 from 08:20 on, told after five minutes; the school was over for two minutes only
    crowds = [one for one in of(told(client), "key") if one["worker"] is None]
    assert crowds[0]["at"] == at(8, 25) and "500" in crowds[0]["words"]
    assert len(crowds) == 2 and at(8, 50) <= crowds[1]["at"] <= at(9)
    assert all(119 < one["lon"] < 120 and 31 < one["lat"] < 33 for one in crowds)


def test_what_did_not_happen_near_the_chosen_worker_is_told_as_far(client: FlaskClient) -> None:
    story = told(client, workers="w01")
    assert {one["near"] for one in of(story, "step")} == {True, False}
    near = {one["id"] for one in of(story, "report") if one["near"]}
    assert "E001" in near  # w01 reported it on the spot
    assert {one["id"] for one in of(story, "step") if one["near"]} <= near
    assert {one["worker"] for one in of(story, "report") if one["near"]} == {"w01"}


def test_a_part_of_the_city_tells_nothing_of_another(client: FlaskClient) -> None:
    whole, part = ({one["id"] for one in of(story, "report")} for story in (told(client), told(client, area="QH02")))
    assert part and part < whole and "E001" not in part


def test_around_an_incident_is_who_was_near_and_two_hours_on_both_sides(app: App, client: FlaskClient) -> None:
    before = len(audited(app))
    incident = told(client, incident="E001")["incident"]
    assert (incident["at"], incident["from"], incident["to"]) == (at(8, 5), at(6, 5), at(10, 5))
    assert (incident["lon"], incident["lat"]) == (119.5005, 32.0085)
    assert incident["people"][0]["worker"] == "w01" and incident["people"][0]["metres"] < 500
    assert "was_near" in [line["action"] for line in audited(app)[before:]]


def test_the_map_of_who_was_near_an_incident_holds_the_incident_too(client: FlaskClient) -> None:
    # w03 walks in another community, so that E001 lies outside the ways walked
    alone, asked = told(client, workers="w03"), told(client, workers="w03", incident="E001")
    west, south, east, north = asked["bounds"]
    assert west < 119.5005 < east and south < 32.0085 < north
    assert west <= alone["bounds"][0] and east >= alone["bounds"][2]
    assert "E001" in [one["id"] for one in asked["incidents"]]
    assert "E001" not in [one["id"] for one in alone["incidents"]]


def test_the_day_after_an_incident_counts_its_times_from_its_own_midnight(client: FlaskClient) -> None:
    assert told(client, "2026-01-06", incident="E001")["incident"]["at"] == at(8, 5) - 86_400


def test_an_incident_nobody_knows_adds_nothing(client: FlaskClient) -> None:
    assert "incident" not in told(client, incident="E999")


def test_the_lane_of_everybody_sums_up_what_all_tracks_walked(app: App, client: FlaskClient) -> None:
    door = app.server.extensions["gridlink"].door
    me = Scope("tester", frozenset({"operator"}), "QH", "case 1")
    tracks = door.query("tracks", me, day=np.datetime64(DAY).astype(object), area="QH", workers=None)
    midnight = np.datetime64("2026-01-04T16:00:00").astype("datetime64[us]").astype(object)
    _, start, end, along = legs(tracks, midnight)
    (lane,) = told(client)["lanes"]
    assert lane["bars"] == pytest.approx(bars(start, end, along, 86_400), abs=1.0)


def test_a_chunk_looked_at_twice_is_written_down_twice(app: App, client: FlaskClient) -> None:
    before = len(audited(app))
    first, second = (client.get(f"/api/chunks/{DAY}/33").get_data() for _ in range(2))
    assert first == second
    assert [line["action"] for line in audited(app)[before:]].count("chunks") == 2


def test_sums_made_before_are_not_for_who_may_not_look(app: App, client: FlaskClient) -> None:
    told(client)
    assert sign_in(app).get(f"/api/story/{DAY}?{PAGE}").status_code == 400  # no reason given
    wall = sign_in(app, "wall")
    with wall.session_transaction() as kept:
        kept["reason"] = "case E025"
    assert wall.get(f"/api/chunks/{DAY}/33").status_code == 403
