"""Boundaries change: each version of an area keeps its days, and each fact the grid that held it on its day."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from data.sqlfile import sql_files
from etl.reference import Reference
from tests.test_areas import CONFIG, build, by_id, degrees, named, row, town, why

JULY = date(2026, 7, 1)
BEFORE, AFTER = date(2026, 6, 30), date(2026, 7, 1)


def moved_border() -> list[dict[str, Any]]:
    """The border between G1 and G2 moves 100 m east on 1 July."""
    return [
        *town()[:3],
        row("G1", "grid", "K1", box(0, 0, 300, 200), valid_to=JULY),
        row("G2", "grid", "K1", box(300, 0, 600, 200), valid_to=JULY),
        row("G1", "grid", "K1", box(0, 0, 400, 200), valid_from=JULY, name="新一"),
        row("G2", "grid", "K1", box(400, 0, 600, 200), valid_from=JULY),
        town()[5],
    ]


def reference(built: Any, home: Path) -> Reference:
    from dataclasses import replace

    config = replace(CONFIG, home=home)
    return Reference(config, built.area, None, None, datetime(2026, 7, 2), area_version=built.area_version)


def spot(x: float, y: float = 100.0) -> tuple[np.ndarray, np.ndarray]:
    point = degrees(shapely.Point(x, y))
    return np.array([point.x]), np.array([point.y])


def test_rows_of_one_id_with_other_days_are_versions_and_the_newest_stands_in_the_tree() -> None:
    built = build(moved_border())
    assert built.rejects.num_rows == 0 and not built.duplicates and built.warnings == []
    g1 = by_id(built)["G1"]
    assert (g1["name"], g1["valid_from"], g1["valid_to"]) == ("新一", None, None)
    assert abs(g1["area_m2"] - 80_000) < 0.1
    versions = [(x["valid_from"], x["valid_to"], round(x["area_m2"])) for x in built.area_version.to_pylist()
                if x["area_id"] == "G1"]  # fmt: skip
    assert versions == [(None, JULY, 60_000), (JULY, None, 80_000)]
    assert built.area.num_rows == build(town()).area.num_rows


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(8)))
def test_the_order_of_versions_in_a_file_changes_nothing(order: list[int]) -> None:
    first, other = build(moved_border()), build([moved_border()[i] for i in order])
    assert other.area.equals(first.area) and other.area_version.equals(first.area_version)
    assert other.area_link.equals(first.area_link)


def test_a_point_is_placed_by_the_boundaries_of_its_own_day(tmp_path: Path) -> None:
    known = reference(build(moved_border()), tmp_path)
    x, y = (np.repeat(v, 2) for v in spot(350))
    days = np.array([BEFORE, AFTER], "datetime64[D]")
    assert known.place(x, y, days).tolist() == ["G2", "G1"]
    assert [known.on(day).place(x, y).tolist()[0] for day in (BEFORE, AFTER)] == ["G2", "G1"]
    assert known.every_id.take(pa.array(known.codes(x, y, days))).to_pylist() == ["G2", "G1"]
    assert known.place(x, y).tolist() == ["G1", "G1"]  # received on 2 July
    placed = known.placed_ids.to_pylist()
    assert placed == ["G1", "G2", "G3", "C~"] and placed[known.index.place(*spot(-50))[0]] == "C~"


def test_days_with_the_same_boundaries_share_one_index(tmp_path: Path) -> None:
    known = reference(build(moved_border()), tmp_path)
    year = np.arange("2026-01-01", "2027-01-01", dtype="datetime64[D]")
    x, y = (np.repeat(v, len(year)) for v in spot(350))
    assert (known.place(x, y, year) == np.where(year < np.datetime64(JULY), "G2", "G1")).all()
    assert len(known.indexes) == 2
    assert known.index_on(date(2020, 1, 1)) is known.index_on(BEFORE) is not known.index_on(AFTER)


def test_a_grid_that_ended_keeps_its_place_in_the_tree_and_gets_no_new_facts(tmp_path: Path) -> None:
    rows = [*town()[:4], row("G2", "grid", "K1", box(300, 0, 600, 200), valid_to=JULY), town()[5]]
    built = build(rows)
    assert by_id(built)["G2"]["valid_to"] == JULY
    assert [x["ancestor_id"] for x in built.area_link.to_pylist() if x["area_id"] == "G2"] == ["G2", "K1", "S", "C"]
    known = reference(built, tmp_path)
    assert [known.on(day).place(*spot(350))[0] for day in (BEFORE, AFTER)] == ["G2", "C~"]
    assert known.countable("G2") == "G2" and known.above["G2"] == "K1"


def test_an_open_end_lasts_until_the_next_version_begins() -> None:
    rows = [*town(), row("G1", "grid", "K1", box(0, 0, 280, 200), valid_from=JULY)]
    built = build(rows)
    spans = [(x["valid_from"], x["valid_to"]) for x in built.area_version.to_pylist() if x["area_id"] == "G1"]
    assert built.rejects.num_rows == 0 and spans == [(None, JULY), (JULY, None)]


def test_versions_that_contradict_each_other_are_refused_with_both_spans() -> None:
    late = row("G1", "grid", "K1", box(0, 0, 300, 200), valid_to=date(2026, 8, 1))
    built = build([*town()[:3], late, row("G1", "grid", "K1", box(0, 0, 280, 200), valid_from=JULY)])
    detail = "G1 [2026-07-01, ∞), [-∞, 2026-08-01)"
    assert why(built) == [("G1", "overlapping_versions", detail)]


def test_days_that_end_before_they_begin_are_refused() -> None:
    wrong = row("G1", "grid", "K1", box(0, 0, 300, 200), valid_from=JULY, valid_to=JULY)
    assert [x[:2] for x in why(build([*town()[:3], wrong]))] == [("G1", "time_order")]


def test_an_id_keeps_its_level() -> None:
    rows = [*town(), row("K2", "grid", "K1", box(600, 0, 900, 200), valid_to=JULY)]
    rows[2] = rows[2] | {"valid_from": JULY}
    assert why(build(rows)) == [("K2", "level_changed", "K2: grid, community")]


def test_grids_overlap_only_on_days_both_are_valid() -> None:
    old = row("G9", "grid", "K1", box(0, 0, 300, 200), valid_to=JULY)
    assert [(x["reason"], x["key"]) for x in build([*town(), old]).warnings] == [("overlap", "G1")]
    young = [*town()[:3], row("G1", "grid", "K1", box(0, 0, 300, 200), valid_from=JULY), *town()[4:]]
    assert build([*young, old]).warnings == []


def test_a_grid_that_changed_its_community_is_summed_under_the_newest_and_said_so() -> None:
    old = row("G2", "grid", "K2", box(300, 0, 600, 200), valid_to=JULY)
    new = row("G2", "grid", "K1", box(300, 0, 600, 200), valid_from=JULY)
    built = build([*town()[:4], old, new, town()[5]])
    assert built.warnings == [{"reason": "moved_parent", "key": "G2", "detail": "K2 → K1"}]
    assert by_id(built)["G2"]["parent_id"] == "K1"
    assert [x["parent_id"] for x in built.area_version.to_pylist() if x["area_id"] == "G2"] == ["K2", "K1"]


def test_a_community_that_changed_its_street_does_not_refuse_the_grids_of_before() -> None:
    then = [("street", "S1", "一"), ("community", "K", "K")]
    now = [("street", "S2", "二"), ("community", "K", "K")]
    rows = [named("G1", box(0, 0, 300, 200), *then) | {"valid_to": JULY}]
    rows += [named(x, box(0, 0, 300, 200), *now) | {"valid_from": JULY} for x in ("G1", "G2")]
    rows += [named(f"G{x}", box(300 * x, 0, 300 * x + 300, 200), *then) | {"valid_to": JULY} for x in (3, 4, 5)]
    built = build(rows)
    assert built.rejects.num_rows == 0
    assert by_id(built)["K"]["parent_id"] == "S2" and "S1" not in by_id(built)
    assert {"reason": "moved_parent", "key": "K", "detail": "S1 → S2"} in built.warnings


def test_a_dissolved_parent_follows_the_grids_still_valid() -> None:
    above = ("community", "K", "K")
    rows = [named("G1", box(0, 0, 900, 200), above) | {"valid_to": JULY}]
    rows += [named("G2", box(0, 0, 300, 200), above) | {"valid_from": JULY}]
    area = by_id(build(rows))
    assert abs(area["K"]["area_m2"] - 60_000) < 1 and area["K"]["valid_to"] is None
    assert by_id(build(rows[:1]))["K"]["valid_to"] == JULY


@pytest.mark.parametrize(("day", "expected"), [(BEFORE, 60_000), (AFTER, 80_000)])
def test_the_map_of_a_day_shows_the_boundaries_of_that_day(day: date, expected: int) -> None:
    built = build([*moved_border(), row("G9", "grid", "K2", box(600, 0, 900, 200), valid_to=JULY)])
    shown = areas_on(day, built)
    assert round(shown["G1"]["area_m2"]) == expected
    assert shown["G1"]["name"] == ("G1" if day == BEFORE else "新一")
    assert ("G9" in shown) == (day == BEFORE) and len(shown) == (8 if day == BEFORE else 7)


def test_between_two_versions_an_area_is_not_shown() -> None:
    rows = [*town()[:3], row("G1", "grid", "K1", box(0, 0, 300, 200), valid_to=date(2026, 1, 1))]
    built = build([*rows, row("G1", "grid", "K1", box(0, 0, 400, 200), valid_from=JULY)])
    assert "G1" not in areas_on(date(2026, 3, 1), built)
    assert "G1" in areas_on(date(2025, 3, 1), built) and "G1" in areas_on(JULY, built)


def areas_on(day: date, built: Any) -> dict[str, dict[str, Any]]:
    with duckdb.connect() as connection:
        for file in sql_files("schema").values():
            connection.execute(file.sql)
        for name in ("area", "area_version", "area_link"):
            connection.register("rows", getattr(built, name))
            connection.table("rows").insert_into(name)
        query = sql_files("queries")["areas"]
        found = connection.sql(query.sql, params={"scope": "C", "day": day}).to_arrow_table().to_pylist()
    assert len({x["area_id"] for x in found}) == len(found)
    return {x["area_id"]: x for x in found}
