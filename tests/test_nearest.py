"""Who is near an incident now: the sample city with positions set by hand; names, neighbours, duty and open orders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from data.config import load_config
from data.loop.nearest import Nearest
from data.loop.ranking import Candidate
from data.loop.settings import OperationsStore
from data.loop.store import incident
from data.query import Door
from data.scope import Scope
from tests.copies import unworked
from tests.databases import DATABASES, database

NOW = datetime(2026, 1, 5, 2)  # 10:00 in the city: everybody on duty until 12:00 but w06, who is on leave
CASE = {"incident_id": "E1", "kind": "ENV", "subkind": None, "title": None, "area_id": "QH0102001"}
CASE |= {"lon": 119.505, "lat": 32.009}
HOME = {"w01": "QH0101001", "w02": "QH0101002", "w03": "QH0102001", "w04": "QH0102003", "w05": "QH0201002"}
HOME |= {"w06": "QH0202001"}
AT = {"w01": 119.503, "w02": 119.502, "w03": 119.509, "w04": 119.506, "w05": 119.5065, "w06": 119.505}  # same latitude
OLD = {"w04": timedelta(minutes=11)}


@pytest.fixture(params=DATABASES)
def door(request: pytest.FixtureRequest, sample_home: Path, tmp_path: Path) -> Iterator[Door]:
    home = unworked(sample_home, tmp_path / "home")
    with database(request.param) as url:
        opened = Door(replace(load_config(home), operations=OperationsStore(url)))
        see_everybody(opened)
        yield opened
        opened.operations.engine.dispose()


def see_everybody(opened: Door) -> None:
    rows = [
        {"worker_id": worker, "name": "made up", "role": None, "area_id": HOME[worker], "lon": lon, "lat": 32.009}
        | {
            "fixed_at": NOW - OLD.get(worker, timedelta(seconds=12)),
            "accuracy_m": 5.0,
            "speed_mps": 0.0,
            "battery": 0.6,
        }
        for worker, lon in AT.items()
    ]
    opened.operations.record_positions(rows)


def scoped(area_id: str, *roles: str) -> Scope:
    return Scope("tester", frozenset(roles or ("operator",)), area_id)


def offered(door: Door, scope: Scope, **about: Any) -> list[Candidate]:
    return list(Nearest(door).offer(scope, {**CASE, **about}, NOW).candidates)


def given(door: Door, worker: str, number: str, state: str = "S40", severity: int = 3) -> None:
    """A case in somebody's hands."""
    Nearest(door)
    row = {"incident_id": number, "source": "worker", "owner": "own", "kind": "ENV", "severity": severity}
    row |= {"area_id": "QH0101001", "located": "area", "reported_at": NOW, "state": state, "worker_id": worker}
    row |= {"supervised": False, "unlisted": False, "cycle": 1, "version": 1, "seq": 1}
    with door.operations.write() as connection:
        connection.execute(insert(incident).values(**row))


def test_the_city_sees_who_is_near_with_masked_names_and_why(door: Door) -> None:
    offer = Nearest(door).offer(scoped("QH"), CASE, NOW)
    first = offer.candidates[0]
    # 0.0015 degrees of longitude at 32.009 N are 141.4 m; x 1.35 / 1.2 m/s = 159 s: three minutes begun.
    assert [one.worker_id for one in offer.candidates] == ["w05", "w01", "w02", "w03"]
    assert (first.name, first.role, first.distance_m, first.walk_min, first.age_s) == ("吴*", "grid_head", 142, 3, 12)
    assert (first.battery, first.orders, first.nearness) == (0.6, 0, "neighbour_grid")
    assert first.duty_ends_at == datetime(2026, 1, 5, 4)
    assert (first.lon, first.lat) == (119.5065, 32.009)
    # w04's fix is eleven minutes old, w06 is on leave.
    assert offer.not_listed == {"far": 0, "off_duty": 1, "old_fix": 1, "busy": 0, "more": 0}
    assert [one.nearness for one in offer.candidates] == [
        "neighbour_grid",
        "neighbour_grid",
        "neighbour_grid",
        "own_grid",
    ]


def test_the_worker_of_another_street_is_a_role_a_distance_and_an_age(door: Door) -> None:
    neighbour = offered(door, scoped("QH01"))[0]
    told = {name: value for name, value in vars(neighbour).items() if value not in (None, ())}
    assert told == {"token": neighbour.token, "distance_m": 142, "walk_min": 3, "age_s": 12, "role": "grid_head"}
    assert neighbour.token not in HOME and neighbour.token == offered(door, scoped("QH01"))[0].token
    assert [one.worker_id for one in offered(door, scoped("QH01"))] == [None, "w01", "w02", "w03"]
    assert [one.name for one in offered(door, scoped("QH0102"))] == [None, None, None, "黄*"]


@pytest.mark.parametrize("role", ["kiosk", "analyst", "steward", "worker", "department"])
def test_who_may_not_see_workers_as_points_sees_nobodys_name_or_place(door: Door, role: str) -> None:
    for one in offered(door, scoped("QH", role)):
        assert (one.worker_id, one.name, one.lon, one.lat, one.reasons) == (None, None, None, None, ())


def test_a_dispute_goes_to_who_can_mediate_however_far(door: Door) -> None:
    ranked = offered(door, scoped("QH"), kind="DIS", subkind="邻里")
    assert [(one.worker_id, one.skilled) for one in ranked] == [
        ("w05", True),
        ("w03", True),
        ("w01", False),
        ("w02", False),
    ]


def test_open_orders_count_and_an_emergency_is_not_interrupted(door: Door) -> None:
    given(door, "w05", "A1")
    given(door, "w05", "A2", state="S50")
    given(door, "w05", "A3", state="S90")
    given(door, "w02", "A4", state="S50", severity=1)
    offer = Nearest(door).offer(scoped("QH"), CASE, NOW)
    orders = {one.worker_id: one.orders for one in offer.candidates}
    assert orders == {"w01": 0, "w05": 2, "w03": 0}
    assert list(orders) == ["w01", "w05", "w03"]  # 189 m = 212 s; 159 + 240 s; 377 m = 424 s
    assert offer.not_listed["busy"] == 1


def test_the_case_itself_is_no_burden(door: Door) -> None:
    given(door, "w05", "E1", severity=1)
    assert offered(door, scoped("QH"))[0].orders == 0


def test_nobody_is_on_duty_at_lunch(door: Door) -> None:
    offer = Nearest(door).offer(scoped("QH"), CASE, NOW + timedelta(hours=2, minutes=1))
    assert (offer.candidates, offer.within, offer.not_listed["off_duty"]) == ((), 0, 6)


def test_everybody_is_on_duty_where_there_is_no_roster(door: Door) -> None:
    door.config = replace(door.config, duty=replace(door.config.duty, roster="none"))
    offer = Nearest(door).offer(scoped("QH"), CASE, NOW)
    assert {one.worker_id for one in offer.candidates} == {"w01", "w02", "w03", "w05", "w06"}
    assert {one.duty_ends_at for one in offer.candidates if one.worker_id == "w06"} == {None}


def test_who_is_beyond_the_radius_is_counted_as_too_far(door: Door) -> None:
    here = door.config.dispatch
    door.config = replace(door.config, dispatch=replace(here, radius_m=150.0))
    offer = Nearest(door).offer(scoped("QH"), CASE, NOW)
    assert [one.worker_id for one in offer.candidates] == ["w05"]
    # w01, w02, w03 are on duty and farther; w06, nearest of all, is on leave; w04's old fix is 94 m away.
    assert offer.not_listed == {"far": 3, "off_duty": 1, "old_fix": 1, "busy": 0, "more": 0}


def test_a_case_without_a_point_is_where_its_area_is_named(door: Door) -> None:
    label = door.warehouse.fetch("SELECT lon, lat FROM area WHERE area_id = 'QH0102001'", {}).to_pylist()[0]
    unlocated = {"area_id": "QH0102001", "lon": None, "lat": None}
    assert offered(door, scoped("QH"), **unlocated) == offered(door, scoped("QH"), **label)
    assert Nearest(door).offer(scoped("QH"), {**CASE, "area_id": "nowhere", "lon": None, "lat": None}, NOW).within == 0
