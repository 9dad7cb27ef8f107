"""Hot spots of a made-up city: what was planted is found, with its history; what has no place is left out and said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from data.analysis.hot_spots import HotSpots, Question, hot_spots
from data.config import load_config
from data.query import Door
from data.scope import Scope
from etl.load import load
from etl.synthesize import synthesize

END = datetime(2026, 6, 28, 16, tzinfo=UTC).replace(tzinfo=None)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Door:
    home = tmp_path_factory.mktemp("hot") / "home"
    synthesize(home, end=END, grids=120, days=1, names="fictional")
    load([home], load_config(home), now=END)
    return Door(load_config(home))


def scope(door: Door, area: str = "") -> Scope:
    return Scope("leader", frozenset({"leader"}), area or door.config.city.area_id)


def asked(door: Door, kind: str, area: str = "", **more: object) -> HotSpots:
    return hot_spots(door, scope(door), Question(kind, area or door.config.city.area_id, END, **more))  # type: ignore[arg-type]


def test_a_planted_hot_spot_that_appears_is_called_so_and_one_that_fades_too(city: Door) -> None:
    new = asked(city, "HAZ").spots[0]
    assert new.emerging in ("new", "consecutive") and new.run <= 4
    assert new.trend[-1] > 3 * np.median(new.trend[:8])
    fading = asked(city, "FAC").spots[0]
    assert fading.emerging == "diminishing" and fading.trend[-1] < 0.7 * np.median(fading.trend[:4])


def test_every_located_incident_is_counted_once_and_the_others_are_said(city: Door) -> None:
    found = asked(city, "APP")
    rows = city.query("hot_points", scope(city), kind="APP", start=found.method["start"], end=END).to_pylist()
    placed = [row for row in rows if row["located"] in ("point", "area") and not row["area_id"].endswith("~")]
    assert found.n == sum(unit.n for unit in found.units) == len(placed)
    assert found.left_out == len(rows) - len(placed) > 0
    assert sum(map(sum, found.hours)) == found.n


def test_a_spot_s_numbers_are_those_of_its_units(city: Door) -> None:
    found = asked(city, "APP", base="households")
    units = {unit.area_id: unit for unit in found.units}
    assert found.spots
    for spot in found.spots:
        own = [units[area] for area in spot.area_ids]
        assert spot.n == sum(unit.n for unit in own) == spot.trend[-1]
        assert spot.rate == pytest.approx(1000 * spot.n / sum(unit.base for unit in own))
        assert all(unit.significance > 0 for unit in own)
        assert spot.public_n <= spot.n
        assert spot.small == (spot.n < 10)
    strength = [spot.z for spot in found.spots]
    assert strength == sorted(strength, reverse=True)
    assert [spot.number for spot in found.spots] == list(range(1, len(strength) + 1))


def test_a_grid_of_few_homes_is_not_rated(city: Door) -> None:
    for unit in asked(city, "ENV", base="households").units:
        assert unit.rated == (unit.base >= 50)
        if not unit.rated:
            assert (unit.z, unit.significance, unit.emerging) == (None, 0, None)


def test_the_base_follows_the_kind_and_says_when_another_stands_in(city: Door) -> None:
    assert [asked(city, kind).base for kind in ("ENV", "FAC", "PUB")] == ["households", "road_km", "floating"]
    assert asked(city, "ENV", base="patrol_hours").method["base_asked"] == "patrol_hours"


def test_only_differences_that_survive_are_said_to_hold(city: Door) -> None:
    for unit in asked(city, "HAZ", weeks=8, steps=6).units:
        if unit.difference_holds:
            assert abs(unit.n - unit.before) > 1.96 * (unit.n + unit.before) ** 0.5


def test_public_reports_alone_are_fewer_and_judged_for_themselves(city: Door) -> None:
    every, public = asked(city, "APP"), asked(city, "APP", public_only=True)
    assert 0 < public.n < every.n
    hot = {unit.area_id for unit in public.units if unit.significance > 0}
    assert [spot.public_holds for spot in every.spots] == [bool(hot & set(spot.area_ids)) for spot in every.spots]


def test_an_area_shows_its_own_units_as_the_whole_city_judges_them(city: Door) -> None:
    whole = asked(city, "APP")
    rows = city.query("areas", scope(city), day=END.date()).to_pylist()
    street = next(row["area_id"] for row in rows if row["level"] == "street")
    part = asked(city, "APP", street)
    known = {unit.area_id: unit for unit in whole.units}
    assert 0 < len(part.units) < len(whole.units)
    assert all(known[unit.area_id] == unit for unit in part.units)


def test_cells_hold_what_grids_hold_and_stand_where_they_say(city: Door) -> None:
    cells = asked(city, "APP", cells=True)
    assert cells.base == asked(city, "APP").base
    assert sum(unit.n for unit in cells.units) == cells.n
    for unit in cells.units[:20]:
        assert unit.corners is not None
        lon, lat = np.array(unit.corners).T
        assert lon.min() < unit.lon < lon.max() and lat.min() < unit.lat < lat.max()
    assert cells.n <= asked(city, "APP").n


def test_nobody_sees_a_hot_spot_outside_the_own_area(city: Door, tmp_path: Path) -> None:
    rows = city.query("areas", scope(city), day=END.date()).to_pylist()
    street = next(row["area_id"] for row in rows if row["level"] == "street")
    inside = set(city.query("areas", scope(city, street), day=END.date())["area_id"].to_pylist())
    found = hot_spots(city, scope(city, street), Question("APP", street, END))
    assert {unit.area_id for unit in found.units} <= inside


def test_an_area_without_incidents_has_no_hot_spot(city: Door) -> None:
    found = hot_spots(city, scope(city), Question("APP", city.config.city.area_id, datetime(2020, 1, 1)))
    assert (found.n, found.spots, found.left_out) == (0, [], 0)
    assert all(unit.significance == 0 for unit in found.units)
