"""Coordinates: what other systems call a place comes out where it is."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import ConfigError
from etl.projection import (
    agree,
    exact_offset,
    from_metric,
    is_degrees,
    to_metric,
    to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

ROOT = Path(__file__).parent.parent
VECTORS = Path(os.environ.get("GRIDLINK_REALDATA", ROOT.parent / "shared" / "realdata")) / "crs_vectors"
CHINA = {"lon": st.floats(74, 135), "lat": st.floats(19, 53)}


def at(lon: float, lat: float) -> tuple[np.ndarray, np.ndarray]:
    return np.array([lon]), np.array([lat])


def metres_between(a: tuple[np.ndarray, np.ndarray], b: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    east = (a[0] - b[0]) * np.cos(np.radians(b[1]))
    return np.hypot(east, a[1] - b[1]) * 111_320


def test_the_middle_of_jurong_comes_back_from_gcj02() -> None:
    lon, lat = to_wgs84(*at(119.168695, 31.944998), "GCJ-02")
    assert metres_between((lon, lat), at(119.16331128941563, 31.946892832153253))[0] < 0.002


@settings(max_examples=60, deadline=None)
@given(**CHINA)
def test_gcj02_and_bd09_come_back_to_six_millimetres(lon: float, lat: float) -> None:
    here = at(lon, lat)
    for there, crs in ((wgs84_to_gcj02(*here), "GCJ-02"), (wgs84_to_bd09(*here), "BD-09")):
        assert metres_between(to_wgs84(*there, crs), here)[0] < 0.006


def test_the_table_is_within_a_millimetre_of_the_exact_inverse_almost_everywhere() -> None:
    chance = np.random.default_rng(7)
    lon, lat = chance.uniform(118.9, 119.4, 5000), chance.uniform(31.6, 32.2, 5000)
    east, north = exact_offset(lon, lat, "GCJ-02")
    error = metres_between(to_wgs84(lon, lat, "GCJ-02"), (lon - east, lat - north))
    assert np.median(error) < 0.0005
    assert np.quantile(error, 0.95) < 0.001
    assert error.max() < 0.002


def test_a_point_is_moved_alike_alone_and_among_others() -> None:
    chance = np.random.default_rng(8)
    lon, lat = chance.uniform(100, 120, 400), chance.uniform(25, 40, 400)
    together = to_wgs84(lon, lat, "GCJ-02")
    alone = [to_wgs84(lon[i : i + 1], lat[i : i + 1], "GCJ-02") for i in range(len(lon))]
    assert np.abs(together[0] - np.concatenate([x for x, _ in alone])).max() < 1e-12
    assert np.abs(together[1] - np.concatenate([y for _, y in alone])).max() < 1e-12


@pytest.mark.parametrize("place", [(-71.06, 42.36), (2.35, 48.86), (151.2, -33.9), (70.0, 40.0)])
def test_nothing_outside_china_is_shifted(place: tuple[float, float]) -> None:
    for crs in ("GCJ-02", "BD-09"):
        lon, lat = to_wgs84(*at(*place), crs)
        assert (lon[0], lat[0]) == place


def test_missing_coordinates_stay_missing() -> None:
    for crs in ("GCJ-02", "EPSG:4549", "EPSG:4326"):
        lon, lat = to_wgs84(np.array([np.nan]), np.array([np.nan]), crs)
        assert not np.isfinite(lon[0]) and not np.isfinite(lat[0])


@settings(max_examples=30, deadline=None)
@given(lon=st.floats(118.6, 121.4), lat=st.floats(30, 34))
def test_metres_come_back_as_the_same_degrees(lon: float, lat: float) -> None:
    x, y = to_metric(*at(lon, lat), "EPSG:4549")
    back = from_metric(x, y, "EPSG:4549")
    assert metres_between(back, at(lon, lat))[0] < 1e-4
    assert metres_between(to_wgs84(x, y, "EPSG:4549"), at(lon, lat))[0] < 1e-4


def test_a_kilometre_north_is_a_kilometre() -> None:
    x, y = to_metric(np.array([120.0, 120.0]), np.array([32.0, 32.0 + 1000 / 110_889.0]), "EPSG:4549")
    assert abs(y[1] - y[0] - 1000) < 1 and abs(x[0] - 500_000) < 1e-3


def test_feet_are_known_to_be_no_degrees() -> None:
    assert not is_degrees("EPSG:2249") and is_degrees("EPSG:4490") and is_degrees("BD-09")


def test_an_unknown_system_is_named_and_refused() -> None:
    with pytest.raises(ConfigError) as refused:
        to_wgs84(*at(119, 32), "EPSG:999999")
    assert refused.value.reason == "unknown_crs"
    assert "EPSG:999999" in refused.value.sentence("zh-CN") and "EPSG:999999" in refused.value.sentence("en")


def test_systems_agree_when_they_put_a_point_at_the_same_place() -> None:
    assert agree("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", 119, 32)
    assert agree("EPSG:4490", "EPSG:4326", 119, 32)
    assert agree("EPSG:4326", "GCJ-02", 119, 32)
    assert not agree("EPSG:4549", "EPSG:4326", 119, 32)
    assert not agree("EPSG:4549", "EPSG:32650", 500_000, 3_540_000)


@pytest.mark.realdata
@pytest.mark.parametrize(("name", "crs"), [("GCJ02", "GCJ-02"), ("BD09", "BD-09"), ("EPSG3857", "EPSG:3857")])
def test_six_hundred_cities_of_another_library_lie_within_a_metre(name: str, crs: str) -> None:
    file = VECTORS / "gcoord_china_cities.json"
    if not file.is_file():
        pytest.skip(f"needs {file.name} in a realdata folder beside the checkout")
    coords = [x["coords"] for x in json.loads(file.read_text(encoding="utf-8"))]
    here, there = (np.array([x[key] for x in coords], float).T for key in ("WGS84", name))
    error = metres_between(to_wgs84(there[0], there[1], crs), (here[0], here[1]))
    assert len(coords) > 600 and error.max() < 1.0
