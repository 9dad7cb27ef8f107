"""The seat: alarms are acknowledged and become cases, things are put on walls, the watch is handed over and logged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from dash.exceptions import PreventUpdate
from sqlalchemy import delete, insert

from dashboard import seat, seat_acts
from dashboard.app import App
from dashboard.panels import seat_alarm, seat_alarms, seat_log, seat_walls, seat_watch
from data.errors import NotAllowed, Problem
from data.loop.command import Report
from data.loop.store import alarm, incident, step
from tests.test_board import app as app  # noqa: F401 - the city of its own
from tests.test_board import door, operator, signed_in
from tests.web import words

NOW = datetime.now(UTC).replace(tzinfo=None)
GRID = "QH0101001"


@pytest.fixture
def city(app: App) -> Iterator[App]:  # noqa: F811 - the fixture of the same name
    """A city with two open alarms: ten cameras of one gateway, and a worker who asks for help."""
    with door(app).operations.write() as connection:
        connection.execute(delete(alarm))
        for row in (
            {"alarm_id": "a1", "rule": "camera_outage", "severity": 2, "subject": "东区网关", "n_members": 10},
            {"alarm_id": "a2", "rule": "sos", "severity": 1, "worker_id": "w01", "n_members": 1},
        ):
            told: dict[str, Any] = {column.name: None for column in alarm.columns} | row
            told |= {"area_id": GRID, "area_name": "一网格", "lon": 119.502, "lat": 32.01, "seq": 1}
            told |= {"began_at": NOW - timedelta(minutes=5), "raised_at": NOW - timedelta(minutes=4)}
            connection.execute(insert(alarm).values(**told))
        door(app).operations.tick(connection, "alarm")
    yield app


def act(name: str, **asked: Any) -> str:
    return seat_acts.do({"act": name, "command_id": asked.pop("command_id", uuid4().hex), **asked})


def shown(node: Any) -> str:
    import json

    from plotly.utils import PlotlyJSONEncoder

    return words(json.loads(json.dumps(node, cls=PlotlyJSONEncoder)))


def test_who_acknowledged_stands_in_the_list_and_the_slower_one_is_told(city: App) -> None:
    with signed_in(city):
        assert "求助" in shown(seat_alarms.show({})[0][0])  # the critical one first
        assert shown(seat_alarms.show({})[1]) == "未结束 2 · 待确认 2"
        act("acknowledge", id="a1", fields={"note": "已报修 13812345678"})
        assert "已确认 operator" in shown(seat_alarms.show({})[0])
        assert "138****5678" in shown(seat_alarm.show({"alarm": "a1"}, None)[0])
        assert shown(seat_alarms.show({})[1]) == "未结束 2 · 待确认 1"
    with signed_in(city, "leader"), pytest.raises(Problem) as refused:
        act("acknowledge", id="a1", fields={"note": "再看"})
    assert "operator" in refused.value.sentence("zh-CN")


def test_an_alarm_becomes_a_case_where_it_is_and_says_which(city: App) -> None:
    with signed_in(city):
        said = act("report", id="a1", fields={"kind": "FAC"})
        number = said.removeprefix("已转为事件 ")
        row = door(city).desk.get(number)
        assert (row["kind"], row["area_id"], row["lon"], row["lat"]) == ("FAC", GRID, 119.502, 32.01)
        assert row["title"].startswith("批量离线") or "离线" in row["title"]
        assert next(one for one in seat.alarms() if one["alarm_id"] == "a1")["note"] == said


def test_a_call_for_help_names_nobody_in_the_case_it_becomes(city: App) -> None:
    with signed_in(city):
        number = act("report", id="a2", fields={"kind": "EME"}).removeprefix("已转为事件 ")
        name = door(city).warehouse.fetch("SELECT name FROM worker WHERE worker_id = 'w01'", {})["name"][0].as_py()
        row = door(city).desk.get(number)
    assert name and name not in row["title"] and "w01" not in row["title"] and row["severity"] == 1


def test_the_watch_is_handed_over_with_a_note_to_everything_that_needs_care(city: App) -> None:
    with signed_in(city):
        urgent = door(city).desk.report("u", operator(city), Report("FAC", 2, GRID, title="路灯倒伏"))["incident_id"]
        door(city).desk.report("c", operator(city), Report("ENV", 4, GRID, title="垃圾未清"))
        act("begin")
        fields = {"to": "leader", "note:alarm:a1": "已报修", "note:alarm:a2": "已联系"}
        with pytest.raises(Problem):
            act("give", fields=fields)  # the urgent case has no note
        act("give", fields=fields | {f"note:case:{urgent}": "等电力公司"})
        assert [one["to_account"] for one in door(city).watches.waiting("operator")] == ["leader"]
    with signed_in(city, "leader"):
        told = shown(seat_watch.show({}, None)[1])
        assert all(one in told for one in ("路灯倒伏", "等电力公司", "已报修", "已联系")) and "垃圾未清" not in told
        [row] = door(city).watches.waiting("leader")
        act("take", id=row["handover_id"], digest=row["digest"])
        assert [one["account"] for one in door(city).watches.on_watch()] == ["leader"]
        log = shown(seat_log.show({})[0])
    assert all(one in log for one in ("开始值班", "交班给 leader", "签收 operator 的交接"))


def test_a_refresh_leaves_a_half_written_note_alone(city: App) -> None:
    with signed_in(city):
        _, facts = seat_alarm.show({"alarm": "a1"}, None)
        with pytest.raises(PreventUpdate):
            seat_alarm.show({"alarm": "a1", "version": "newer"}, facts)
        act("acknowledge", id="a1", fields={"note": "已报修"})
        assert seat_alarm.show({"alarm": "a1"}, facts)[1] != facts


def test_what_is_put_on_a_wall_says_by_whom_and_until_when_and_is_taken_back(city: App) -> None:
    with signed_in(city):
        [wall, *_] = door(city).walls.names()
        assert "轮播" in shown(seat_walls.show({}))
        act("put", fields={"kind": "area", "target": GRID, "wall": wall["id"], "minutes": "15"})
        row = door(city).walls.showing(wall["id"], datetime.now(UTC).replace(tzinfo=None))
        assert row["until_at"] - row["put_at"] == timedelta(minutes=15)
        assert "operator 放上" in shown(seat_walls.show({}))
        act("take_back", id=row["show_id"])
        assert "轮播" in shown(seat_walls.show({}))


def test_who_keeps_no_watch_acknowledges_nothing_and_hands_nothing_over(city: App) -> None:
    with signed_in(city, "analyst"):
        for name, asked in (("acknowledge", {"id": "a1", "fields": {"note": "x"}}), ("begin", {})):
            with pytest.raises(NotAllowed):
                act(name, **asked)


def test_an_alarm_is_not_acknowledged_without_a_word(city: App) -> None:
    with signed_in(city), pytest.raises(Problem) as refused:
        act("acknowledge", id="a1", fields={"note": " "})
    assert refused.value.reason == "needs_field"


def test_an_unknown_act_is_refused(city: App) -> None:
    with signed_in(city), pytest.raises(Problem):
        act("launch")


def test_cases_in_time_and_of_low_severity_are_handed_over_as_a_number_only(city: App) -> None:
    with door(city).operations.write() as connection:
        connection.execute(delete(step))
        connection.execute(delete(incident))
    with signed_in(city):
        door(city).desk.report("c", operator(city), Report("ENV", 4, GRID, title="垃圾未清"))
        assert [kind for kind, *_ in seat.handed()] == ["alarm", "alarm"]
