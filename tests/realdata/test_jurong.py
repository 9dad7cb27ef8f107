"""A county's outline rounded until it crosses itself: mended and said so, near the clean one of another source."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from data.config import load_config
from data.errors import sentence
from data.warehouse import Warehouse
from etl.load import LoadResult
from etl.projection import to_metric
from tests.realdata.conftest import REALDATA, load_city

pytestmark = pytest.mark.realdata
NAME = "句容市"


def loaded(folder: Path, files: list[str]) -> tuple[LoadResult, dict[str, Any]]:
    home, result = load_city("jurong", folder, [f"china_admin/{file}" for file in files])
    rows = Warehouse(load_config(home)).fetch("SELECT area_id, area_m2, geometry FROM area", {}).to_pylist()
    return result, {x["area_id"]: x for x in rows}


@pytest.fixture(scope="module")
def rounded(tmp_path_factory: pytest.TempPathFactory) -> tuple[LoadResult, dict[str, Any]]:
    names = sorted(x.name for x in (REALDATA / "china_admin" / "zhenjiang_counties").glob("*.geojson"))
    files = [f"zhenjiang_counties/{name}" for name in names] or [f"zhenjiang_counties/{NAME}.geojson"]
    return loaded(tmp_path_factory.mktemp("rounded"), files)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[LoadResult, dict[str, Any]]:
    return loaded(tmp_path_factory.mktemp("clean"), ["geocity_321100.json"])


def metres(wkb: bytes) -> Any:
    return shapely.transform(shapely.from_wkb(wkb), lambda p: np.column_stack(to_metric(p[:, 0], p[:, 1], "EPSG:4549")))


def test_the_outline_that_crosses_itself_is_mended_and_its_fault_named(
    rounded: tuple[LoadResult, dict[str, Any]],
) -> None:
    text = (REALDATA / "china_admin" / "zhenjiang_counties" / f"{NAME}.geojson").read_text(encoding="utf-8")
    theirs = shapely.geometry.shape(json.loads(text)["features"][0]["geometry"])
    assert not theirs.is_valid
    result, area = rounded
    assert shapely.from_wkb(area[NAME]["geometry"]).is_valid
    (told,) = [x for x in result.warnings if x["reason"] == "mended" and x["key"] == NAME]
    assert told["detail"].startswith("Self-intersection[119.") and told["detail"] in sentence("mended", "en", **told)
    for entry in result.entries:
        assert entry.rows_in == entry.rows_loaded + entry.rows_rejected == 1
        assert set(entry.reasons) <= {"self_crossing", "bad_geometry"}


def test_the_mended_county_lies_on_the_clean_one(
    rounded: tuple[LoadResult, dict[str, Any]], clean: tuple[LoadResult, dict[str, Any]]
) -> None:
    assert all(entry.rows_rejected == 0 for entry in clean[0].entries)
    mended, whole = metres(rounded[1][NAME]["geometry"]), metres(clean[1][NAME]["geometry"])
    assert whole.is_valid and mended.intersection(whole).area > 0.97 * mended.union(whole).area
    assert abs(clean[1][NAME]["area_m2"] - 1_385e6) < 0.02 * 1_385e6  # the county's official size, 1,385 km2
