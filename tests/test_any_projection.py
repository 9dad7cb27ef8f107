"""Areas in any projection the register knows, zone prefixes, Mercator and feet included, land on the same ground."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from data.config import make_config
from etl.areas import build_areas
from etl.mapping import apply_mapping, load_mapping
from etl.projection import from_metric, to_metric, to_wgs84
from etl.sources import source_for

FOOT = 1200 / 3937  # metres of a US survey foot
A, F = 6378137.0, 1 / 298.257222101  # CGCS2000


def meridian_arc(lat: float) -> float:
    """Return metres from the equator along the meridian, summed in small steps."""
    steps = np.radians(np.linspace(0, lat, 200_001))
    e2 = F * (2 - F)
    arc = A * (1 - e2) / (1 - e2 * np.sin(steps) ** 2) ** 1.5
    return float(np.sum((arc[1:] + arc[:-1]) / 2 * np.diff(steps)))


def test_a_zone_number_before_the_easting_is_understood() -> None:
    """EPSG:4528 is EPSG:4549 with 40 before its eastings; on its meridian, 120 E, northings are arcs of meridian."""
    lon, lat = to_wgs84(np.array([40_500_000.0]), np.array([meridian_arc(31.95)]), "EPSG:4528")
    assert abs(lon[0] - 120.0) < 1e-9 and abs(lat[0] - 31.95) < 1e-8
    x, y = np.array([119.163, 119.9]), np.array([31.947, 32.3])
    with_zone, without = to_metric(x, y, "EPSG:4528"), to_metric(x, y, "EPSG:4549")
    assert np.allclose(with_zone[0] - 40_000_000, without[0], atol=1e-4) and np.allclose(with_zone[1], without[1])


def test_web_mercator_is_a_sphere_unrolled() -> None:
    lon, lat = np.array([119.163, 121.55]), np.array([31.947, -29.87])
    east, north = to_metric(lon, lat, "EPSG:3857")
    assert np.allclose(east, A * np.radians(lon), atol=1e-3)
    assert np.allclose(north, A * np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)), atol=1e-3)
    assert np.allclose(to_wgs84(east, north, "EPSG:3857"), (lon, lat), atol=1e-9)


def test_feet_are_converted_by_the_survey_foot() -> None:
    """EPSG:2249 is EPSG:26986 in US survey feet: the same projection, the same origin."""
    lon, lat = np.array([-71.06, -71.12]), np.array([42.36, 42.28])
    feet, metres = to_metric(lon, lat, "EPSG:2249"), to_metric(lon, lat, "EPSG:26986")
    assert np.allclose(np.array(feet) * FOOT, metres, atol=1e-3)
    assert np.allclose(to_wgs84(*feet, "EPSG:2249"), to_wgs84(*metres, "EPSG:26986"), atol=1e-9)


@pytest.mark.parametrize(
    ("crs", "centre", "crs_metric"),
    [
        ("EPSG:4528", (119.163, 31.947), "EPSG:4549"),
        ("EPSG:3857", (119.163, 31.947), "EPSG:4549"),
        ("EPSG:2249", (-71.06, 42.36), "EPSG:26986"),
        ("EPSG:4490", (119.163, 31.947), "EPSG:4549"),
    ],
)
def test_a_grid_of_300_by_200_metres_keeps_its_size_and_place(
    tmp_path: Path, crs: str, centre: tuple[float, float], crs_metric: str
) -> None:
    """The file holds the grid in its own system; loaded it measures 60,000 m2 at the same corner, to a centimetre."""
    x0, y0 = (float(v[0]) for v in to_metric(np.array([centre[0]]), np.array([centre[1]]), crs_metric))
    corners = np.array([(0, 0), (300, 0), (300, 200), (0, 200), (0, 0)]) + (x0, y0)
    lon, lat = from_metric(corners[:, 0], corners[:, 1], crs_metric)
    theirs = np.column_stack(to_metric(lon, lat, crs)).tolist()
    feature = {"type": "Feature", "properties": {"id": "G1"}, "geometry": {"type": "Polygon", "coordinates": [theirs]}}
    (tmp_path / "g.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    columns = 'area_id = "id"\nname = "id"\nlevel = { constant = "grid" }\ngeometry = "geometry"\n'
    source = f'[source]\nmatch = "g.geojson"\ntable = "area"\ncrs = "{crs}"\n'
    (tmp_path / "m.toml").write_text(f"{source}[columns]\n{columns}", encoding="utf-8")
    mapping = load_mapping(tmp_path / "m.toml")
    config = make_config(tmp_path, {"city": {"area_id": "C", "crs_metric": crs_metric}})
    raw = source_for(tmp_path / "g.geojson", mapping).read(tmp_path / "g.geojson", mapping)
    built = build_areas(apply_mapping(raw, mapping, config).rows, config)
    (area,) = (x for x in built.area.to_pylist() if x["area_id"] == "G1")
    assert abs(area["area_m2"] - 60_000) < 5
    loaded = shapely.get_coordinates(shapely.from_wkb(area["geometry"]))
    metric = np.column_stack(to_metric(loaded[:, 0], loaded[:, 1], crs_metric))
    assert max(np.min(np.hypot(*(metric - corner).T)) for corner in corners) < 0.01
