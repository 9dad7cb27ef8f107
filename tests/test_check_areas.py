"""What somebody should look at in boundaries: found by hand-drawn faults, and nothing where there is none."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import shapely
from shapely import Polygon, box

from data.schema import arrow_schema
from data.words import words
from etl.commands.check_areas import check_areas
from etl.findings import find, with_sizes
from tests.test_areas import CONFIG, build, degrees, named, row, town

ATTRIBUTES = arrow_schema("area_attribute")


def found(rows: list[dict[str, Any]], attributes: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    table = None if attributes is None else pa.Table.from_pylist(attributes, ATTRIBUTES)
    findings = find(build(rows), table, CONFIG)
    assert findings.schema == arrow_schema("area_finding")
    return findings.to_pylist()


def told(findings: list[dict[str, Any]]) -> list[tuple[str, str, str | None, str]]:
    return [(x["kind"], x["area_id"], x["other_id"], x["detail"]) for x in findings]


def test_a_clean_tree_has_nothing_to_look_at() -> None:
    assert found(town()) == []


def test_an_overlap_is_shown_where_it_is() -> None:
    (finding,) = found([*town()[:4], row("G2", "grid", "K1", box(270, 0, 600, 200)), town()[5]])
    assert told([finding]) == [("overlap", "G1", "G2", "10.0%")] and abs(finding["area_m2"] - 6_000) < 1
    assert shapely.from_wkb(finding["geometry"]).symmetric_difference(degrees(box(270, 0, 300, 200))).area < 1e-12


def test_rounding_between_neighbours_is_no_finding() -> None:
    east = [row("G2", "grid", "K1", box(299.6, 0, 600, 200)), row("G3", "grid", "K2", box(600.4, 0, 900, 200))]
    assert found([*town()[:4], *east]) == []


def test_a_gap_between_siblings_is_told_once_at_the_lowest_level() -> None:
    rows = [*town()[:4], row("G2", "grid", "K1", box(320, 0, 600, 200)), town()[5]]
    assert told(found(rows)) == [("gap", "K1", None, "18.2 m")]  # 2 x 20 x 200 / 440
    rows[1] = row("K1", "community", "S", box(0, 0, 590, 200))
    rows[2] = row("K2", "community", "S", box(610, 0, 900, 200))
    kinds = told(found(rows))
    assert ("gap", "S", None, "18.2 m") in kinds and ("gap", "K1", None, "18.2 m") in kinds
    assert not any(kind == "gap" and area == "C" for kind, area, _, _ in kinds)


def test_a_hole_in_a_dissolved_parent_is_a_gap_unless_another_parent_fills_it() -> None:
    ring = box(0, 0, 600, 600).difference(box(200, 200, 400, 400))
    around = named("G1", ring, ("community", "K1", "一"))
    assert told(found([around])) == [("gap", "K1", None, "100.0 m")]
    enclave = named("G2", box(200, 200, 400, 400), ("community", "K2", "二"))
    assert found([around, enclave]) == []


def test_a_part_too_narrow_to_be_meant_is_a_sliver() -> None:
    shape = shapely.union(box(0, 0, 300, 200), box(310, 0, 312, 200))
    rows = [*town()[:3], row("G1", "grid", "K1", shape), row("G2", "grid", "K1", box(312, 0, 600, 200)), town()[5]]
    findings = found(rows)
    assert ("sliver", "G1", None, "2.0 m") in told(findings)
    assert ("gap", "K1", None, "9.5 m") in told(findings) and len(findings) == 2  # 2 x 10 x 200 / 420


def test_a_grid_that_hangs_over_its_community_is_told_with_its_share() -> None:
    rows = [*town()[:5], row("G3", "grid", "K2", box(600, 0, 900, 250))]
    assert told(found(rows)) == [("outside_parent", "G3", "K2", "20.0%")]


def test_a_grid_of_another_order_of_size_is_told() -> None:
    grids = [row(f"G{i}", "grid", "K1", box(i * 100, 0, i * 100 + 100, 200)) for i in range(8)]
    rows = [*town()[:1], row("K1", "community", "S", box(0, 0, 9_000, 200)), *grids]
    assert not [x for x in found(rows) if x["kind"] == "size"]
    big = row("G8", "grid", "K1", box(800, 0, 9_000, 200))
    tiny = row("G7", "grid", "K1", box(700, 0, 708, 200))
    assert [x[1:] for x in told(found([*rows[:-1], tiny, big])) if x[0] == "size"] == [
        ("G7", None, "÷12.5 (n = 9)"),
        ("G8", None, "×82.0 (n = 9)"),
    ]


def test_peers_of_a_grid_are_those_of_its_urban_class() -> None:
    rural = [row(f"R{i}", "grid", "K1", box(i * 2_000, 0, i * 2_000 + 2_000, 2_000)) for i in range(6)]
    urban = [row(f"U{i}", "grid", "K1", box(i * 200, 2_000, i * 200 + 200, 2_200)) for i in range(12)]
    rows = [row("S", "street", "C", box(0, 0, 12_000, 2_200)), row("K1", "community", "S", box(0, 0, 12_000, 2_200))]
    assert len([x for x in found([*rows, *rural, *urban]) if x["kind"] == "size"]) == 6
    classes = {"R": "rural", "U": "urban"}
    attributes = [{"area_id": x["area_id"], "urban_class": classes[x["area_id"][0]]} for x in (*rural, *urban)]
    assert not [x for x in found([*rows, *rural, *urban], attributes) if x["kind"] == "size"]


def test_households_out_of_bounds_are_told_of_urban_grids_only() -> None:
    attributes = [
        {"area_id": "G1", "households": 812, "urban_class": "urban"},
        {"area_id": "G2", "households": 400, "urban_class": "urban"},
        {"area_id": "G3", "households": 90, "urban_class": "rural"},
    ]
    assert told(found(town(), attributes)) == [("size", "G1", None, "households = 812 (300–500)")]
    table, built = pa.Table.from_pylist(attributes, ATTRIBUTES), build(town())
    later = with_sizes(find(built, None, CONFIG), built.area, table, CONFIG)
    assert later.to_pylist() == found(town(), attributes)


@pytest.mark.parametrize("name", [" 一号网格", "一号  网格", "12", "--", "一号\u0000", "\ufffd\ufffd网格", "??网格"])
def test_a_name_nobody_would_write_is_told(name: str) -> None:
    rows = town()
    rows[3] |= {"name": name}
    assert told(found(rows)) == [("name", "G1", None, f"“{name}”")]


def test_names_a_reader_takes_for_the_same_are_told_within_a_community_or_a_level() -> None:
    rows = town()
    rows[3] |= {"name": "第1网格"}
    rows[4] |= {"name": "第１ 网格"}
    rows[5] |= {"name": "第1网格"}  # of another community: usual
    assert told(found(rows)) == [("name", "G2", "G1", "= 第１ 网格")]
    rows = town()
    rows[1] |= {"name": "新村"}
    rows[2] |= {"name": "新村"}
    assert told(found(rows)) == [("name", "K2", "K1", "= 新村")]


def test_areas_that_ended_are_not_looked_at() -> None:
    old = row("G9", "grid", "K1", box(0, 0, 600, 200), valid_to=date(2020, 1, 1))
    assert found([*town(), old]) == []


def test_findings_do_not_depend_on_the_order_of_rows() -> None:
    tie = Polygon([(0, 0), (330, 0), (330, 200), (0, 260)])
    rows = [*town()[:3], row("G1", "grid", "K1", tie), *town()[4:], row("G4", "grid", "K2", box(600, 0, 700, 100))]
    assert len(found(rows)) >= 3 and found(rows) == found(rows[::-1])


# --- the command ---------------------------------------------------------------------------------------------

MAPPING = """
[source]
match = "*.geojson"
table = "area"
crs = "EPSG:4326"
[columns]
area_id = "id"
name = "name"
level = { constant = "grid" }
geometry = "geometry"
"""


def test_the_command_checks_a_file_before_it_is_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "gridlink.toml").write_text('[city]\narea_id = "C"\n', encoding="utf-8")
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "grids.toml").write_text(MAPPING, encoding="utf-8")
    shapes = {"一": box(0, 0, 300, 200), "二": box(200, 0, 500, 200), "三": shapely.LineString([(0, 0), (1, 1)])}
    features = [
        {"type": "Feature", "properties": {"id": x, "name": x}, "geometry": json.loads(shapely.to_geojson(degrees(y)))}
        for x, y in shapes.items()
    ]
    file = tmp_path / "grids.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    check_areas([file], home=tmp_path, as_json=True)
    said = json.loads(capsys.readouterr().out)
    (finding,) = said["findings"]
    assert (finding["kind"], finding["area_id"], finding["other_id"]) == ("overlap", "一", "二")
    middle = degrees(shapely.Point(250, 100))
    assert abs(finding["lon"] - middle.x) < 1e-3 and abs(finding["lat"] - middle.y) < 1e-3
    assert [(x["key"], x["reason"]) for x in said["refused"]] == [("三", "bad_geometry")]
    check_areas([file], home=tmp_path)
    shown = capsys.readouterr()
    assert "33.3%" in shown.out and "20,000" in shown.out and "三" in shown.err


def test_every_kind_has_a_word() -> None:
    assert {f"finding_{x}" for x in ("overlap", "gap", "sliver", "size", "name", "outside_parent")} <= set(words())
