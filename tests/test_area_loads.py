"""Loading areas again: versions add up, a refused row takes nothing away, and what was drawn once is kept."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely import Polygon, box

from data.config import load_config
from data.warehouse import Warehouse
from etl.load import LoadResult, load
from tests.test_areas import degrees

GRIDS = """
[source]
match = "grids*.geojson"
table = "area"
crs = "EPSG:4326"
[columns]
area_id = "id"
name = "id"
level = { constant = "grid" }
valid_from = "from"
geometry = "geometry"
[nulls]
any = [""]
"""
ATTRIBUTES = """
[source]
match = "households*.csv"
table = "area_attribute"
[columns]
area_id = "id"
households = "n"
"""
FIXES = """
[source]
match = "fixes*.csv"
table = "fix"
crs = "EPSG:4326"
time_zone = "Asia/Shanghai"
[columns]
worker_id = "who"
fixed_at = "at"
lon = "lon"
lat = "lat"
"""
HOME = '[city]\narea_id = "C"\n[duty]\nroster = "none"\nunknown_workers = "keep"\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "mappings").mkdir()
    (tmp_path / "gridlink.toml").write_text(HOME, encoding="utf-8")
    for name, text in (("grids", GRIDS), ("attributes", ATTRIBUTES), ("fixes", FIXES)):
        (tmp_path / "mappings" / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def load_grids(home: Path, name: str, grids: list[tuple[str, str, Any]]) -> LoadResult:
    shapes = [json.loads(shapely.to_geojson(degrees(x))) for _, _, x in grids]
    about = [{"id": i, "from": day} for i, day, _ in grids]
    features = [{"type": "Feature", "properties": a, "geometry": x} for a, x in zip(about, shapes, strict=True)]
    path = home / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return load([path], load_config(home), now=datetime(2026, 7, 10))


def rows(home: Path, sql: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = Warehouse(load_config(home)).fetch(sql, {}).to_pylist()
    return found


def test_a_shape_of_too_many_vertices_is_refused_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.mapping.MOST_VERTICES", 100)
    ring = shapely.Point(700, 100).buffer(90, quad_segs=25)  # four quarters of 25 sides, and the first point again
    assert shapely.get_num_coordinates(ring) == 101
    result = load_grids(home, "grids.geojson", [("A", "2026-01-01", box(0, 0, 300, 200)), ("B", "2026-01-01", ring)])
    assert [entry.reasons for entry in result.entries] == [{"too_many_vertices": 1}]
    assert rows(home, "SELECT area_id FROM area WHERE level = 'grid'") == [{"area_id": "A"}]


def versions(home: Path) -> list[tuple[Any, ...]]:
    sql = "SELECT area_id, valid_from, valid_to, round(area_m2) AS m2 FROM area_version WHERE level = 'grid'"
    return [tuple(x.values()) for x in rows(home, sql + " ORDER BY area_id, valid_from NULLS FIRST")]


FIRST = [("G1", "", box(0, 0, 300, 200)), ("G2", "", box(300, 0, 600, 200))]
SECOND = [("G1", "2026-07-01", box(0, 0, 400, 200)), ("G2", "2026-07-01", box(400, 0, 600, 200))]
JULY = date(2026, 7, 1)
BOTH = [("G1", None, JULY, 60_000), ("G1", JULY, None, 80_000), ("G2", None, JULY, 60_000), ("G2", JULY, None, 40_000)]


@pytest.mark.parametrize("order", [(FIRST, SECOND), (SECOND, FIRST)])
def test_boundaries_of_a_later_day_are_added_to_those_of_before(home: Path, order: tuple[Any, Any]) -> None:
    for number, grids in enumerate(order):
        result = load_grids(home, f"grids{number}.geojson", grids)
        assert result.entries[0].rows_loaded == 2
    assert versions(home) == BOTH
    assert [x["n"] for x in rows(home, "SELECT count(*) AS n FROM area WHERE level = 'grid'")] == [2]


def test_boundaries_of_the_same_day_replace_each_other(home: Path) -> None:
    load_grids(home, "grids1.geojson", FIRST)
    load_grids(home, "grids2.geojson", [("G1", "", box(0, 0, 250, 200))])
    assert versions(home) == [("G1", None, None, 50_000), ("G2", None, None, 60_000)]


def test_a_refused_row_leaves_what_was_known(home: Path) -> None:
    load_grids(home, "grids1.geojson", FIRST)
    tie = Polygon([(0, 0), (300, 200), (300, 0), (0, 200)])
    result = load_grids(home, "grids2.geojson", [("G1", "", tie), ("G2", "", box(300, 0, 590, 200))])
    assert dict(result.entries[0].reasons) == {"self_crossing": 1}
    assert versions(home) == [("G1", None, None, 60_000), ("G2", None, None, 58_000)]


def test_the_index_drawn_by_a_first_load_is_read_by_the_second(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_grids(home, "grids1.geojson", FIRST)
    point = degrees(shapely.Point(350, 100))

    def load_fix(second: int) -> LoadResult:
        path = home / f"fixes{second}.csv"
        path.write_text(f"who,at,lon,lat\nw,2026-07-02 08:00:0{second},{point.x},{point.y}\n", encoding="utf-8")
        return load([path], load_config(home), now=datetime(2026, 7, 10))

    assert load_fix(1).entries[0].rows_loaded == 1
    (kept,) = (home / "warehouse" / "cache").iterdir()
    monkeypatch.setattr("etl.place.Index._drawn", None)  # whoever draws again fails
    assert load_fix(2).entries[0].rows_loaded == 1
    assert list((home / "warehouse" / "cache").iterdir()) == [kept]
    assert {x["area_id"] for x in rows(home, "SELECT area_id FROM fix")} == {"G2"}


@pytest.mark.parametrize("areas_first", [True, False], ids=["areas first", "fixes first"])
def test_a_fix_belongs_to_the_grid_of_its_day_whenever_the_boundaries_arrive(home: Path, areas_first: bool) -> None:
    load_grids(home, "grids1.geojson", FIRST)
    if areas_first:
        load_grids(home, "grids2.geojson", SECOND)
    point = degrees(shapely.Point(350, 100))
    lines = [f"w,{day} 08:00:00,{point.x},{point.y}" for day in ("2026-06-30", "2026-07-01", "2026-07-02")]
    (home / "fixes.csv").write_text("\n".join(["who,at,lon,lat", *lines]), encoding="utf-8")
    load([home / "fixes.csv"], load_config(home), now=datetime(2026, 7, 10))
    if not areas_first:
        load_grids(home, "grids2.geojson", SECOND)
    found = rows(home, "SELECT area_id FROM fix ORDER BY fixed_at")
    assert [x["area_id"] for x in found] == ["G2", "G1", "G1"]


def test_households_that_come_later_bring_their_findings(home: Path) -> None:
    load_grids(home, "grids1.geojson", FIRST)
    (home / "households.csv").write_text("id,n\nG1,90\nG2,400\n", encoding="utf-8")
    load([home / "households.csv"], load_config(home), now=datetime(2026, 7, 10))
    found = rows(home, "SELECT kind, area_id, detail FROM area_finding")
    assert found == [{"kind": "size", "area_id": "G1", "detail": "households = 90 (300–500)"}]


def test_an_overlap_is_in_the_warehouse_for_the_page(home: Path) -> None:
    load_grids(home, "grids1.geojson", [*FIRST, ("G3", "", box(580, 0, 900, 200))])
    (found,) = rows(home, "SELECT kind, area_id, other_id, round(area_m2) AS m2 FROM area_finding")
    assert found == {"kind": "overlap", "area_id": "G2", "other_id": "G3", "m2": 4_000}
