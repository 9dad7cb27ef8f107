"""Odd files of other people: each loads, or is refused with one sentence that tells what to do."""

from pathlib import Path

import pytest
import shapely

from data.config import Config, load_config
from data.errors import FileRefused
from etl.load import load
from etl.propose import propose
from etl.propose.save import save_mapping
from tests.realdata.conftest import REALDATA

pytestmark = pytest.mark.realdata

SITE = """
[city]
area_id = "c"
zone = "{zone}"
crs_metric = "{crs}"
centre = {centre}
[[levels]]
id = "city"
zh = "市"
en = "City"
[[levels]]
id = "precinct"
zh = "分区"
en = "Precinct"
[duty]
roster = "none"
unknown_workers = "keep"
"""


def real(name: str) -> Path:
    path = REALDATA / name
    if not path.exists():
        pytest.skip(f"needs {path}; set GRIDLINK_REALDATA")
    return path


def home(folder: Path, zone: str, crs: str, centre: str) -> Config:
    folder = folder / "home"
    folder.mkdir()
    (folder / "gridlink.toml").write_text(SITE.format(zone=zone, crs=crs, centre=centre), encoding="utf-8")
    return load_config(folder)


def bring(config: Config, path: Path, **told: object) -> None:
    proposal = propose(path, config, told)
    assert proposal.is_ready, [x.as_json()["sentence_en"] for x in proposal.questions]
    save_mapping(config, path.name.partition(".")[0], proposal.toml)


def test_a_relative_clock_is_recognised_and_every_row_refused_as_too_early(tmp_path: Path) -> None:
    path = real("athens_pneuma/data_sparsify.csv")
    config = home(tmp_path, "Europe/Athens", "EPSG:2100", "[23.73, 37.99]")
    proposal = propose(path, config, {"time_zone": "Europe/Athens"})
    assert [x.reason for x in proposal.questions] == ["relative_clock"]
    assert "real times" in proposal.as_json()["questions"][0]["sentence_en"]
    square = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"p1"},"geometry":'
    square += '{"type":"Polygon","coordinates":[[[23.6,37.9],[23.9,37.9],[23.9,38.1],[23.6,38.1],[23.6,37.9]]]}}]}'
    areas = tmp_path / "precincts.geojson"
    areas.write_text(square, encoding="utf-8")
    bring(config, areas)
    save_mapping(config, "pneuma", proposal.toml)
    entry = next(x for x in load([areas, path], config).entries if x.feed == "fix")
    lines = len(path.read_text(encoding="utf-8").splitlines()) - 1
    assert entry.rows_in == lines == entry.rows_rejected and set(entry.reasons) == {"too_early"}


def test_a_plain_list_of_shapes_is_read_and_its_system_asked(tmp_path: Path) -> None:
    path = real("residential_mapv/residential_compounds_mapv.json")
    config = home(tmp_path, "Asia/Shanghai", "EPSG:4549", "[119.163, 31.947]")
    proposal = propose(path, config)
    assert proposal.feed == "basemap" and [x.reason for x in proposal.questions] == ["crs_unsure"]
    bring(config, path, crs="BD-09")
    entry = load([path], config).entries[0]
    assert entry.rows_in == 8470 == entry.rows_loaded + entry.rows_rejected + entry.rows_duplicate
    assert set(entry.reasons) <= {"bad_geometry"} and entry.rows_rejected < 20


@pytest.mark.parametrize(("name", "count"), [("police_precincts", 76), ("community_districts", 71)])
def test_heavy_coastlines_load_whole(tmp_path: Path, name: str, count: int) -> None:
    path = real(f"nyc/{name}.geojson")
    config = home(tmp_path, "America/New_York", "EPSG:32618", "[-73.97, 40.7]")
    proposal = propose(path, config)
    assert proposal.is_ready and proposal.preview.would_load == count
    outline = shapely.geometry.shape(proposal.preview.outline)
    assert shapely.get_num_coordinates(outline) < 0.1 * shapely.get_num_coordinates(proposal.table.shapes).sum()
    bring(config, path)
    entry = load([path], config).entries[0]
    assert (entry.rows_in, entry.rows_loaded) == (count, count)


@pytest.mark.parametrize(
    ("name", "reason", "advice"),
    [
        ("ningbo_nanjing/hangzhou_tracks.json", "not_records", "export it as GeoJSON or CSV"),
        ("ningbo_nanjing/wuhan_car.txt", "no_header", "put a row of names above the data"),
        ("peer_refs/mpd_mftrajectory.json", "not_records", "export it as GeoJSON or CSV"),
        ("peer_refs/protocol/egova_kpi_formulas.md", "unknown_format", "readable are"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path: Path, name: str, reason: str, advice: str) -> None:
    config = home(tmp_path, "Asia/Shanghai", "EPSG:4549", "[119.163, 31.947]")
    with pytest.raises(FileRefused) as refused:
        propose(real(name), config)
    assert refused.value.reason == reason and advice in refused.value.sentence("en")


def test_feet_that_say_nothing_are_asked_with_the_systems_that_fit_the_city(tmp_path: Path) -> None:
    path = real("boston/precincts.geojson")
    config = home(tmp_path, "America/New_York", "EPSG:26986", "[-71.06, 42.36]")
    proposal = propose(path, config)
    assert [x.reason for x in proposal.questions] == ["crs_unsure"]
    assert "EPSG:2249" in proposal.as_json()["crs_options"] and 'crs = "' not in proposal.toml.replace('# crs = "', "")
    bring(config, path, crs="EPSG:2249")
    entry = load([path], config).entries[0]
    assert (entry.rows_in, entry.rows_loaded) == (255, 255)
