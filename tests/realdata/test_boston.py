"""A city of incidents and no tracks: Boston's service requests of half a year."""

import csv
import gzip
from datetime import datetime
from pathlib import Path

import pytest

from data.config import load_config
from data.query import Door
from data.scope import Scope
from data.warehouse import Warehouse
from etl.load import LoadResult
from tests.realdata.conftest import REALDATA, load_city

pytestmark = pytest.mark.realdata
SUMMER = {"start": datetime(2011, 7, 1, 4), "end": datetime(2012, 1, 1, 5), "now": datetime(2012, 1, 1, 5)}


@pytest.fixture(scope="session")
def requests() -> list[dict[str, str]]:
    path = REALDATA / "boston" / "311_service_requests_2011.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_is_accounted_for(boston: tuple[Path, LoadResult], requests: list[dict[str, str]]) -> None:
    incidents = next(e for e in boston[1].entries if e.feed == "incident")
    assert incidents.rows_in == len(requests) == 58_251
    assert incidents.rows_in == incidents.rows_loaded + incidents.rows_rejected + incidents.rows_duplicate


def test_points_fall_into_the_precinct_the_city_itself_wrote_down(
    boston: tuple[Path, LoadResult], requests: list[dict[str, str]]
) -> None:
    rows = Warehouse(load_config(boston[0])).fetch(
        "SELECT incident_id, area_id FROM incident WHERE located = 'point'", {}
    )
    placed = dict(zip(rows["incident_id"].to_pylist(), rows["area_id"].to_pylist(), strict=True))
    said = {r["case_enquiry_id"]: _ward(r["ward"]) for r in requests if _ward(r["ward"])}
    both = [(placed[i][:2], said[i]) for i in placed if i in said]
    assert len(both) > 50_000
    assert sum(a == b for a, b in both) / len(both) >= 0.99


def test_the_default_geocode_is_counted_and_never_a_point(
    boston: tuple[Path, LoadResult], requests: list[dict[str, str]]
) -> None:
    there = sum((float(r["longitude"]), float(r["latitude"])) == (-71.0587, 42.3594) for r in requests)
    rows = Warehouse(load_config(boston[0])).fetch(
        "SELECT count(*) AS n, count(lon) AS points FROM incident WHERE located = 'default'", {}
    )
    assert rows.to_pylist() == [{"n": there, "points": 0}]


def test_on_time_handling_agrees_with_a_count_over_the_file(
    boston: tuple[Path, LoadResult], requests: list[dict[str, str]]
) -> None:
    """C5 by hand over cases due in the period: handled by their deadline, of those handled or overdue."""
    door = Door(load_config(boston[0]))
    scope = Scope("tester", frozenset({"leader"}), door.config.city.area_id)
    row = door.metric("on_time_handling", scope, level="city", **SUMMER)[0]
    due = [r for r in requests if r["target_dt"].strip() and _local(r["target_dt"]) < datetime(2012, 1, 1)]
    due = [r for r in due if _local(r["target_dt"]) >= datetime(2011, 7, 1)]
    kept = [r for r in due if r["case_status"] == "Closed" and r["closed_dt"].strip()]
    on_time = sum(_local(r["closed_dt"]) <= _local(r["target_dt"]) for r in kept)
    assert (row["part"], row["whole"]) == (on_time, len(due))


def test_a_city_without_grid_workers_has_no_in_grid_rate(boston: tuple[Path, LoadResult]) -> None:
    door = Door(load_config(boston[0]))
    scope = Scope("tester", frozenset({"leader"}), door.config.city.area_id)
    assert door.metric("in_grid_on_time", scope, level="city", **SUMMER)[0]["value"] is None


def test_precincts_in_feet_are_refused_with_the_reason(tmp_path: Path) -> None:
    _, result = load_city("boston", tmp_path, ["boston/precincts.geojson"])
    problem = result.entries[0].problem
    assert problem is not None
    assert "feet" in problem.sentence("en") and "英尺" in problem.sentence("zh-CN")
    assert result.entries[0].rows_loaded == 0


def _ward(text: str) -> str:
    digits = "".join(c for c in text if c.isdigit())
    return digits.zfill(2)[:2] if digits else ""


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text)
