"""Boston's precincts in feet, told in the mapping that they are, lie on the same precincts in degrees."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from etl.mapping import apply_mapping, load_mapping
from etl.projection import to_metric
from etl.sources import source_for
from tests.realdata.conftest import REALDATA
from tests.test_areas import CONFIG

pytestmark = pytest.mark.realdata
MAPPING = """
[source]
match = "precincts*.geojson"
table = "area"
crs = "{crs}"
[columns]
area_id = "WARD_PRECINCT"
name = "WARD_PRECINCT"
level = {{ constant = "grid" }}
geometry = "geometry"
"""


def precincts(folder: Path, name: str, crs: str) -> dict[str, shapely.Geometry]:
    path = REALDATA / "boston" / name
    if not path.is_file():
        pytest.skip(f"needs {path}; set GRIDLINK_REALDATA")
    (folder / "m.toml").write_text(MAPPING.format(crs=crs), encoding="utf-8")
    mapping = load_mapping(folder / "m.toml")
    rows = apply_mapping(source_for(path, mapping).read(path, mapping), mapping, CONFIG).rows.to_pylist()
    shapes = {x["area_id"]: shapely.from_wkb(x["geometry"]) for x in rows}
    metric = shapely.transform(
        np.array(list(shapes.values()), dtype=object),
        lambda p: np.column_stack(to_metric(p[:, 0], p[:, 1], "EPSG:26986")),
    )
    return dict(zip(shapes, metric, strict=True))


def test_feet_stated_as_feet_are_the_same_precincts(tmp_path: Path) -> None:
    feet = precincts(tmp_path, "precincts.geojson", "EPSG:2249")
    degrees = precincts(tmp_path, "precincts_wgs84.geojson", "EPSG:4326")
    assert feet.keys() == degrees.keys() and len(feet) == 255
    for name, shape in feet.items():
        assert shape.centroid.distance(degrees[name].centroid) < 1.0
        assert abs(shape.area - degrees[name].area) < 1e-3 * shape.area


def test_the_original_is_json_without_a_system() -> None:
    path = REALDATA / "boston" / "precincts.geojson"
    if not path.is_file():
        pytest.skip(f"needs {path}; set GRIDLINK_REALDATA")
    assert "crs" not in json.loads(path.read_text(encoding="utf-8"))
