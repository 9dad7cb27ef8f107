"""What is proposed for every file of other people: the right feed and columns, or plainly why not.

One line a file; what is expected was written by hand from the folders' README files, not from the proposals.
"""

import gzip
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from data.config import Config, make_config
from data.errors import FileRefused
from etl.propose import propose
from tests.realdata.conftest import REALDATA

pytestmark = pytest.mark.realdata

CITIES: dict[str, dict[str, Any]] = {
    "boston": {"centre": [-71.06, 42.36], "zone": "America/New_York", "crs_metric": "EPSG:26986"},
    "nyc": {"centre": [-73.97, 40.7], "zone": "America/New_York", "crs_metric": "EPSG:32618"},
    "athens_pneuma": {"centre": [23.73, 37.99], "zone": "Europe/Athens", "crs_metric": "EPSG:2100"},
    "beijing": {"centre": [116.397, 39.909], "crs_metric": "EPSG:4548"},
    "ningbo_nanjing": {"centre": [121.55, 29.87], "crs_metric": "EPSG:4549"},
}
CRS, ZONE, LACKS, NONE = "crs_unsure", "zone_unsure", "missing_columns", "no_feed"


@dataclass(frozen=True)
class Line:
    """A file and what must be said of it: feed ('' for none), ours -> theirs, what is asked; or a refusal."""

    name: str
    feed: str = ""
    columns: dict[str, str | None] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    refused: str = ""


DATAV = {"area_id": "adcode", "name": "name", "geometry": "geometry"}
TRIP = {"worker_id": "_path", "fixed_at": "date + time", "lon": "lon", "lat": "lat"}
CRIME = {
    "incident_id": "INCIDENT_NUMBER",
    "kind": "OFFENSE_CODE_GROUP",
    "reported_at": "OCCURRED_ON_DATE",
    "lon": "Long",
}
REQUEST = {
    "incident_id": "case_enquiry_id", "reported_at": "open_dt", "deadline_at": "target_dt", "closed_at": "closed_dt",
    "kind": "reason", "subkind": "type", "state": "case_status", "unit_id": "department", "source": "source",
    "lon": "longitude", "lat": "latitude",
}  # fmt: skip
EVENT = {
    "incident_id": "task_num", "kind": "main_type_name", "subkind": "sub_type_name", "reported_at": "create_time",
    "closed_at": "archive_time", "state": "event_state_name", "title": "event_desc", "area_name": "duty_grid_name",
    "lon": "coordinate_x", "lat": "coordinate_y", "source": "event_src_name",
}  # fmt: skip
LINES = [
    Line("athens_pneuma/data_sparsify.csv", "fix",
         {"worker_id": "track_id", "fixed_at": "time", "lon": "lon", "lat": "lat"},
         (ZONE, "relative_clock")),
    Line("beijing/demodata_geolife.csv", "fix",
         {"worker_id": "tracker", "fixed_at": "t", "lon": "X", "lat": "Y"}, (CRS,)),
    Line("beijing/geolife_users000-010.csv.gz", "fix",
         {"worker_id": "user_id", "fixed_at": "time_utc", "lon": "lon"}, (CRS,)),
    Line("beijing/geolife_plt/003/Trajectory/20081024020227.plt", "fix", TRIP),
    Line("beijing/geolife_modes/178/Trajectory/20100312172608.plt", "fix", TRIP),
    Line("beijing/geolife_modes/010/labels.txt", "roster",
         {"worker_id": None}, (LACKS,)),  # spans of travel, of nobody named
    Line("boston/311_service_requests_2011.csv.gz", "incident", REQUEST),
    Line("boston/crime_b3_mattapan_2018.csv.gz", "incident", CRIME, (ZONE,)),
    Line("boston/crime_b3_mattapan_2019.csv.gz", "incident", CRIME, (ZONE,)),
    Line("boston/wards.geojson", "area", {"area_id": "WARD", "geometry": "geometry"}),
    Line("boston/precincts.geojson", "area", {"area_id": "WARD_PRECINCT"}, (CRS,)),  # feet that say nothing
    Line("boston/precincts_wgs84.geojson", "area", {"area_id": "WARD_PRECINCT", "geometry": "geometry"}),
    Line("boston/neighborhoods.geojson", "area", {"area_id": "Neighborhood_ID", "name": "Name"}),
    Line("boston/police_districts.geojson", "area", {"area_id": "DISTRICT"}),
    *[Line(f"china_admin/geocity_{x}.json", "area", DATAV, (CRS,)) for x in ("110000", "320100", "321100", "440300")],
    Line("china_admin/geocity_320000.json", "area", DATAV, (CRS,)),
    Line("china_admin/shanghai_districts_transbigdata.json", "area", DATAV, (CRS,)),
    *[Line(f"china_admin/zhenjiang_counties/{x}.geojson", "area", {"area_id": "name"}, (CRS,))
      for x in ("句容市", "丹徒区")],
    Line("china_admin/nanjing_counties/鼓楼区.geojson", "area", {"area_id": "name", "name": "name"}, (CRS,)),
    Line("china_admin/ningbo_counties/海曙区.geojson", "area", {"area_id": "name", "name": "name"}, (CRS,)),
    # codes and names without polygons: areas that lack their geometry
    *[Line(f"china_admin/zhenjiang_{x}.csv", "area", {"area_id": "code", "name": "name", "geometry": None}, (LACKS,))
      for x in ("areas", "streets", "villages")],
    Line("crs_vectors/gcoord_china_cities.json", asked=(NONE,)),  # pairs for testing conversions
    Line("ningbo_nanjing/ningbo_communities.geojson", "area", {"area_id": "街道名称 + 社区名称", "name": "社区名称"}),
    Line("ningbo_nanjing/renkou_11communities.csv", asked=(NONE,)),  # population by community name, in pinyin initials
    Line("ningbo_nanjing/nanjing_buildings_3201.geojson", "basemap", {"geometry": "geometry", "name": "name"}),
    Line("ningbo_nanjing/nanjing_building_bing.json", "basemap", {"geometry": "geometry", "name": "BNAME"}, (CRS,)),
    Line("ningbo_nanjing/nanjing_jianye_enterprises.csv", "place",
         {"name": "name", "lon": "x", "lat": "y", "place_id": None, "kind": None}, (LACKS, CRS)),
    Line("ningbo_nanjing/hangzhou_tracks.json", refused="not_records"),
    Line("ningbo_nanjing/wuhan_car.txt", refused="no_header"),
    Line("nyc/police_precincts.geojson", "area", {"area_id": "Precinct", "geometry": "geometry"}),
    Line("nyc/community_districts.geojson", "area", {"area_id": "BoroCD", "geometry": "geometry"}),
    Line("peer_refs/crimes_by_district.geojson", "area", {"area_id": "district_", "geometry": "geometry"}),
    Line("peer_refs/gi_reference_stl_hr8893.csv", asked=(NONE,)),
    Line("peer_refs/mpd_mftrajectory.json", refused="not_records"),
    Line("peer_refs/mpd_movingfeatures.json", asked=(NONE,)),
    Line("peer_refs/mpd_movingfeatures_collection.json", asked=(NONE,)),
    Line("peer_refs/protocol/dongli_grid_event_record.json", "incident", EVENT, (CRS, ZONE)),
    Line("peer_refs/protocol/traccar_osmand.txt", asked=(NONE,)),  # request strings, not a table
    *[Line(f"peer_refs/trackintel/{x}.csv", asked=(NONE,))
      for x in ("geolife_staypoints", "geolife_triplegs", "sp_tpls", "trips")],
    Line("peer_refs/trackintel/plt/000/Trajectory/20081024020959.plt", "fix", TRIP),
    Line("peer_refs/gpx/korita-zbevnica.gpx", "fix",
         {"worker_id": "_path", "fixed_at": "time", "lon": "lon", "lat": "lat"}),
    Line("peer_refs/gpx/route.gpx", refused="no_track"),
    Line("residential_mapv/residential_compounds_mapv.json", "basemap", {"geometry": "geometry"}, (CRS,)),
]  # fmt: skip


@pytest.fixture(scope="module")
def configs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Config]:
    home = tmp_path_factory.mktemp("unseen")
    return {name: make_config(home, {"city": city}) for name, city in {**CITIES, "": {}}.items()}


@pytest.mark.parametrize("line", LINES, ids=lambda x: x.name)
def test_the_proposal_is_right_or_says_plainly_why_not(line: Line, configs: dict[str, Config]) -> None:
    path = REALDATA / line.name
    if not path.exists():
        pytest.skip(f"needs {path}; set GRIDLINK_REALDATA")
    config = configs.get(line.name.split("/")[0], configs[""])
    if line.refused:
        with pytest.raises(FileRefused) as refused:
            propose(path, config)
        assert refused.value.reason == line.refused and path.name in refused.value.sentence("zh-CN")
        return
    proposal = propose(path, config)
    theirs = {x["ours"]: x["theirs"] for x in proposal.columns()}
    assert proposal.feed == line.feed
    assert {x: theirs.get(x) for x in line.columns} == line.columns
    assert tuple(x.reason for x in proposal.questions) == line.asked
    assert all(x.as_json()["sentence_zh"] and x.as_json()["sentence_en"] for x in proposal.questions)


def test_a_telephone_column_is_left_out_by_its_name(configs: dict[str, Config]) -> None:
    path = REALDATA / "peer_refs" / "crimes_by_district.geojson"
    if not path.exists():
        pytest.skip(f"needs {path}; set GRIDLINK_REALDATA")
    proposal = propose(path, configs[""])
    assert proposal.table.personal == ["phone"] and "686-3010" not in str(proposal.as_json())


def test_a_file_keeps_its_meaning_in_another_encoding_and_packed(configs: dict[str, Config], tmp_path: Path) -> None:
    path = REALDATA / "ningbo_nanjing" / "nanjing_jianye_enterprises.csv"
    if not path.exists():
        pytest.skip(f"needs {path}; set GRIDLINK_REALDATA")
    packed = tmp_path / "nanjing_jianye_enterprises.csv.gz"
    packed.write_bytes(gzip.compress(path.read_text(encoding="utf-8").encode("gb18030")))
    first, second = propose(path, configs[""]), propose(packed, configs[""])
    assert second.table.layout.encoding == "gb18030"
    assert [x["theirs"] for x in first.columns()] == [x["theirs"] for x in second.columns()]
