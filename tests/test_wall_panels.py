"""The wall's alarms: the worst three, how many more, who answered; on its map a person's call stands in his grid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import cos, hypot, radians
from typing import Any

import pytest
from sqlalchemy import delete, insert

from dashboard.app import App
from dashboard.panels import alarm_marks, alarm_scene, alarms
from dashboard.panels.map import enlarged
from data.loop.store import alarm
from tests.test_board import app as app  # noqa: F401 - the city of its own
from tests.test_board import door, operator, signed_in

NOW = datetime.now(UTC).replace(tzinfo=None)
GRID = "QH0101001"
ACKNOWLEDGED = {"acked_at": NOW - timedelta(minutes=1), "acked_by": "leader"}
ROWS: dict[str, dict[str, Any]] = {
    "late": {"rule": "not_visited", "severity": 3, "subject": "学校", "began_at": NOW - timedelta(days=2)},
    "cameras": {
        "rule": "camera_outage",
        "severity": 2,
        "subject": "东区网关",
        "n_members": 10,
        "began_at": NOW - timedelta(hours=51),
    },
    "help": {"rule": "sos", "severity": 1, "worker_id": "w01"},
    "answered": {"rule": "sos", "severity": 1, "worker_id": "w02", **ACKNOWLEDGED},
}


@pytest.fixture
def city(app: App) -> Iterator[App]:  # noqa: F811 - the fixture of the same name
    """A city with four open alarms and one that is over."""
    raised(app, {**ROWS, "over": {"rule": "sos", "severity": 1, "ended_at": NOW - timedelta(minutes=2)}})
    yield app


def raised(app: App, rows: dict[str, dict[str, Any]]) -> None:  # noqa: F811 - the fixture of the same name
    """Leave these alarms and no others."""
    usual = {"n_members": 1, "area_id": GRID, "area_name": "一网格", "lon": 119.502, "lat": 32.01, "seq": 1}
    times = {"began_at": NOW - timedelta(minutes=5), "raised_at": NOW - timedelta(minutes=4)}
    with door(app).operations.write() as connection:
        connection.execute(delete(alarm))
        for name, row in rows.items():
            nothing: dict[str, Any] = {column.name: None for column in alarm.columns}
            connection.execute(insert(alarm).values(**nothing | usual | times | {"alarm_id": name} | row))
        door(app).operations.tick(connection, "alarm")


def told(node: Any) -> str:
    """Return the words of a component, a space between two pieces."""
    if isinstance(node, (list, tuple)):
        return " ".join(filter(None, map(told, node)))
    return told(node.children) if hasattr(node, "children") else str(node or "")


def test_the_worst_three_are_listed_and_the_others_counted(city: App) -> None:
    with signed_in(city):
        rows, waiting, more = alarms.show({})
    assert [row.key for row in rows] == ["help", "answered", "cameras"]
    assert (waiting, more) == ("待确认 3", "另有 1 条")


def test_an_alarm_says_what_where_how_long_and_who_answered(city: App) -> None:
    with signed_in(city):
        _, answered, cameras = alarms.show({})[0]
    assert "一网格" in told(answered) and "已确认 · leader" in told(answered)
    assert all(words in told(cameras) for words in ("摄像机批量离线", "东区网关", "10 个", "2 天 3 时", "待确认"))


def test_only_a_critical_alarm_nobody_answered_beats(city: App) -> None:
    with signed_in(city):
        rows = alarms.show({})[0]
    assert [row.className for row in rows] == ["s1 waiting", "s1 seen", "s2 waiting"]


def test_without_alarms_there_is_one_line(app: App) -> None:  # noqa: F811 - the fixture of the same name
    raised(app, {})
    with signed_in(app):
        rows, waiting, more = alarms.show({})
    assert [told(row) for row in rows] == ["现在没有未结束的告警"] and waiting is more is None


def test_alarms_of_now_are_shown_whatever_day_the_wall_shows(city: App) -> None:
    with signed_in(city):
        assert len(alarms.show({"day": "2026-01-05"})[0]) == 3


def test_alarms_stand_on_the_map_at_both_scales_the_worst_on_top(city: App) -> None:
    with signed_in(city):
        layers = {layer["id"]: layer["data"] for layer in alarm_marks.show({})}
    assert all(name.endswith("-alarms") for name in layers)
    for name, rows in layers.items():
        assert [row["id"] for row in rows][-2:] in (["help", "answered"], ["answered", "help"])
        assert ("late" in [row["id"] for row in rows]) == name.startswith("town")


def test_an_alarm_without_a_point_stands_in_the_middle_of_its_area(app: App) -> None:  # noqa: F811 - as above
    raised(app, {"help": {**ROWS["help"], "lon": None, "lat": None}})
    with signed_in(app):
        [[mark], *_] = [layer["data"] for layer in alarm_marks.show({})]
        rows = door(app).query("areas", operator(app), day=datetime(2026, 1, 5).date()).to_pylist()
    [grid] = [row for row in rows if row["area_id"] == GRID]
    assert mark["p"] == pytest.approx([grid["lon"], grid["lat"]], abs=1e-6)


def test_the_scene_tells_of_the_worst_alarm_and_the_two_nearest_cameras(city: App) -> None:
    with signed_in(city):
        [head, facts, tiles], place = alarm_scene.show({})
        cameras = door(city).query("cameras", operator(city)).to_pylist()
    assert "SOS" in told(head) and place == "一网格" and "待确认" in told(facts)
    near = sorted(
        (hypot((one["lon"] - 119.502) * cos(radians(32.01)), one["lat"] - 32.01), one["name"]) for one in cameras
    )
    assert [told(tile.children[1]) for tile in tiles.children] == [name for _, name in near[:2]]


def test_without_alarms_there_is_no_scene(app: App) -> None:  # noqa: F811 - the fixture of the same name
    raised(app, {})
    with signed_in(app):
        assert "nothing" in alarm_scene.show({})[0].className


def test_marks_and_lines_grow_with_the_unit_and_names_do_not() -> None:
    layers = [{"@@type": kind} for kind in ("IconLayer", "PathLayer", "TextLayer")]
    assert enlarged(layers, 2.0) == [
        {"@@type": "IconLayer", "sizeScale": 2.0}, {"@@type": "PathLayer", "widthScale": 2.0}, {"@@type": "TextLayer"},
    ]  # fmt: skip
