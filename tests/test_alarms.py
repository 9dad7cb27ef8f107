"""Alarms from their first moment to their end: raised once, grouped by cause, escalated once, acknowledged by one."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from data.config import load_config
from data.errors import NotAllowed, Problem
from data.loop.alarm_plan import State, weigh
from data.loop.alarm_settings import Setting, make_settings
from data.loop.alarm_sign import Sign
from data.loop.sos import Call, Sos
from data.loop.store import alarm, message
from data.operations import Operations
from data.places import Places
from data.query import Door
from data.scope import Scope
from tests.alarm_city import FAR, IN_W01, MINUTE, NOW, City, only

RULE = "camera_outage"
SETTING = make_settings({RULE: {"delay_s": 60, "release_s": 120, "group_s": 900, "escalate_s": 600}})[RULE]
LEADER = Scope("zhao", frozenset({"leader"}), "QH")
OPERATOR = Scope("wang", frozenset({"operator"}), "QH")
KIOSK = Scope("wall", frozenset({"kiosk"}), "QH")


class Story:
    """The alarms of one rule, from moment to moment; nothing is remembered but what the store would hold."""

    def __init__(self, setting: Setting = SETTING) -> None:
        self.setting, self.states = setting, dict[str, State]()

    def at(self, minute: float, *signs: Sign) -> list[State]:
        """Look at the signs of a minute and return what has changed."""
        held = [State(dict(one.row), {k: dict(v) for k, v in one.members.items()}) for one in self.states.values()]
        changed = weigh(RULE, self.setting, signs, held, NOW + minute * MINUTE)
        self.states |= {one.row["alarm_id"]: one for one in changed}
        self.states = {key: one for key, one in self.states.items() if not (one.is_gone or one.row["ended_at"])}
        return changed


def off(number: int, minute: float = 0, strong: bool = True, cause: str = "west") -> Sign:
    return Sign(cause, "camera", f"S{number}", "QH0101001", NOW + minute * MINUTE, strong)


def test_thirty_cameras_of_one_gateway_are_one_alarm_with_thirty_members() -> None:
    story = Story()
    signs = [off(number, number / 10) for number in range(30)]
    assert [one.row["raised_at"] for one in story.at(0, *signs[:1])] == [None]
    (one,) = story.at(5, *signs)
    assert (one.row["n_members"], one.row["raised_at"], one.row["began_at"]) == (30, NOW + 5 * MINUTE, NOW)


def test_another_cause_or_a_much_later_beginning_is_another_alarm() -> None:
    story = Story()
    story.at(1, off(1))
    assert len(story.at(2, off(1), off(2, cause="east"))) == 1 and len(story.states) == 2
    story.at(40, off(1), off(2, cause="east"), off(3, 39))
    assert len(story.states) == 3


def test_flapping_within_the_hysteresis_is_one_alarm_and_it_ends_when_it_first_was_over() -> None:
    story = Story()
    story.at(1, off(1))
    told = {one.row["alarm_id"] for one in story.at(2)} | {one.row["alarm_id"] for one in story.at(3, off(1))}
    assert len(told) == 1 and len(story.states) == 1
    story.at(4)
    assert story.at(5) == []
    (ended,) = story.at(6)
    assert ended.row["ended_at"] == NOW + 4 * MINUTE and not story.states


def test_between_limit_and_release_an_alarm_goes_on_and_none_begins() -> None:
    story = Story()
    assert story.at(1, off(1, strong=False)) == []
    story.at(2, off(1))
    assert story.at(9, off(1, strong=False)) == [] and len(story.states) == 1


def test_what_nothing_changes_about_is_not_written_again() -> None:
    story = Story()
    story.at(1, off(1), off(2))
    assert story.at(2, off(1), off(2)) == []


def test_a_restart_loses_nothing_and_doubles_nothing(sample_home: Path, tmp_path: Path) -> None:
    city = City(sample_home, f"sqlite:///{tmp_path / 'o.db'}", only("off_grid", delay_s=600.0))
    city.at("w01", FAR, NOW)
    assert city.raised(0) == []
    city.restart()
    (first,) = city.raised(10)
    city.restart()
    (again,) = city.raised(11)
    assert again == first


def test_what_nobody_acknowledges_goes_up_once(sample_home: Path, tmp_path: Path) -> None:
    city = City(sample_home, f"sqlite:///{tmp_path / 'o.db'}", only("off_grid", delay_s=0.0, escalate_s=600.0))
    city.at("w01", FAR, NOW)
    assert [row["escalated_at"] for row in city.raised(0)] == [None]
    assert [row["escalated_at"] for row in city.raised(9)] == [None]
    assert [row["escalated_at"] for row in city.raised(10)] == [NOW + 10 * MINUTE]
    city.restart()
    city.raised(30)
    with city.operations.engine.connect() as connection:
        (told,) = connection.execute(select(message)).mappings()
    assert (told["order"], told["to_kind"], told["to_id"]) == ("alarm", "level", "QH0101")
    assert "w01" not in told["body"] and "陈" not in told["body"]


def test_what_is_acknowledged_in_time_does_not_go_up(sample_home: Path, tmp_path: Path) -> None:
    city = City(sample_home, f"sqlite:///{tmp_path / 'o.db'}", only("off_grid", delay_s=0.0, escalate_s=600.0))
    city.at("w01", FAR, NOW)
    city.raised(0)
    with city.operations.write() as connection:
        connection.execute(update(alarm).values(acked_at=NOW, acked_by="wang"))
    assert [row["escalated_at"] for row in city.raised(30)] == [None]


@pytest.fixture
def open_door(sample_home: Path, tmp_path: Path) -> Door:
    """The sample city with operations of its own, and one call for help in it."""
    door = Door(load_config(sample_home))
    door.operations = Operations(f"sqlite:///{tmp_path / 'door.db'}")
    city = City(sample_home, f"sqlite:///{tmp_path / 'door.db'}", only("off_grid"))
    city.at("w01", IN_W01, NOW)
    door.alarms.raise_sos(Call("w01", NOW, *IN_W01, area_id="QH0101001"))
    return door


def sos_of(door: Door, scope: Scope) -> dict[str, object]:
    (row,) = door.query("alarms", scope, since=NOW).to_pylist()
    return dict(row)


def test_a_call_for_help_is_readable_at_once_and_sent_twice_is_one(open_door: Door) -> None:
    before = open_door.clock("alarm")
    open_door.alarms.raise_sos(Call("w01", NOW, *IN_W01))
    row = sos_of(open_door, OPERATOR)
    assert (row["rule"], row["severity"], row["worker_id"], row["area_id"]) == ("sos", 1, "w01", "QH0101001")
    assert open_door.clock("alarm") > before


def test_a_call_after_somebody_answered_the_first_is_another_alarm(open_door: Door) -> None:
    seen = open_door.alarms.acknowledge("c1", OPERATOR, str(sos_of(open_door, OPERATOR)["alarm_id"]), "在途")
    assert open_door.alarms.raise_sos(Call("w01", NOW, *IN_W01)) is None
    again = open_door.alarms.raise_sos(Call("w01", NOW + MINUTE, *IN_W01))
    assert again and again["alarm_id"] != seen["alarm_id"]


def test_the_first_to_acknowledge_is_written_down_and_the_second_is_told(open_door: Door) -> None:
    alarm_id = str(sos_of(open_door, OPERATOR)["alarm_id"])
    first = open_door.alarms.acknowledge("c1", OPERATOR, alarm_id, "家属电话 13812345678")
    assert (first["acked_by"], first["note"]) == ("wang", "家属电话 138****5678")
    again = open_door.alarms.acknowledge("c1", OPERATOR, alarm_id, "家属电话 13812345678")
    assert (again["acked_at"], again["acked_by"]) == (first["acked_at"], "wang")
    with pytest.raises(Problem) as told:
        open_door.alarms.acknowledge("c2", LEADER, alarm_id)
    assert told.value.reason == "alarm_taken" and told.value.facts["account"] == "wang"
    assert sos_of(open_door, KIOSK)["acked_by"] == "wang"


@pytest.mark.parametrize(("role", "area"), [("kiosk", "QH"), ("analyst", "QH"), ("operator", "QH0102")])
def test_walls_analysts_and_other_places_acknowledge_nothing(open_door: Door, role: str, area: str) -> None:
    alarm_id = str(sos_of(open_door, OPERATOR)["alarm_id"])
    with pytest.raises(NotAllowed):
        open_door.alarms.acknowledge("c1", Scope("x", frozenset({role}), area), alarm_id)
    assert sos_of(open_door, OPERATOR)["acked_at"] is None


def test_an_unknown_alarm_is_refused(open_door: Door) -> None:
    with pytest.raises(Problem) as told:
        open_door.alarms.acknowledge("c1", OPERATOR, "nothing")
    assert told.value.reason == "unknown_alarm"


def test_a_wall_learns_the_grid_and_the_role_and_nothing_of_the_person(open_door: Door) -> None:
    row = sos_of(open_door, KIOSK)
    (label,) = open_door.warehouse.fetch("SELECT lon, lat FROM area WHERE area_id = 'QH0101001'", {}).to_pylist()
    assert (row["worker_id"], row["subject"], row["role"]) == (None, None, "网格长")
    assert (row["lon"], row["lat"]) == (label["lon"], label["lat"])
    assert "w01" not in str(row)
    (member,) = open_door.alarms.members(KIOSK, str(row["alarm_id"]))
    assert (member["subject_id"], member["name"]) == (None, None)


def test_an_operator_sees_the_point_and_a_masked_name(open_door: Door) -> None:
    row = sos_of(open_door, OPERATOR)
    assert (row["subject"], row["lon"], row["lat"]) == ("陈*", *IN_W01)
    (member,) = open_door.alarms.members(OPERATOR, str(row["alarm_id"]))
    assert (member["subject_id"], member["name"]) == ("w01", "陈*")


def test_another_street_sees_no_alarm_and_no_member(open_door: Door) -> None:
    elsewhere = Scope("x", frozenset({"operator"}), "QH0102")
    assert open_door.query("alarms", elsewhere, since=NOW).num_rows == 0
    assert open_door.alarms.members(elsewhere, str(sos_of(open_door, OPERATOR)["alarm_id"])) == []


def test_a_past_day_tells_its_alarms_by_place_and_time(open_door: Door) -> None:
    asked = {"start": NOW - MINUTE, "end": NOW + MINUTE}
    assert open_door.query("alarms_between", LEADER, area="QH01", **asked).num_rows == 1
    assert open_door.query("alarms_between", LEADER, area="QH0102", **asked).num_rows == 0
    earlier = {"start": NOW - 9 * MINUTE, "end": NOW - MINUTE}
    assert open_door.query("alarms_between", LEADER, area="QH", **earlier).num_rows == 0


def test_a_call_for_help_ends_after_it_was_acknowledged_and_not_before(sample_home: Path, tmp_path: Path) -> None:
    city = City(sample_home, f"sqlite:///{tmp_path / 'o.db'}", only("sos", release_s=600.0))
    Sos(city.operations, Places(city.warehouse, city.warehouse.config)).call(Call("w01", NOW, *IN_W01))
    with city.operations.write() as connection:
        connection.execute(update(alarm).values(raised_at=NOW))
    assert len(city.raised(300)) == 1
    with city.operations.write() as connection:
        connection.execute(update(alarm).values(acked_at=NOW, acked_by="wang"))
    assert len(city.raised(301)) == 1 and city.raised(312) == []
