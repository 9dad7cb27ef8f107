"""New cases of other systems stand on the board at once, are placed as the load places them, and stay one case."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.loop.store import incident
from etl.receive.publish import publish_spool
from etl.receive.segments import recover
from tests.delivered import City
from tests.sending import add_device, post, receiving, send

AT = {"lat": "32.0085", "long": "119.5005"}  # in grid QH0101001
PATH = "/open311/v2/requests.json"


@pytest.fixture
def city(sample_home: Path, tmp_path: Path) -> City:
    return City(sample_home, tmp_path / "home")


def report(city: City, *bodies: dict[str, Any], path: str = PATH) -> list[Any]:
    """Post to the receiver and wait until it is closed: then everything it took is written."""
    token = add_device(city.config.home, f"hub{len(list(city.config.home.glob('*')))}", "*")
    with receiving(city.config.home) as receiver:
        return [post(receiver, token, body, path) for body in bodies]


def published(city: City) -> dict[str, Any]:
    recover(city.config.home / "spool")
    return publish_spool(city.config)


def new(city: City) -> list[dict[str, Any]]:
    with city.operations.engine.connect() as connection:
        rows = connection.execute(select(incident).where(incident.c.source.in_(["open311", "video"])))
        return [row._asdict() for row in rows]


def test_an_open311_post_is_a_case_before_anything_is_published(city: City) -> None:
    [(status, told)] = report(city, {"service_code": "FAC", "description": "井盖松动", **AT})
    assert status == 200
    [case] = new(city)
    assert case["incident_id"] == told[0]["service_request_id"]
    assert (case["owner"], case["state"], case["area_id"], case["located"]) == ("own", "S10", "QH0101001", "point")
    assert (case["due_step"], case["title"]) == ("accept", "井盖松动")
    assert case["due_at"] > case["reported_at"]


def test_the_publish_finds_the_case_there_and_leaves_it_one(city: City) -> None:
    report(city, {"service_code": "FAC", "description": "井盖松动", **AT})
    [before] = new(city)
    result = published(city)
    assert result["files"][0]["rows_loaded"] == 1
    assert new(city) == [before]
    assert city.steps(before["incident_id"]) == ["S10"]


def test_a_case_somebody_took_at_once_is_still_published_whole(city: City) -> None:
    report(city, {"service_code": "FAC", **AT})
    [case] = new(city)
    mine = city.act(case["incident_id"], "accept")
    result = published(city)
    assert result["files"][0]["rows_loaded"] == 1
    assert result["files"][0]["reasons"] == {}
    assert new(city)[0] == mine
    told = city.desk.places.warehouse.fetch(
        "SELECT state, accepted_at FROM incident WHERE incident_id = $id", {"id": case["incident_id"]}
    ).to_pylist()
    assert told == [{"state": "S20", "accepted_at": mine["accepted_at"]}]


def test_the_same_post_again_opens_nothing(city: City) -> None:
    token = add_device(city.config.home, "hub", "*")
    body = b"service_code=FAC&lat=32.0085&long=119.5005"
    with receiving(city.config.home) as receiver:
        for _ in range(2):
            send(receiver, token, "POST", PATH, body, "application/x-www-form-urlencoded")
    assert len(new(city)) == 1


def test_a_place_outside_the_city_is_left_to_the_load_to_refuse(city: City) -> None:
    report(city, {"service_code": "FAC", "lat": "39.9", "long": "116.4"})
    assert new(city) == []


def test_a_post_without_a_point_is_counted_in_the_city(city: City) -> None:
    report(city, {"service_code": "FAC", "address_string": "柳岸社区 3 幢"})
    [case] = new(city)
    assert (case["area_id"], case["located"], case["lon"]) == ("QH~", "none", None)


def test_an_event_of_video_analytics_is_a_case_at_once(city: City) -> None:
    event = {"event_id": "e1", "kind": "APP", "occurred_at": "2026-01-05T00:30:00Z", "lon": 119.5005, "lat": 32.0085}
    [(status, _)] = report(city, {"events": [event]}, path="/video/events")
    assert status == 200
    [case] = new(city)
    assert (case["source"], case["kind"], case["area_id"]) == ("video", "APP", "QH0101001")
    assert case["reported_at"] == datetime(2026, 1, 5, 0, 30)


HOTLINE = """
[source]
match = "12345*.csv"
table = "incident"
crs = "EPSG:4326"
time_zone = "Asia/Shanghai"

[columns]
incident_id = "工单编号"
source = { constant = "hotline" }
kind = "诉求类别"
title = "诉求内容"
reported_at = "来电时间"
deadline_at = "办理时限"
area_name = "所属社区"

[nulls]
any = [""]

[values.kind]
"城乡建设" = "FAC"
"""


def test_a_12345_file_is_in_operations_as_well_as_in_the_warehouse(city: City) -> None:
    (city.config.home / "mappings" / "hotline.toml").write_text(HOTLINE, encoding="utf-8")
    head = "工单编号,诉求类别,诉求内容,来电时间,办理时限,所属社区"
    row = "12345-7,城乡建设,路灯不亮请回电13912345678,2026-01-05 09:00:00,2026-01-08 17:00:00,柳岸社区"
    result = city.bring("12345.csv", head, row)
    assert result.entries[0].rows_loaded == 1
    case = city.cases()["12345-7"]
    # 17:00 in the city's zone; another system owns it, so that it is only shown here
    assert (case["owner"], case["state"], case["deadline_at"]) == ("mirror", "S10", datetime(2026, 1, 8, 9))
    assert case["area_id"] == "QH0101~"
    assert "13912345678" not in case["title"]
