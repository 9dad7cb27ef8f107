"""A city of tracks and no incidents: GeoLife in Beijing's districts, districts in GCJ-02, times in GMT."""

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from data.config import load_config
from data.warehouse import Warehouse
from etl.load import LoadResult
from tests.realdata.conftest import REALDATA

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="session")
def lines() -> list[tuple[str, float, float, datetime]]:
    """Every raw line of the PLT files: person, lat, lon, GMT."""
    out = []
    for path in sorted((REALDATA / "beijing" / "geolife_plt").rglob("*.plt")):
        for line in path.read_text().splitlines()[6:]:
            field = line.split(",")
            moment = datetime.fromisoformat(f"{field[5]} {field[6]}")
            out.append((path.parts[-3], float(field[0]), float(field[1]), moment))
    return out


def test_every_line_is_accounted_for(
    beijing: tuple[Path, LoadResult], lines: list[tuple[str, float, float, datetime]]
) -> None:
    fixes = [entry for entry in beijing[1].entries if entry.feed == "fix"]
    assert sum(entry.rows_in for entry in fixes) == len(lines) == 164_531
    for entry in fixes:
        assert entry.rows_in == entry.rows_loaded + entry.rows_rejected + entry.rows_duplicate


def test_one_fix_stays_per_person_and_second(
    beijing: tuple[Path, LoadResult], lines: list[tuple[str, float, float, datetime]]
) -> None:
    warehouse = Warehouse(load_config(beijing[0]))
    rejected = warehouse.fetch("SELECT DISTINCT path, row FROM reject", {}).num_rows
    kept = warehouse.fetch("SELECT worker_id, fixed_at FROM fix", {}).to_pylist()
    seconds = {(person, moment) for person, _, _, moment in lines}
    assert len({(r["worker_id"], r["fixed_at"]) for r in kept}) == len(kept)
    assert {(r["worker_id"], r["fixed_at"]) for r in kept} <= seconds
    assert len(seconds) - rejected <= len(kept) <= len(seconds)


def test_days_are_local_days_of_the_city(
    beijing: tuple[Path, LoadResult], lines: list[tuple[str, float, float, datetime]]
) -> None:
    rows = Warehouse(load_config(beijing[0])).fetch("SELECT day, count(*) AS n FROM fix GROUP BY day", {})
    loaded = {row["day"]: row["n"] for row in rows.to_pylist()}
    by_hand = Counter((moment + timedelta(hours=8)).date() for _, _, _, moment in set(lines))
    assert set(loaded) <= set(by_hand)
    assert loaded[date(2008, 10, 24)] <= by_hand[date(2008, 10, 24)]


def test_people_nobody_listed_are_kept_as_unregistered(beijing: tuple[Path, LoadResult]) -> None:
    rows = Warehouse(load_config(beijing[0])).fetch("SELECT worker_id, registered FROM worker", {}).to_pylist()
    assert len(rows) == 11
    assert not any(row["registered"] for row in rows)


def test_districts_in_gcj02_move_to_where_the_tracks_are(beijing: tuple[Path, LoadResult]) -> None:
    """The published label point of 海淀区 is GCJ-02; the loaded district must lie some 500 m west-northwest of it."""
    import json

    raw = json.loads((REALDATA / "china_admin" / "geocity_110000.json").read_text(encoding="utf-8"))
    ring = next(f for f in raw["features"] if f["properties"]["adcode"] == 110108)["geometry"]["coordinates"]
    theirs = np.concatenate([np.array(r, float) for polygon in ring for r in polygon])
    import shapely

    table = Warehouse(load_config(beijing[0])).fetch("SELECT geometry FROM area WHERE area_id = '110108'", {})
    ours = shapely.get_coordinates(shapely.from_wkb(table["geometry"][0].as_py()))
    shift = (theirs.mean(axis=0) - ours.mean(axis=0)) * [85_300, 111_000]
    assert 400 < np.hypot(*shift) < 700
