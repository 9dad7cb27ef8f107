"""What a replay tells of alarms, key areas and steps made here, from rows of a test; and when chunks are asked anew."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import shapely
from flask.testing import FlaskClient

from dashboard import replay
from dashboard.app import App
from data.config import load_config
from data.query import Door
from etl.load import load
from tests.conftest import SAMPLES, copy_home
from tests.test_story import at, of, told
from tests.web import open_site, sign_in

MIDNIGHT = datetime(2026, 1, 4, 16)  # UTC, of the sample day
HERE = {"lon": 119.5021, "lat": 32.0081}
ALARM = {
    "alarm_id": "", "rule": "sos", "severity": 1, "area_id": "QH0101001", "area_name": "柳岸一", "subject": None,
    "role": None, "key_area_id": None, "camera_id": None, "incident_id": None, "worker_id": None, **HERE,
    "value": None, "limit": None, "n_members": 1, "began_at": None, "raised_at": None, "ended_at": None,
    "acked_at": None, "acked_by": None, "note": None, "escalated_at": None, "seq": 1, "personal": True,
}  # fmt: skip
VISIT = {"key_area_id": "K9", "key_area_name": "试验小学", "worker_id": "w01", "name": "陈*"}
STEP = {"area_id": "QH0101001", "worker_id": None, "unit_id": None, "severity": 3, "kind": "SPG", "subkind": "试验"}


@pytest.fixture(scope="module")
def app(sample_home: Path) -> App:
    return open_site(sample_home)


@pytest.fixture
def client(app: App) -> FlaskClient:
    signed_in = sign_in(app)
    with signed_in.session_transaction() as kept:
        kept["reason"] = "case E025"
    return signed_in


@pytest.fixture
def made(app: App, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let one query answer with the rows of a test."""
    door = app.server.extensions["gridlink"].door
    real = door.query

    def put(name: str, rows: list[dict[str, Any]]) -> None:
        def query(asked: str, *args: Any, **params: Any) -> pa.Table:
            return pa.Table.from_pylist(rows) if asked == name else real(asked, *args, **params)

        monkeypatch.setattr(door, "query", query)

    return put


def moment(hour: int, minute: int = 0) -> datetime:
    return MIDNIGHT + timedelta(hours=hour, minutes=minute)


def test_an_alarm_rings_on_strip_and_map_when_it_began_and_not_again_the_day_after(
    client: FlaskClient, made: Any
) -> None:
    sos = {**ALARM, "alarm_id": "a1", "worker_id": "w01", "began_at": moment(8, 30)}
    yesterday = {**ALARM, "alarm_id": "a0", "began_at": moment(-1, 50)}
    outage = {"rule": "camera_outage", "severity": 2, "lon": None, "lat": None, "personal": False}
    made("alarms_between", [yesterday, sos, {**ALARM, **outage, "alarm_id": "a2", "began_at": moment(10)}])
    story = told(client)
    assert [(one["id"], one["at"]) for one in of(story, "alarm")] == [("a1", at(8, 30)), ("a2", at(10))]
    assert [one["words"] for one in of(story, "alarm")] == [
        "08:30 · 告警 求助 SOS 柳岸一",
        "10:00 · 告警 摄像机批量离线 柳岸一",
    ]
    bells = [one for one in story["happened"] if "alarm" in one["icon"]["id"]]
    assert [(one["at"], one["p"], one["icon"]["id"]) for one in bells] == [
        (at(8, 30), [HERE["lon"], HERE["lat"]], "dark/alarm-1")
    ]


def test_an_alarm_of_somebody_else_is_far_from_the_chosen_worker(client: FlaskClient, made: Any) -> None:
    rows = [{**ALARM, "alarm_id": who, "worker_id": who, "began_at": moment(9)} for who in ("w01", "w02")]
    made("alarms_between", rows)
    assert {one["id"]: one["near"] for one in of(told(client, workers="w01"), "alarm")} == {"w01": True, "w02": False}


def test_coming_to_a_key_area_and_leaving_it_are_two_moments_and_midnight_hides_one(
    client: FlaskClient, made: Any
) -> None:
    square = shapely.to_wkb(shapely.box(119.50, 32.00, 119.51, 32.01))
    over_midnight = {**VISIT, "geometry": square, "arrived_at": moment(-1, 50), "left_at": moment(0, 10)}
    nowhere = {**VISIT, "key_area_id": "K8", "geometry": None, "arrived_at": moment(9), "left_at": moment(9, 20)}
    made("key_visits_between", [over_midnight, nowhere])
    story = told(client, workers="w01")
    keys = [one for one in of(story, "key") if one["worker"]]
    assert [(one["id"], one["at"], one["worker"]) for one in keys] == [
        ("K9", at(0, 10), "w01"), ("K8", at(9), "w01"), ("K8", at(9, 20), "w01")
    ]  # fmt: skip
    assert [one["words"] for one in keys[:2]] == ["00:10 · 陈* 离开 试验小学", "09:00 · 陈* 到达 试验小学"]
    marks = [one for one in story["happened"] if one["id"] in ("K8", "K9")]
    assert [(one["id"], one["icon"]["id"]) for one in marks] == [("K9", "dark/visit")]
    assert shapely.box(119.50, 32.00, 119.51, 32.01).contains(shapely.Point(marks[0]["p"]))


def test_a_step_made_here_is_told_once_whether_it_was_published_or_not(client: FlaskClient, made: Any) -> None:
    held = {**STEP, **HERE, "incident_id": "E009", "to_state": "S40", "stepped_at": moment(8, 23)}
    new = {**STEP, **HERE, "incident_id": "T1", "to_state": "S50", "stepped_at": moment(11)}
    report = {**STEP, **HERE, "incident_id": "T1", "to_state": "S10", "stepped_at": moment(10, 50)}
    elsewhere = {**new, "incident_id": "T2", "area_id": "nowhere"}
    before = [one["at"] for one in of(told(client), "step", "E009")]
    made("steps_made", [held, report, new, new, elsewhere])
    story = told(client)
    assert [one["at"] for one in of(story, "step", "E009")] == before and before.count(at(8, 23)) == 1
    assert [(one["at"], one["lon"]) for one in of(story, "step", "T1")] == [(at(11), HERE["lon"])]
    assert of(story, "step", "T2") == []


def test_the_address_of_a_day_changes_with_its_tracks_and_not_with_those_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copy_home(SAMPLES, tmp_path / "home")
    monday, tuesday = date(2026, 1, 5), date(2026, 1, 6)
    config = load_config(home)
    load([SAMPLES], config, now=moment(18))
    first = addresses(home, monkeypatch, monday, tuesday)
    more = {"fixes_next.csv": f"fixes_{monday}.csv", "roster.csv": "roster.csv"}
    for name, known in more.items():
        told_of_monday = (SAMPLES / known).read_text(encoding="utf-8")
        head, rows = told_of_monday.split("\n", 1)
        again = rows.replace("2026-01-06", "2026-01-07").replace("2026-01-05", "2026-01-06")
        kept = rows if name == "roster.csv" else ""
        (tmp_path / name).write_text(f"{head}\n{kept}{again}", encoding="utf-8")
    load([tmp_path / name for name in more], config, now=moment(24 + 18))
    second = addresses(home, monkeypatch, monday, tuesday)
    assert second[str(monday)] == first[str(monday)]
    assert second[str(tuesday)] != first[str(tuesday)]


def addresses(home: Path, monkeypatch: pytest.MonkeyPatch, *days: date) -> dict[str, str]:
    """Return the word for each day that a chunk's address carries."""
    door = Door(load_config(home))
    monkeypatch.setattr(replay, "door", lambda: door)
    return replay.words(days)
