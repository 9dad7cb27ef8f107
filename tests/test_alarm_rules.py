"""Each rule of alarms by hand: who raises one in the sample city, when, and what ends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.errors import ConfigError
from data.loop.alarm_rules import RULES
from data.loop.alarm_settings import load_settings, make_settings
from data.loop.alarm_world import World
from tests.alarm_city import FAR, IN_W01, MINUTE, NOW, City, only

MARKET = (119.5057, 32.0055)  # inside K1, the market of grade 1
Make = Callable[..., City]


@pytest.fixture
def city(sample_home: Path, tmp_path: Path) -> Make:
    return lambda *rules, **said: City(sample_home, f"sqlite:///{tmp_path / 'o.db'}", only(*rules, **said))


def test_every_rule_has_its_settings_and_every_setting_its_rule() -> None:
    assert make_settings({}).keys() == RULES.keys()


def test_a_home_changes_a_rule_and_a_wrong_key_is_named_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "alarms.toml").write_text("[off_grid]\ndelay_s = 30\n", encoding="utf-8")
    settings = load_settings(tmp_path)
    assert settings["off_grid"].delay_s == 30 and settings["off_grid"].severity == 3
    (tmp_path / "alarms.toml").write_text("[off_grid]\ndelay = 30.0\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="delay_s"):
        load_settings(tmp_path)


def test_whoever_is_out_of_the_own_grid_raises_an_alarm_after_the_delay_and_not_before(city: Make) -> None:
    here = city("off_grid", delay_s=600.0, release_s=60.0)
    here.at("w01", FAR, NOW)
    assert here.raised(0) == [] and here.raised(9.9) == []
    (raised,) = here.raised(10)
    assert (raised["worker_id"], raised["area_id"], raised["began_at"]) == ("w01", "QH0101001", NOW)
    here.at("w01", IN_W01, NOW + 11 * MINUTE)
    assert len(here.raised(11)) == 1
    assert here.raised(12) == []


def test_a_short_step_over_the_border_is_nothing(city: Make) -> None:
    here = city("off_grid", delay_s=600.0)
    here.at("w01", FAR, NOW)
    here.look(0)
    here.at("w01", IN_W01, NOW + 5 * MINUTE)
    here.look(5)
    here.at("w01", FAR, NOW + 6 * MINUTE)
    assert here.raised(11) == []


def test_an_ordered_task_may_lie_outside(city: Make) -> None:
    here = city("off_grid", delay_s=0.0)
    here.report(1, NOW, worker_id="w01", state="S40")
    here.at("w01", FAR, NOW)
    assert here.raised(0) == []


def test_off_duty_nobody_is_outside(city: Make) -> None:
    here = city("off_grid", "low_battery", delay_s=0.0)
    evening = 3 * 60.0  # 19:00
    here.at("w01", FAR, NOW + evening * MINUTE, battery=0.01)
    assert here.raised(evening) == []


def test_on_duty_without_a_position_is_silent_from_the_beginning_of_the_duty(city: Make) -> None:
    here = city("silent", delay_s=1800.0, group="subject")
    began = datetime(2026, 1, 5, 6, 0)
    here.at("w01", IN_W01, began + 20 * MINUTE)
    early = {row["worker_id"] for row in here.raised(-91)}
    assert early == set()
    at_half_past = {row["worker_id"] for row in here.raised(-90)}
    assert "w01" not in at_half_past and "w02" in at_half_past
    assert "w01" in {row["worker_id"] for row in here.raised(-70)}
    here.at("w01", IN_W01, began + 51 * MINUTE)
    assert "w01" not in {row["worker_id"] for row in here.raised(-69)}


def test_silence_of_a_whole_community_is_one_alarm(city: Make) -> None:
    here = city("silent", group="above")
    rows = here.raised(0)
    assert rows and all(row["worker_id"] is None for row in rows if row["n_members"] > 1)
    assert len({row["area_id"] for row in rows}) == len(rows)


def test_a_low_battery_is_said_once_and_ends_when_it_is_charged(city: Make) -> None:
    here = city("low_battery", limit=0.1, release=0.2, release_s=0.0, group="subject")
    for minute, left, alarms in ((0, 0.11, 0), (1, 0.1, 1), (2, 0.15, 1), (3, 0.09, 1), (4, 0.5, 0)):
        here.at("w01", IN_W01, NOW + minute * MINUTE, battery=left)
        assert len(here.raised(minute)) == alarms, minute
    assert len(here.look(4)) == 1


def test_entering_staying_in_and_leaving_a_watched_key_area(city: Make) -> None:
    here = city("key_enter", "key_leave", "key_dwell", kinds=[], window_s=600.0, delay_s=0.0, release_s=0.0)
    here.settings = only("key_enter", "key_leave", kinds=[], release_s=0.0)
    here.restart()
    here.at("w01", MARKET, NOW)
    (entered,) = here.raised(0)
    assert (entered["rule"], entered["key_area_id"], entered["subject"]) == ("key_enter", "K1", "桃园菜市场")
    assert here.raised(10) == []
    here.at("w01", FAR, NOW + 12 * MINUTE)
    (left,) = here.raised(12)
    assert (left["rule"], left["began_at"]) == ("key_leave", NOW + 12 * MINUTE)
    assert here.raised(23) == []


def test_who_stays_in_a_key_area_raises_an_alarm_after_the_dwell(city: Make) -> None:
    here = city("key_dwell", kinds=[], delay_s=1800.0)
    for minute in (0, 10, 20, 29, 30):
        here.at("w01", MARKET, NOW + minute * MINUTE)
        assert [row["key_area_id"] for row in here.raised(minute)] == (["K1"] if minute == 30 else [])


def test_an_unwatched_grade_raises_nothing(city: Make) -> None:
    here = city("key_enter", kinds=[], grade=0)
    here.at("w01", MARKET, NOW)
    assert here.raised(0) == []


def test_a_burst_of_one_kind_in_one_community_is_one_alarm_of_its_incidents(city: Make) -> None:
    here = city("incident_burst", limit=5.0, window_s=1800.0, release_s=0.0)
    for number in range(4):
        here.report(number, NOW + number * MINUTE)
    here.report(8, NOW, kind="ENV")
    assert here.raised(4) == []
    here.report(4, NOW + 4 * MINUTE)
    (burst,) = here.raised(5)
    assert (burst["subject"], burst["n_members"], burst["area_id"]) == ("FAC", 5, "QH0101")
    assert here.raised(40) == []


class Cameras(World):
    """A world with cameras of its own."""

    rows: list[dict[str, Any]]

    def once(self, key: str, tables: tuple[str, ...], read: Callable[[], Any], part: object = None) -> Any:
        return self.rows


def camera(number: int, gateway: str | None, off: float | None, area: str = "QH0101001") -> dict[str, Any]:
    at = NOW - (off or 0) * MINUTE
    row = {"camera_id": f"S{number}", "lon": 119.5, "lat": 32.0, "area_id": area, "gateway": gateway}
    return row | {"state": "online" if off is None else "offline", "state_at": at, "checked_at": at}


def test_thirty_cameras_of_one_gateway_are_one_cause_and_a_lone_one_is_none(city: Make) -> None:
    here = city("camera_outage")
    world = Cameras(here.rounds.home, NOW)
    world.rows = [camera(n, "west", 10 + n / 10) for n in range(30)] + [camera(99, None, 10, "QH0102001")]
    signs = RULES["camera_outage"](world, here.settings["camera_outage"])
    assert {sign.cause for sign in signs if sign.strong} == {"west"}
    assert len({sign.subject_id for sign in signs if sign.strong}) == 30


def test_cameras_of_one_area_without_a_gateway_are_one_cause_and_hours_apart_they_are_not(city: Make) -> None:
    here = city("camera_outage")
    world = Cameras(here.rounds.home, NOW)
    world.rows = [camera(n, None, 10) for n in range(5)] + [
        camera(n, None, 10 + 60 * n, "QH0102001") for n in range(9, 15)
    ]
    signs = RULES["camera_outage"](world, here.settings["camera_outage"])
    assert {sign.cause for sign in signs} == {"QH0101"}


def test_a_key_area_with_too_many_people_is_told_until_they_are_fewer(city: Make, sample_home: Path) -> None:
    here = city("people_over", delay_s=0.0, release_s=0.0)
    counts = here.warehouse.fetch(
        "SELECT key_area_id, counted_at, count, people_limit FROM people_count JOIN key_area USING (key_area_id)", {}
    ).to_pylist()
    world = World(here.rounds.home, max(row["counted_at"] for row in counts) + timedelta(minutes=1))
    found = {sign.subject_id for sign in RULES["people_over"](world, here.settings["people_over"]) if sign.strong}
    last = {row["key_area_id"]: row for row in sorted(counts, key=lambda row: row["counted_at"])}
    fresh = {key for key, row in last.items() if world.now - row["counted_at"] <= timedelta(hours=1)}
    assert found == {key for key in fresh if last[key]["count"] > last[key]["people_limit"]}


def test_a_key_area_nobody_visited_for_weeks_is_overdue(city: Make) -> None:
    here = city("not_visited")
    world = World(here.rounds.home, NOW + timedelta(days=14))
    found = {sign.subject_id for sign in RULES["not_visited"](world, here.settings["not_visited"])}
    assert found == {"K1", "K2"}
    assert RULES["not_visited"](World(here.rounds.home, NOW), here.settings["not_visited"]) == []


def test_when_nothing_arrives_from_anybody_it_is_one_alarm_of_the_city_until_the_last_is_back(city: Make) -> None:
    here = city("silent", delay_s=1800.0, release_s=0.0, group="subject")
    workers = ("w01", "w02", "w03", "w04", "w05")
    for at, worker in enumerate(workers):
        here.at(worker, IN_W01, NOW + (at - 30) * MINUTE)

    def told(minutes: float) -> list[tuple[str, int]]:
        """Return cause and number of members of what is raised about those who had sent something; w06 never did."""
        return [(row["cause"], row["n_members"]) for row in here.raised(minutes) if row["cause"] != "w06"]

    assert told(0) == [("QH", 1)]  # the others have not been silent for half an hour yet, but nobody is heard
    assert told(4) == [("QH", 5)]
    for worker in workers[:3]:
        here.at(worker, IN_W01, NOW + 5 * MINUTE)
    assert [cause for cause, _ in told(5)] == ["QH"]  # two of five are none of their own
    for worker in workers[3:]:
        here.at(worker, IN_W01, NOW + 6 * MINUTE)
    assert told(6) == []
