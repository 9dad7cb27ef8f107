"""Thirty GPX files of another library's tests: each loaded, row by row, or refused with what to do."""

import math
import re
from collections import Counter
from pathlib import Path

import pytest

from data.config import load_config
from data.errors import FileRefused
from etl.load import load
from etl.mapping import Mapping, apply_mapping
from etl.mapping_file import make_mapping
from etl.sources import source_for
from tests.realdata.conftest import REALDATA

pytestmark = pytest.mark.realdata

TOML = {
    "source": {"match": "*.gpx", "table": "fix", "crs": "EPSG:4326", "time_zone": "UTC"},
    "columns": {
        "worker_id": {"from": "_path", "capture": r"(?:^|/)([^/]+)\.gpx$"},
        "fixed_at": "time", "lon": "lon", "lat": "lat", "speed_mps": "speed",
    },
}  # fmt: skip
# Points with and without a time, counted by hand in the files (`grep -c trkpt`, and by eye where a point has no time).
# "no track": the file holds nothing but a header, a route or waypoints.
EXPECTED: dict[str, tuple[int, int] | str] = {
    "Mojstrovka.gpx": (184, 0),
    "around-visnjan-with-car.gpx": (104, 0),
    "cerknicko-jezero-no-creator.gpx": (296, 0),
    "cerknicko-jezero-with-elevations-zero.gpx": (296, 0),
    "cerknicko-jezero-without-elevations.gpx": (295, 1),
    "cerknicko-jezero.gpx": (296, 0),
    "cerknicko-without-times.gpx": (5, 291),
    "custom_schema_locations.gpx": "no_track",
    "default_schema_locations.gpx": "no_track",
    "first_and_last_elevation.gpx": (10, 0),
    "gpx-with-node-with-comments.gpx": (1, 0),
    "gpx1.0_with_all_fields.gpx": (1, 0),
    "gpx1.1_with_all_fields.gpx": (1, 0),
    "gpx1.1_with_extensions.gpx": "no_track",
    "gpx1.1_with_extensions_without_namespaces.gpx": "no_track",
    "gpx_with_garmin_extension.gpx": "no_track",
    "korita-zbevnica.gpx": (513, 358),
    "route.gpx": "no_track",
    "track-with-empty-segment.gpx": (9, 0),
    "track-with-extremes.gpx": (0, 25),
    "track-with-less-sec-time.gpx": (2, 0),
    "track-with-small-floats.gpx": (0, 3),
    "track_with_dilution_errors.gpx": (0, 1),
    "track_with_speed.gpx": (3, 0),
    "unicode.gpx": "no_track",
    "unicode2.gpx": "no_track",
    "unicode_with_bom.gpx": "no_track",
    "unicode_with_bom_noencoding.gpx": "no_track",
    "validation_gpx10.gpx": (1, 0),
    "validation_gpx11.gpx": (1, 0),
}


@pytest.fixture
def folder() -> Path:
    path = REALDATA / "peer_refs" / "gpx"
    if not path.is_dir():
        pytest.skip(f"needs {path}; set GRIDLINK_REALDATA")
    return path


@pytest.fixture
def mapping() -> Mapping:
    return make_mapping(TOML, Path("gpx.toml"))


def test_the_thirty_files_are_the_ones_expected(folder: Path) -> None:
    assert {x.name for x in folder.glob("*.gpx")} == set(EXPECTED) and len(EXPECTED) == 30


@pytest.mark.parametrize("name", EXPECTED)
def test_each_point_is_a_row_or_a_reject_and_a_file_without_a_track_says_so(
    folder: Path, tmp_path: Path, mapping: Mapping, name: str
) -> None:
    expected = EXPECTED[name]
    path = folder / name
    points = len(re.findall(rb"<trkpt\b", path.read_bytes()))
    if isinstance(expected, str):
        assert points == 0
        with pytest.raises(FileRefused, match="export the track") as refused:
            source_for(path, mapping).read(path, mapping)
        assert refused.value.reason == expected and name in refused.value.sentence("zh-CN")
        return
    raw = source_for(path, mapping).read(path, mapping)
    (tmp_path / "gridlink.toml").write_text("", encoding="utf-8")
    mapped = apply_mapping(raw, mapping, load_config(tmp_path))
    assert (mapped.rows.num_rows, mapped.rejects.num_rows) == expected and sum(expected) == points
    assert set(mapped.rejects["reason"].to_pylist()) <= {"missing"}
    assert set(mapped.rejects["detail"].to_pylist()) <= {"fixed_at"}
    assert set(mapped.rows["worker_id"].to_pylist()) <= {path.stem}


def test_sub_seconds_bytes_before_the_header_and_extremes_arrive_as_written(folder: Path, mapping: Mapping) -> None:
    path = folder / "track-with-less-sec-time.gpx"
    times = source_for(path, mapping).read(path, mapping)["time"].to_pylist()
    assert times == ["2015-12-11T15:43:13+01:00", "2015-12-11T15:43:13.994000+01:00"]
    path = folder / "track-with-extremes.gpx"
    raw = source_for(path, mapping).read(path, mapping)
    assert all(math.isfinite(x) for x in raw["lon"].to_pylist())


def test_a_whole_folder_loads_and_every_file_is_accounted_for(folder: Path, tmp_path: Path, mapping: Mapping) -> None:
    home = tmp_path / "home"
    home.mkdir()
    world = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"w"},"geometry":' + (
        '{"type":"Polygon","coordinates":[[[13,45],[15,45],[15,47],[13,47],[13,45]]]}}]}'
    )
    (home / "world.geojson").write_text(world, encoding="utf-8")
    (home / "gridlink.toml").write_text(
        '[city]\narea_id = "c"\ncrs_metric = "EPSG:3794"\n[[levels]]\nid = "city"\nzh = "市"\nen = "City"\n[[levels]]\n'
        'id = "grid"\nzh = "网格"\nen = "Grid"\n[duty]\nroster = "none"\nunknown_workers = "keep"\n',
        encoding="utf-8",
    )
    areas = {"source": {"match": "world.geojson", "table": "area", "crs": "EPSG:4326"}, "columns": {
        "area_id": "id", "name": "id", "level": {"constant": "grid"}, "geometry": "geometry"}}  # fmt: skip
    mappings = [make_mapping(areas, Path("areas.toml")), mapping]
    result = load([home / "world.geojson", folder], load_config(home), mappings=mappings)
    entries = {Path(x.path).name: x for x in result.entries if x.path.endswith(".gpx")}
    assert set(entries) == set(EXPECTED)
    for name, expected in EXPECTED.items():
        entry = entries[name]
        if isinstance(expected, str):
            assert entry.problem is not None and entry.problem.reason == expected
        else:
            assert entry.rows_loaded + entry.rows_rejected + entry.rows_duplicate == sum(expected) == entry.rows_in
    reasons = Counter(x for e in entries.values() for x in e.reasons)
    assert set(reasons) <= {"missing", "no_track", "too_early", "future", "outside_city"}
