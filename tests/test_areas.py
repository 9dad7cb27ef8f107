"""Areas: polygons of any order and quality become one tree, and what cannot stand in it says why."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from data.config import make_config
from data.errors import sentence
from etl.areas import AREA, Areas, build_areas
from etl.cells import count_cells
from etl.projection import from_metric, to_metric

LEVELS = [{"id": x, "zh": x, "en": x} for x in ("city", "street", "community", "grid")]
CONFIG = make_config(Path("home"), {"city": {"area_id": "C", "name": "句城"}, "levels": LEVELS})
EAST, NORTH = 500_000.0, 3_540_000.0  # metres of the city's metric CRS, a corner of its 100 m cells
COLUMNS = [*AREA.names, "_ancestors"]


def degrees(shape: Any) -> Any:
    """Move a shape given in metres from the corner into EPSG:4326."""

    def moved(points: Any) -> Any:
        x, y = from_metric(points[:, 0] + EAST, points[:, 1] + NORTH, CONFIG.city.crs_metric)
        return np.column_stack([x, y])

    return shapely.transform(shape, moved)


def row(area_id: str, level: str, parent_id: str | None, shape: Any, **more: Any) -> dict[str, Any]:
    wkb = None if shape is None else shapely.to_wkb(degrees(shape))
    about = {"area_id": area_id, "level": level, "parent_id": parent_id, "name": area_id, "geometry": wkb}
    return dict.fromkeys(COLUMNS) | about | more


def build(rows: list[dict[str, Any]]) -> Areas:
    schema = pa.unify_schemas([AREA, pa.schema([("_ancestors", pa.string()), ("_row", pa.int64())])])
    built = build_areas(pa.Table.from_pylist([x | {"_row": i} for i, x in enumerate(rows, 1)], schema), CONFIG)
    assert built.area.schema == built.area_version.schema == AREA
    placed = len([x for x in built.area_version["area_id"].to_pylist() if x in {r["area_id"] for r in rows}])
    assert placed + built.rejects.num_rows + len(built.duplicates) == len(rows)
    return built


def why(built: Areas) -> list[tuple[str, str, str]]:
    found = [(x["key"], x["reason"], x["detail"]) for x in built.rejects.to_pylist()]
    for _, reason, detail in found:
        for language in ("zh-CN", "en"):
            assert sentence(reason, language, detail=detail)
    return found


def by_id(built: Areas) -> dict[str, dict[str, Any]]:
    return {x["area_id"]: x for x in built.area.to_pylist()}


def town() -> list[dict[str, Any]]:
    """One street of two communities, three grids of 300 x 200 m side by side."""
    return [
        row("S", "street", "C", box(0, 0, 900, 200)),
        row("K1", "community", "S", box(0, 0, 600, 200)),
        row("K2", "community", "S", box(600, 0, 900, 200)),
        row("G1", "grid", "K1", box(0, 0, 300, 200)),
        row("G2", "grid", "K1", box(300, 0, 600, 200)),
        row("G3", "grid", "K2", box(600, 0, 900, 200)),
    ]


# --- the tree ------------------------------------------------------------------------------------------------


def test_the_tree_has_the_city_on_top_and_a_virtual_child_of_every_parent() -> None:
    area = by_id(build(town()))
    assert area["C"]["parent_id"] is None and area["C"]["name"] == "句城" and area["C"]["level"] == "city"
    assert {x for x in area if x.endswith("~")} == {"C~", "S~", "K1~", "K2~"}
    assert area["K1~"]["parent_id"] == "K1" and area["K1~"]["level"] == "unlocated"
    assert area["K1~"]["geometry"] is None and area["K1~"]["lon"] is None
    assert shapely.from_wkb(area["C"]["geometry"]).equals(degrees(box(0, 0, 900, 200)))


def test_every_area_is_linked_with_itself_and_all_above_it() -> None:
    links = build(town()).area_link.to_pylist()
    assert [(x["ancestor_id"], x["distance"]) for x in links if x["area_id"] == "G3"] == [
        ("G3", 0), ("K2", 1), ("S", 2), ("C", 3)
    ]  # fmt: skip
    assert [x["ancestor_id"] for x in links if x["area_id"] == "K1~"] == ["K1~", "K1", "S", "C"]
    # G1-G3 4 each, K1 K2 3 each, S 2, C 1; virtual: C~ 2, S~ 3, K1~ K2~ 4 each
    assert len(links) == 3 * 4 + 2 * 3 + 2 + 1 + 2 + 3 + 2 * 4


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(6)), again=st.lists(st.integers(0, 5), max_size=3))
def test_order_and_repetition_of_rows_change_nothing(order: list[int], again: list[int]) -> None:
    first, other = build(town()), build([town()[i] for i in [*order, *again]])
    assert other.area.equals(first.area) and other.area_link.equals(first.area_link)
    assert len(other.duplicates) == len(again) and other.rejects.num_rows == 0


def test_sizes_cells_and_labels_are_measured_in_metres() -> None:
    area = by_id(build([*town()[:3], row("G1", "grid", "K1", box(50, 50, 350, 250))]))
    assert abs(area["G1"]["area_m2"] - 60_000) < 0.1
    assert area["G1"]["cells"] == 4 * 3  # a 300 x 200 m grid moved by half a cell touches 4 x 3 cells
    assert area["K1"]["cells"] is None
    x, y = to_metric(np.array([area["G1"]["lon"]]), np.array([area["G1"]["lat"]]), CONFIG.city.crs_metric)
    assert 50 < x[0] - EAST < 350 and 50 < y[0] - NORTH < 250


def test_the_label_of_a_hollow_shape_lies_inside_it() -> None:
    horseshoe = Polygon([(0, 0), (900, 0), (900, 900), (600, 900), (600, 300), (300, 300), (300, 900), (0, 900)])
    area = by_id(build([*town()[:2], row("G", "grid", "K1", horseshoe)]))["G"]
    assert shapely.contains_xy(degrees(horseshoe), area["lon"], area["lat"])


@settings(max_examples=25, deadline=None)
@given(points=st.lists(st.tuples(st.integers(-3000, 3000), st.integers(-3000, 3000)), min_size=3, max_size=9))
def test_cells_are_counted_as_one_by_one(points: list[tuple[int, int]]) -> None:
    shape = shapely.MultiPoint(points).convex_hull
    if shape.geom_type != "Polygon":
        return
    x, y = (v.ravel() for v in np.meshgrid(np.arange(-31, 31) * 100, np.arange(-31, 31) * 100))
    shared = shapely.area(shapely.intersection(shapely.box(x, y, x + 100, y + 100), shape)) > 0
    assert count_cells(np.array([shape], dtype=object))[0] == shared.sum()


# --- parents -------------------------------------------------------------------------------------------------


def named(area_id: str, shape: Any, *above: tuple[str, str, str]) -> dict[str, Any]:
    return row(area_id, "grid", above[-1][1], shape, _ancestors=json.dumps([list(x) for x in above]))


def test_parents_only_named_by_their_grids_are_dissolved_from_them() -> None:
    street = ("street", "S", "华阳街道")
    built = build(
        [
            named("G1", box(0, 0, 300, 200), street, ("community", "K1", "一社区")),
            named("G2", box(300, 0, 600, 200), street, ("community", "K1", "一社区")),
            named("G3", box(600, 0, 900, 200), street, ("community", "K2", "二社区")),
        ]
    )
    area = by_id(built)
    assert (area["S"]["name"], area["S"]["parent_id"], area["K2"]["parent_id"]) == ("华阳街道", "C", "S")
    assert abs(area["K1"]["area_m2"] - 120_000) < 1 and abs(area["C"]["area_m2"] - 180_000) < 1
    outside = shapely.from_wkb(area["K1"]["geometry"]).symmetric_difference(degrees(box(0, 0, 600, 200)))
    assert outside.area < 1e-4 * degrees(box(0, 0, 600, 200)).area


def test_a_polygon_of_its_own_wins_over_the_union_of_grids() -> None:
    street = ("street", "S", "S")
    grids = [named("G1", box(0, 0, 300, 200), street, ("community", "K1", "K1"))]
    area = by_id(build([*grids, row("K1", "community", "S", box(0, 0, 600, 200))]))
    assert abs(area["K1"]["area_m2"] - 120_000) < 1


def test_one_name_for_two_communities_is_refused_rather_than_merged() -> None:
    def grid(number: int, street: str) -> dict[str, Any]:
        shape = box(300 * number, 0, 300 * number + 300, 200)
        return named(f"G{number}", shape, ("street", street, street), ("community", "新村", "新村"))

    built = build([grid(1, "S1"), grid(2, "S1"), grid(3, "S2")])
    assert why(built) == [("G3", "two_parents", "新村")]
    assert "S2" not in by_id(built)


def test_a_missing_parent_and_all_below_it_are_refused_until_it_is_loaded() -> None:
    orphans = [x for x in town() if x["area_id"] != "K2"]
    assert why(build(orphans)) == [("G3", "no_parent", "K2")]
    assert by_id(build([*orphans, town()[2]])).keys() == by_id(build(town())).keys()


def test_a_parent_of_the_same_or_a_lower_level_is_no_parent() -> None:
    shape = box(0, 300, 9, 309)
    rows = [*town()[:4], row("G9", "grid", "G1", shape), row("K9", "community", "G1", shape)]
    assert {(key, reason) for key, reason, _ in why(build(rows))} == {("G9", "no_parent"), ("K9", "no_parent")}


def test_grids_straight_under_the_city_need_no_parent() -> None:
    area = by_id(build([row("G1", "grid", None, box(0, 0, 300, 200))]))
    assert area["G1"]["parent_id"] == "C" and area.keys() == {"C", "C~", "G1"}


def test_levels_nobody_configured_and_second_cities_are_refused() -> None:
    rows = [*town(), row("X", "block", "S", box(0, 0, 9, 9)), row("D", "city", None, box(0, 0, 900, 200))]
    assert why(build(rows)) == [("X", "unknown_level", "block"), ("D", "second_city", "D")]


def test_a_polygon_of_the_city_itself_is_the_root() -> None:
    area = by_id(build([*town(), row("C", "city", None, box(-100, -100, 1000, 300), name="真城")]))
    assert area["C"]["name"] == "真城" and abs(area["C"]["area_m2"] - 1100 * 400) < 1


def test_no_rows_at_all_leave_the_city_alone() -> None:
    assert by_id(build([])).keys() == {"C", "C~"}


# --- dirty polygons ------------------------------------------------------------------------------------------


def test_a_bow_tie_is_refused_and_a_small_knot_undone() -> None:
    tie = Polygon([(0, 0), (300, 200), (300, 0), (0, 200)])
    knot = Polygon([(0, 0), (300, 0), (300, 200), (0, 200), (0, 101), (1, 99), (0, 99), (1, 101)])
    assert not tie.is_valid and not knot.is_valid
    built = build([*town()[:3], row("G1", "grid", "K1", tie), row("G2", "grid", "K1", knot)])
    assert [x[:2] for x in why(built)] == [("G1", "self_crossing")]
    assert shapely.from_wkb(by_id(built)["G2"]["geometry"]).is_valid
    (told,) = [x for x in built.warnings if x["reason"] == "mended"]
    assert told["key"] == "G2" and told["detail"].startswith("Self-intersection[") and told["detail"][-1] == "%"


@pytest.mark.parametrize(
    "shape",
    [
        lambda: None,
        lambda: Polygon(),
        lambda: shapely.Point(1, 1),
        lambda: shapely.LineString([(0, 0), (1, 1)]),
        lambda: Polygon([(0, 0), (float("nan"), 1), (1, 1)]),
        lambda: Polygon([(0, 0), (100, 0), (0, 0)]),
    ],
    ids=["missing", "empty", "point", "line", "NaN", "no area"],
)
def test_what_is_no_polygon_is_refused(shape: Callable[[], Any]) -> None:
    built = build([*town(), row("G9", "grid", "K1", shape())])
    assert [x[:2] for x in why(built)] == [("G9", "bad_geometry")]


def test_a_repeated_id_keeps_the_same_polygon_whatever_the_order() -> None:
    other = row("G1", "grid", "K1", box(0, 0, 200, 200))
    first, second = build([*town(), other]), build([other, *town()])
    assert first.area.equals(second.area)
    assert [x[:2] for x in why(first)] == [("G1", "repeated_id")] == [x[:2] for x in why(second)]


def test_overlapping_grids_are_loaded_and_reported() -> None:
    built = build([*town()[:4], row("G2", "grid", "K1", box(270, 0, 570, 200))])
    assert built.rejects.num_rows == 0
    assert built.warnings == [{"reason": "overlap", "key": "G1", "detail": "G2 (10%)"}]
    assert build(town()).warnings == []
