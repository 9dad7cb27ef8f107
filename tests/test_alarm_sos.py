"""A call for help through the receiver: every way of sending it is an alarm before the answer leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.config import load_config
from data.loop.store import alarm
from etl.load import load
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home
from tests.sending import add_device, get, operations, post, receiving

PLACE = {"lon": 119.5008, "lat": 32.0088}
ON_DUTY, OFF_DUTY = "2026-01-05T00:30:00Z", "2026-01-05T14:30:00Z"  # 08:30 and 22:30 in the sample city


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = copy_home(SAMPLES, tmp_path_factory.mktemp("sos") / "home")
    load([SAMPLES / name for name in ("areas.geojson", "workers.csv", "roster.csv")], load_config(home), now=SAMPLE_NOW)
    return home


def calls(home: Path, worker: str) -> list[dict[str, Any]]:
    with operations(home).engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(alarm).where(alarm.c.cause == worker)).mappings()]


def test_the_button_of_a_phone_is_an_alarm_when_the_phone_hears_the_answer(home: Path) -> None:
    token = add_device(home, "w01")
    with receiving(home) as receiver:
        assert get(receiver, token, id="w01", timestamp=ON_DUTY, alarm="sos", **PLACE)[0] == 200
        (row,) = calls(home, "w01")
        assert get(receiver, token, id="w01", timestamp=ON_DUTY, alarm="sos", **PLACE)[0] == 200
    assert (row["rule"], row["severity"], row["area_id"]) == ("sos", 1, "QH0101001")
    assert row["raised_at"] is not None and len(calls(home, "w01")) == 1


def test_a_call_for_help_off_duty_or_without_a_place_is_taken(home: Path) -> None:
    token = add_device(home, "w02")
    with receiving(home) as receiver:
        assert get(receiver, token, id="w02", timestamp=OFF_DUTY, alarm="sos", valid="false")[0] == 200
    (row,) = calls(home, "w02")
    assert (row["lon"], row["area_id"]) == (None, "QH0101002")


def test_other_alarms_of_a_phone_are_no_call_for_help(home: Path) -> None:
    token = add_device(home, "w03")
    with receiving(home) as receiver:
        assert get(receiver, token, id="w03", timestamp=ON_DUTY, alarm="lowBattery", **PLACE)[0] == 200
    assert calls(home, "w03") == []


def test_the_json_form_and_a_batch_call_for_help_too(home: Path) -> None:
    token = add_device(home, "w04")
    coords = {"latitude": PLACE["lat"], "longitude": PLACE["lon"]}
    body = {"device_id": "w04", "location": {"timestamp": ON_DUTY, "coords": coords, "extras": {"alarm": "sos"}}}
    with receiving(home) as receiver:
        assert post(receiver, token, body)[0] == 200
        row = {"worker_id": "w04", "fixed_at": "2026-01-05T00:31:00Z", "alarm": "sos", **PLACE}
        assert post(receiver, token, {"fixes": [row]}, "/fixes")[0] == 200
    assert len(calls(home, "w04")) == 1  # nobody has answered the first: still the same
