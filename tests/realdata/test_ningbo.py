"""Four hundred communities of one file become three levels: streets and districts that the file only names."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from data.config import load_config
from data.warehouse import Warehouse
from etl.load import LoadResult
from etl.projection import to_metric
from tests.realdata.conftest import REALDATA, load_city

pytestmark = pytest.mark.realdata
FILE = REALDATA / "ningbo_nanjing" / "ningbo_communities.geojson"


@pytest.fixture(scope="module")
def ningbo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LoadResult]:
    return load_city("ningbo", tmp_path_factory.mktemp("real"), ["ningbo_nanjing/ningbo_communities.geojson"])


@pytest.fixture(scope="module")
def theirs() -> list[dict[str, Any]]:
    if not FILE.is_file():
        pytest.skip(f"needs {FILE}; set GRIDLINK_REALDATA")
    features: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["features"]
    return features


def rows(home: Path, sql: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = Warehouse(load_config(home)).fetch(sql, {}).to_pylist()
    return found


def place(feature: dict[str, Any]) -> tuple[str, str, str | None]:
    about = feature["properties"]
    return about["县市区"], about["街道名称"], about["社区名称"]


def test_every_community_is_loaded_or_refused_for_its_name(
    ningbo: tuple[Path, LoadResult], theirs: list[dict[str, Any]]
) -> None:
    (entry,) = ningbo[1].entries
    nameless = sum(place(x)[2] is None for x in theirs)
    twice = sum(n - 1 for at, n in Counter(map(place, theirs)).items() if at[2])
    assert (entry.rows_in, nameless, twice) == (401, 7, 1)
    assert dict(entry.reasons) == {"missing": nameless, "repeated_id": twice}
    assert entry.rows_loaded + entry.rows_rejected == 401 and entry.rows_loaded == 401 - nameless - twice


def test_streets_and_districts_are_those_the_communities_name(
    ningbo: tuple[Path, LoadResult], theirs: list[dict[str, Any]]
) -> None:
    levels = {x["level"]: x["n"] for x in rows(ningbo[0], "SELECT level, count(*) AS n FROM area GROUP BY level")}
    named = [place(x) for x in theirs if place(x)[2]]
    assert levels["district"] == len({x[0] for x in named}) == 9
    assert levels["street"] == len({x[:2] for x in named}) == 57
    assert levels["community"] == len(set(named)) and levels["unlocated"] == 1 + 9 + 57
    ways = rows(ningbo[0], "SELECT area_id, list(ancestor_id ORDER BY distance) AS way FROM area_link"
                " WHERE area_id LIKE '%/%/%' AND area_id NOT LIKE '%~' GROUP BY area_id")  # fmt: skip
    assert all(x["way"] == [x["area_id"], x["area_id"].rsplit("/", 1)[0], x["area_id"].split("/")[0], "330200"]
               for x in ways) and len(ways) == levels["community"]  # fmt: skip


def test_a_community_covers_the_ground_its_polygon_covers(
    ningbo: tuple[Path, LoadResult], theirs: list[dict[str, Any]]
) -> None:
    loaded = {x["area_id"]: x for x in rows(ningbo[0], "SELECT area_id, area_m2, lon, lat FROM area")}
    for feature in theirs:
        shape = shapely.geometry.shape(feature["geometry"])
        mine = loaded.get("/".join(str(x) for x in place(feature)))
        if mine is None or place(feature)[2] == "养志社区":
            continue
        metric = shapely.transform(shape, lambda p: np.column_stack(to_metric(p[:, 0], p[:, 1], "EPSG:4549")))
        assert abs(mine["area_m2"] - metric.area) < 1e-3 * metric.area
        assert shapely.intersects_xy(shape, mine["lon"], mine["lat"])


def test_what_is_odd_about_their_boundaries_is_listed(ningbo: tuple[Path, LoadResult]) -> None:
    found = rows(ningbo[0], "SELECT kind, area_id, other_id, area_m2, geometry FROM area_finding")
    told = {x["area_id"] for x in found if x["kind"] == "name"}
    area = rows(ningbo[0], "SELECT area_id, level, name, area_m2, geometry FROM area WHERE level <> 'unlocated'")
    assert {x["area_id"] for x in area if "\ufffd" in x["name"]} <= told  # a letter was lost before we had the file
    shape = {x["area_id"]: shapely.from_wkb(x["geometry"]) for x in area}
    communities = shapely.union_all([shape[x["area_id"]] for x in area if x["level"] == "community"])
    gaps = [x for x in found if x["kind"] == "gap"]
    assert gaps and not {"outside_parent", "overlap"} & {x["kind"] for x in found}
    for gap in gaps:
        hole = shapely.from_wkb(gap["geometry"])
        assert hole.intersection(communities).area < 1e-6 * hole.area
        assert hole.representative_point().within(shapely.Polygon(shape[gap["area_id"]].convex_hull))
