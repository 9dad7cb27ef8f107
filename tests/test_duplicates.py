"""Two reports of one thing are told beside one another, and so is a place that keeps coming back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from data.loop.command import Command, Report
from data.loop.desk import Desk
from data.loop.duplicates import candidates, repeats
from data.query import Door
from data.scope import Scope
from data.sqlfile import sql_files
from tests.circle import OPERATOR, Case, make_desk

AT = datetime(2026, 1, 5, 1, 0)
# 0.0001 degrees of latitude are 11.12 m on the sphere of the mean radius.
STEP = 0.0001


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path / "home")


def case(desk: Desk, north: float = 0, hours: float = 0, **told: Any) -> dict[str, Any]:
    where = {"located": "point", "lon": 119.5, "lat": 32.0 + north * STEP}
    report = Report(**{"kind": "FAC", "severity": 3, "area_id": "g1"} | where | told)
    return Case(desk, **{**vars(report), "reported_at": AT + timedelta(hours=hours)}).row


def like(desk: Desk, row: dict[str, Any]) -> list[dict[str, Any]]:
    """What may be the same case, of everything there is."""
    door = Everything(desk)
    return candidates(row, door, OPERATOR)  # type: ignore[arg-type]


class Everything:
    """A door to the cases of a desk, for somebody who may see them all."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.config = desk, desk.config

    def query(self, name: str, scope: Scope, **asked: Any) -> pa.Table:
        file = sql_files("queries")[name]
        return self.desk.operations.fetch(file.sql, file.bind(asked))


def ids(desk: Desk, row: dict[str, Any]) -> list[str]:
    return [found["incident_id"] for found in like(desk, row)]


def test_the_same_kind_near_and_within_a_day_is_perhaps_the_same_case(desk: Desk) -> None:
    row = case(desk)
    near, nearer = case(desk, north=4.4, hours=-23), case(desk, north=-1, hours=23.9)  # 48.9 m and 11.1 m
    case(desk, north=4.6)  # 51.1 m
    case(desk, hours=24.1)
    case(desk, kind="ENV")
    case(desk, located="area", lon=None, lat=None)
    found = like(desk, row)
    assert [one["incident_id"] for one in found] == [nearer["incident_id"], near["incident_id"]]
    assert [one["metres"] for one in found] == [11.1, 48.9]
    assert found[0]["apart_s"] == 23.9 * 3600


def test_a_case_that_is_over_or_only_known_by_its_area_is_no_candidate(desk: Desk) -> None:
    row, other = case(desk), case(desk)
    desk.act(Command("over", OPERATOR, other["incident_id"], "reject", reason="重复"))
    assert ids(desk, row) == []
    assert ids(desk, case(desk, located="area", lon=None, lat=None)) == []


def test_special_groups_are_never_looked_for_by_their_place(desk: Desk) -> None:
    row = case(desk, kind="SPG")
    case(desk, kind="SPG")
    assert ids(desk, row) == []


def test_a_place_that_keeps_coming_back_is_told_with_its_cases(door: Door, whole_city: Scope) -> None:
    """Against every incident of the sample within 600 m, distances measured on a plane of its latitude."""
    door = Door(replace(door.config, loop=replace(door.config.loop, duplicate_m=600.0)))
    rows = door.warehouse.fetch("SELECT * FROM incident WHERE located = 'point'", {}).to_pylist()
    latest = max(row["reported_at"] for row in rows)
    asked = 0
    for row in rows[:20]:
        later = row | {"incident_id": "new", "reported_at": latest + timedelta(hours=1)}
        found = {one["incident_id"]: one["metres"] for one in repeats(later, door, whole_city)}
        assert found == pytest.approx(_near(row, rows, door.config.loop.duplicate_m), abs=0.3)
        asked += len(found)
    assert asked > 40  # more than every case itself


def test_what_came_after_or_long_before_is_no_repetition(door: Door, whole_city: Scope) -> None:
    [row] = door.warehouse.fetch("SELECT * FROM incident WHERE incident_id = 'E025'", {}).to_pylist()

    def at(moved: timedelta) -> list[str]:
        known = row | {"incident_id": "new", "reported_at": row["reported_at"] + moved}
        return [one["incident_id"] for one in repeats(known, door, whole_city)]

    assert "E025" in at(timedelta(days=1))
    assert at(timedelta(hours=-12)) == at(timedelta(days=31)) == []


def test_nobody_sees_repetitions_of_another_part_of_the_city(door: Door) -> None:
    [row] = door.warehouse.fetch("SELECT * FROM incident WHERE incident_id = 'E025'", {}).to_pylist()
    later = row | {"incident_id": "new", "reported_at": row["reported_at"] + timedelta(hours=1)}
    other = Scope("b", frozenset({"operator"}), "QH02")
    assert row["area_id"].startswith("QH01")
    assert repeats(later, door, other) == []


def _near(row: dict[str, Any], rows: list[dict[str, Any]], radius_m: float) -> dict[str, float]:
    out = {}
    for one in rows:
        x = np.radians(one["lon"] - row["lon"]) * np.cos(np.radians(row["lat"])) * 6_371_008.8
        y = np.radians(one["lat"] - row["lat"]) * 6_371_008.8
        if one["kind"] == row["kind"] and np.hypot(x, y) <= radius_m and one["state"] not in ("S92", "S93"):
            out[one["incident_id"]] = round(float(np.hypot(x, y)), 1)
    return out
