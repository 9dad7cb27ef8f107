"""Mappings that were proposed load as many rows of other people's files as those written by hand."""

import shutil
from pathlib import Path

import pytest

from data.config import Config, load_config
from etl.load import LoadResult, load
from etl.propose import propose
from etl.propose.save import save_mapping
from tests.realdata.conftest import HERE, REALDATA

pytestmark = pytest.mark.realdata
Counts = dict[str, tuple[int, int, int]]


def bare_home(city: str, folder: Path) -> Config:
    """Return a home with the city's gridlink.toml and no mapping at all."""
    folder.mkdir(parents=True)
    shutil.copy(HERE / "homes" / city / "gridlink.toml", folder)
    return load_config(folder)


def bring(config: Config, name: str, path: Path, **told: str) -> None:
    """Propose a mapping for a file and keep it; nothing may be left to ask."""
    proposal = propose(path, config, told)
    assert proposal.is_ready, [x.as_json()["sentence_en"] for x in proposal.questions]
    save_mapping(config, name, proposal.toml)


def counts(result: LoadResult) -> Counts:
    return {Path(e.path).name: (e.rows_loaded, e.rows_rejected, e.rows_duplicate) for e in result.entries}


def test_boston_loads_as_by_hand(boston: tuple[Path, LoadResult], tmp_path: Path) -> None:
    by_hand = counts(boston[1])
    config = bare_home("boston", tmp_path / "home")
    found: Counts = {}
    for name in ("wards.geojson", "precincts_wgs84.geojson", "311_service_requests_2011.csv.gz"):
        path = REALDATA / "boston" / name
        bring(config, path.name.partition(".")[0], path)
        found |= counts(load([path], config))
    assert found == by_hand


def test_beijing_tracks_load_as_by_hand(beijing: tuple[Path, LoadResult], tmp_path: Path) -> None:
    by_hand = counts(beijing[1])
    config = bare_home("beijing", tmp_path / "home")
    districts = REALDATA / "china_admin" / "geocity_110000.json"
    bring(config, "districts", districts, crs="GCJ-02")
    tracks = REALDATA / "beijing" / "geolife_plt"
    bring(config, "tracks", next(iter(sorted(tracks.rglob("*.plt")))))
    assert counts(load([districts, tracks], config)) == by_hand
