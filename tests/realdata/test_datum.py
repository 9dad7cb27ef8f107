"""Coordinates of other people's libraries and geocoders, each place in several systems."""

import csv
import json
from typing import Any

import numpy as np
import pytest
from pyproj import Geod

from etl.projection import to_wgs84, wgs84_to_bd09, wgs84_to_gcj02
from tests.realdata.conftest import REALDATA

pytestmark = pytest.mark.realdata
Points = tuple[np.ndarray, np.ndarray]
AWAY = Geod(ellps="WGS84")
SHIFT = {"GCJ02": wgs84_to_gcj02, "BD09": wgs84_to_bd09}
NAMES = {"GCJ02": "GCJ-02", "BD09": "BD-09", "EPSG3857": "EPSG:3857"}


def metres(a: Points, b: Points) -> Any:
    """Return the distances on the ellipsoid between two lists of places."""
    return np.asarray(AWAY.inv(*a, *b)[2])


@pytest.fixture(scope="module")
def cities() -> dict[str, Points]:
    path = REALDATA / "crs_vectors" / "gcoord_china_cities.json"
    if not path.is_file():
        pytest.skip(f"needs {path}; set GRIDLINK_REALDATA")
    rows = [x["coords"] for x in json.loads(path.read_text(encoding="utf-8"))]
    assert len(rows) == 664
    return {name: tuple(np.array([x[name] for x in rows], float).T) for name in rows[0]}


@pytest.mark.parametrize("system", ["GCJ02", "BD09"])
def test_664_cities_lie_within_a_metre_in_both_directions(cities: dict[str, Points], system: str) -> None:
    there = metres(SHIFT[system](*cities["WGS84"]), cities[system])
    back = metres(to_wgs84(*cities[system], NAMES[system]), cities["WGS84"])
    assert there.max() < 1.0 and back.max() < 1.0
    unmoved = metres(cities["WGS84"], cities[system])
    assert np.median(unmoved) > 400  # or nothing would have been shown


def test_664_cities_in_web_mercator_are_where_they_are(cities: dict[str, Points]) -> None:
    assert metres(to_wgs84(*cities["EPSG3857"], "EPSG:3857"), cities["WGS84"]).max() < 0.05


def test_4071_enterprises_lie_within_four_metres_in_both_directions() -> None:
    path = REALDATA / "ningbo_nanjing" / "nanjing_jianye_enterprises.csv"
    if not path.is_file():
        pytest.skip(f"needs {path}; set GRIDLINK_REALDATA")
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4_071
    wgs, gcj = (tuple(np.array([[float(x[k]) for k in names] for x in rows]).T) for names in (("x", "y"), ("x1", "y1")))
    assert metres(wgs84_to_gcj02(*wgs), gcj).max() < 4.0
    assert metres(to_wgs84(*gcj, "GCJ-02"), wgs).max() < 4.0
