"""The named walls: what is put up stays for its time, one thing at a time, and only where it may be seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from data.config import load_config
from data.errors import NotAllowed, Problem
from data.loop.command import Report
from data.loop.walls import Walls
from data.query import Door
from data.scope import Scope
from tests.copies import unworked
from tests.web import PASSWORD, open_site, sign_in

SCENES = """
[[walls]]
id = "hall"
name = "大厅"
name_en = "Hall"
account = "wall"
[[walls]]
id = "gate"
name = "门厅"
account = "gate"
[[scenes]]
id = "all"
name = "总览"
name_en = "Overview"
page = "/"
dwell_s = 10
"""


def utc() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


@pytest.fixture(scope="module")
def home(sample_load: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample city with two walls: one of the whole city, one of a single street."""

    made = tmp_path_factory.mktemp("walls") / "home"
    unworked(sample_load[0], made)
    (made / "scenes.toml").write_text(SCENES, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def site(home: Path) -> Any:
    return open_site(home)


@pytest.fixture(scope="module")
def here(site: Any, streets: list[str]) -> Door:
    house = site.server.extensions["gridlink"]
    house.accounts.add("gate", PASSWORD, {"kiosk"}, streets[0])
    door: Door = house.door
    return door


@pytest.fixture(scope="module")
def streets(home: Path) -> list[str]:
    door = Door(load_config(home))
    level = door.config.levels[1].id
    return sorted(area for area, of in door.places.tree().level.items() if of == level)


@pytest.fixture
def walls(here: Door) -> Iterator[Walls]:
    yield here.walls
    for row in here.walls.all(utc()):
        here.walls.take_back(f"clear {row['show_id']}", operator(here), row["show_id"])


def operator(door: Door, **more: Any) -> Scope:
    return replace(Scope("zhao", frozenset({"operator"}), door.config.city.area_id), **more)


def refused(reason: str) -> pytest.RaisesExc[Problem]:
    return pytest.RaisesExc(Problem, check=lambda problem: problem.reason == reason)


def case(door: Door, street: str) -> str:
    """Open a case in the first grid of a street and return its number."""
    tree = door.places.tree()
    grid = next(leaf for leaf, _ in tree.leaves if street in door.places.up(leaf))
    report = Report("FAC", 2, grid, title="李家楼下 13812345678", lon=119.1, lat=31.9, located="point")
    return str(door.desk.report(f"case {street} {utc()}", operator(door), report)["incident_id"])


def test_what_is_put_up_stays_for_its_minutes_and_no_longer(walls: Walls, here: Door, streets: list[str]) -> None:
    row = walls.put("1", operator(here), "hall", "area", streets[0], 5)
    assert row["until_at"] - row["put_at"] == timedelta(minutes=5)
    shown = walls.showing("hall", row["put_at"] + timedelta(seconds=299))
    assert shown is not None
    assert (shown["target"], shown["put_by"]) == (streets[0], "zhao")
    assert walls.showing("hall", row["put_at"] + timedelta(seconds=300)) is None
    assert walls.showing("gate", row["put_at"]) is None


def test_a_newer_one_replaces_the_older_and_the_record_says_by_whom(
    walls: Walls, here: Door, streets: list[str]
) -> None:
    first = walls.put("2a", operator(here), "hall", "area", streets[0], 30)
    second = walls.put("2b", operator(here, account="qian"), "hall", "area", streets[1], 5)
    assert [row["show_id"] for row in walls.all(utc())] == [second["show_id"]]
    sql = "SELECT ended_at, ended_by FROM wall_show WHERE show_id = $show_id"
    [record] = here.operations.fetch(sql, {"show_id": first["show_id"]}).to_pylist()
    assert record == {"ended_at": second["put_at"], "ended_by": "qian"}


def test_a_command_sent_twice_is_done_once(walls: Walls, here: Door, streets: list[str]) -> None:
    first = walls.put("3", operator(here), "hall", "area", streets[0], 5)
    clock = here.clock("wall")
    assert walls.put("3", operator(here), "hall", "area", streets[0], 5) == first
    assert here.clock("wall") == clock


def test_who_takes_it_back_ends_it_at_once_and_only_once(walls: Walls, here: Door, streets: list[str]) -> None:
    row = walls.put("4", operator(here), "hall", "area", streets[0], 5)
    ended = walls.take_back("4b", operator(here, account="qian"), row["show_id"])
    assert ended["ended_by"] == "qian"
    assert walls.showing("hall", utc()) is None
    assert walls.take_back("4b", operator(here, account="qian"), row["show_id"]) == ended
    with refused("no_show"):
        walls.take_back("4c", operator(here), row["show_id"])


@pytest.mark.parametrize("roles", [{"kiosk"}, {"analyst"}, {"kiosk", "operator"}, {"department"}])
def test_walls_analysts_and_departments_put_nothing_up(
    walls: Walls, here: Door, streets: list[str], roles: set[str]
) -> None:
    with pytest.raises(NotAllowed):
        walls.put(f"5 {roles}", operator(here, roles=frozenset(roles)), "hall", "area", streets[0], 5)
    assert walls.all(utc()) == []


def test_nobody_puts_up_what_they_may_not_see_themselves(walls: Walls, here: Door, streets: list[str]) -> None:
    with refused("not_allowed"):
        walls.put("6", operator(here, area_id=streets[0]), "hall", "area", streets[1], 5)


def test_a_wall_never_shows_what_its_own_account_may_not_see(walls: Walls, here: Door, streets: list[str]) -> None:
    assert walls.put("7a", operator(here), "gate", "area", streets[0], 5)["area_id"] == streets[0]
    with refused("not_on_wall"):
        walls.put("7b", operator(here), "gate", "area", streets[1], 5)
    assert walls.showing("gate", utc())["target"] == streets[0]  # type: ignore[index]


def test_a_case_of_another_street_stays_off_the_wall_of_this_one(walls: Walls, here: Door, streets: list[str]) -> None:
    with refused("not_on_wall"):
        walls.put("8", operator(here), "gate", "case", case(here, streets[1]), 5)


@pytest.mark.parametrize(
    ("wall", "kind", "target", "minutes", "reason"),
    [
        ("hal", "area", "?", 5, "unknown_wall"),
        ("hall", "poem", "?", 5, "bad_field"),
        ("hall", "area", "?", 61, "too_long"),
        ("hall", "area", "?", 0, "too_long"),
        ("hall", "case", "no such case", 5, "unknown_incident"),
        ("hall", "camera", "no such camera", 5, "unknown_camera"),
        ("hall", "replay", "a@yesterday", 5, "bad_replay"),
    ],
)
def test_what_cannot_be_put_up_is_refused_with_its_reason(
    walls: Walls, here: Door, wall: str, kind: str, target: str, minutes: int, reason: str
) -> None:
    with refused(reason):
        walls.put(f"9 {reason} {minutes}", operator(here), wall, kind, target, minutes)


def ask(client: FlaskClient, wall: str = "hall", since: str = "", lang: str = "") -> Any:
    headers = {"Referer": f"http://localhost/?lang={lang}"} if lang else {}
    return client.get(f"/api/walls/{wall}?since={since}", headers=headers)


def told(client: FlaskClient, wall: str = "hall", **more: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ask(client, wall, **more).get_data(as_text=True))
    return found


def test_a_display_hears_nothing_until_something_changes(
    walls: Walls, here: Door, site: Any, streets: list[str]
) -> None:
    client = sign_in(site, "wall")
    first = told(client)
    assert [scene["name"] for scene in first["scenes"]] == ["总览"]
    assert [scene["name"] for scene in told(client, lang="en")["scenes"]] == ["Overview"]
    quiet = ask(client, since=first["tag"])
    assert quiet.status_code == 204
    assert abs(int(quiet.headers["X-Gridlink-Now"]) / 1000 - datetime.now(UTC).timestamp()) < 60
    walls.put("10", operator(here), "hall", "area", streets[0], 5)
    news = ask(client, since=first["tag"])
    assert news.status_code == 200
    assert json.loads(news.get_data(as_text=True))["show"]["view"] == {"area": streets[0]}


def test_a_case_on_a_wall_says_kind_and_place_but_neither_title_nor_number_of_anybody(
    walls: Walls, here: Door, site: Any, streets: list[str]
) -> None:
    number = case(here, streets[0])
    walls.put("11", operator(here), "hall", "case", number, 5)
    for account in ("wall", "operator"):  # who previews a wall sees what the wall shows
        show = told(sign_in(site, account))["show"]
        words = json.dumps(show, ensure_ascii=False)
        assert show["about"] == number
        assert "zhao" in show["by"]
        assert "李家" not in words
        assert "138" not in words


def test_a_display_of_another_account_shows_nothing_it_may_not_see(
    walls: Walls, here: Door, site: Any, streets: list[str]
) -> None:
    walls.put("12", operator(here), "hall", "area", streets[1], 5)
    assert told(sign_in(site, "gate"))["show"] is None
    assert told(sign_in(site, "wall"))["show"] is not None


def test_a_replay_walks_through_the_day_in_half_hours_and_names_nobody(walls: Walls, here: Door, site: Any) -> None:
    walls.put("13", operator(here), "hall", "replay", "2026-01-05", 5)
    show = told(sign_in(site, "wall"))["show"]
    assert show["view"] == {"area": here.config.city.area_id, "day": "2026-01-05"}
    assert (show["steps"][0], show["steps"][-1], len(show["steps"])) == (1800, 86400, 48)


def alarm(raised: datetime, **more: Any) -> dict[str, Any]:
    row = {"alarm_id": "a1", "rule": "sos", "severity": 1, "area_id": "city", "area_name": "示范市", "subject": "W1"}
    row |= {"lon": 119.16, "lat": 31.95, "n_members": 1, "raised_at": raised, "ended_at": None, "acked_at": None}
    return row | more


@pytest.mark.parametrize(
    ("more", "interrupts"),
    [
        ({}, True),
        ({"severity": 2}, False),
        ({"acked_at": datetime(2026, 1, 1)}, False),
        ({"ended_at": datetime(2026, 1, 1)}, False),
        ({"raised_at": datetime(2026, 1, 1)}, False),  # nobody came within the limit: the wall goes on
    ],
)
def test_only_a_fresh_unacknowledged_alarm_of_the_first_severity_interrupts(
    here: Door, site: Any, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any], interrupts: bool
) -> None:
    import pyarrow as pa

    row = alarm(utc(), area_id=here.config.city.area_id) | more
    real = here.query

    def query(name: str, scope: Scope, **params: Any) -> pa.Table:
        return pa.Table.from_pylist([row]) if name == "alarms" else real(name, scope, **params)

    monkeypatch.setattr(here, "query", query)
    found = told(sign_in(site, "wall"))["alarms"]
    assert [one["id"] for one in found] == (["a1"] if interrupts else [])
    for one in found:
        assert one["point"] == [119.16, 31.95]
        assert one["until"] - one["since"] == here.config.director.alarm_s * 1000


def layout(client: FlaskClient, address: str) -> str:
    answer = client.get("/_dash-layout", headers={"Referer": f"http://localhost{address}"})
    return json.dumps(answer.get_json(), ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize(
    ("account", "address", "wall"),
    [
        ("wall", "/", "hall"),
        ("wall", "/?wall=gate", "gate"),
        ("operator", "/?wall=hall", "hall"),
        ("operator", "/?kiosk=1", None),
        ("operator", "/?wall=none", None),
        ("wall", "/performance", None),  # a page of its own stays that page
    ],
)
def test_a_screen_is_led_where_its_address_or_its_account_says_which_wall_it_is(
    site: Any, here: Door, account: str, address: str, wall: str | None
) -> None:
    shown = layout(sign_in(site, account), address)
    assert ('"data-wall"' in shown) == (wall is not None)
    assert wall is None or f'"data-wall":"{wall}"' in shown


def test_the_watermark_says_who_and_from_where(site: Any) -> None:
    assert '"data-mark":"wall · 127.0.0.1"' in layout(sign_in(site, "wall"), "/")
