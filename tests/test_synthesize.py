"""The made-up city: the same when made twice, whole, and with every planted fault where the answer key says."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from data.config import load_config
from data.errors import ConfigError
from etl.feed_demo import live_fixes, live_incidents
from etl.load import load
from etl.synthesize import synthesize
from etl.synthetic.city import make_city
from etl.synthetic.limits import add_work

# Thursday 2026-01-08 19:00 in the city: day duty is over, the watch is out.
END = datetime(2026, 1, 8, 11, 0)
SIZE: dict[str, Any] = {"grids": 12, "days": 1, "incidents": 5}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    out = tmp_path_factory.mktemp("small")
    return out, synthesize(out, END, **SIZE)


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def fixes(home: Path) -> pa.Table:
    return pq.read_table(next(home.glob("fixes/*.parquet")))


def planted(truth: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [row for row in truth["planted"] if row["kind"] == kind]


def seconds(*moment: int) -> float:
    return (datetime(*moment) - datetime(1970, 1, 1) - timedelta(hours=8)).total_seconds()


def test_the_same_seed_and_end_give_the_same_bytes(small: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    make_city.cache_clear()
    synthesize(tmp_path, END, **SIZE)
    assert digests(tmp_path) == digests(small[0])


def test_another_seed_gives_another_city(small: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    synthesize(tmp_path, END, seed=2, **SIZE)
    same = [name for name, digest in digests(tmp_path).items() if digests(small[0])[name] == digest]
    assert all(name.startswith("mappings/") or name in ("gridlink.toml", "units.csv") for name in same)


def test_a_loader_finds_exactly_what_was_planted(small: tuple[Path, dict[str, Any]]) -> None:
    home, truth = small
    done = load([home], load_config(home), now=END + timedelta(minutes=1)).as_json()
    got = {Path(one["path"]).relative_to(home).as_posix(): one for one in done["files"]}
    assert set(truth["files"]) == set(got)
    for name, expected in truth["files"].items():
        refused = expected["rejected"] + expected["off_duty"]
        one = got[name]
        assert (one["rows_in"], one["rows_loaded"]) == (expected["written"], expected["loaded"]), name
        assert (one["rows_rejected"], one["rows_duplicate"]) == (refused, expected["duplicate"]), name
    assert sum(one["reasons"].get("off_duty", 0) for one in got.values()) == len(planted(truth, "off_duty")) > 0


def test_every_kind_of_fault_is_planted(small: tuple[Path, dict[str, Any]]) -> None:
    kinds = Counter(row["kind"] for row in small[1]["planted"])
    fixes_kinds = "exact_duplicate near_duplicate jump future off_duty zero_coordinates nan_coordinates unknown_worker"
    for kind in [*fixes_kinds.split(), "unclosed_ring", "bow_tie", "repeated_row", "repeated_id", "bad_time"]:
        assert kinds[kind] > 0, kind


def test_the_answer_key_leads_to_the_planted_row(small: tuple[Path, dict[str, Any]]) -> None:
    home, truth = small
    table = fixes(home)
    for row in truth["planted"]:
        if row["file"].endswith(".parquet"):
            found = table.slice(row["row"] - 1, 1).to_pylist()[0]
            assert (found["worker_id"], found["fixed_at"].isoformat()[:19]) == (row["worker_id"], row["fixed_at"][:19])
    lines = (home / "incidents.csv").read_text(encoding="utf-8").splitlines()
    for row in planted(truth, "bad_time"):
        assert lines[row["row"] - 1].startswith(row["incident_id"])


def test_grids_tile_the_city_without_gaps_and_overlaps() -> None:
    city = make_city(1, 40, 40, "fictional")
    shapes = np.array([shapely.transform(grid.polygon, city.realm.degrees) for grid in city.grids])
    assert len(shapes) == 40 and shapely.is_valid(shapes).all()
    assert set(shapely.get_type_id(shapes)) == {3}
    assert shapely.coverage_is_valid(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(shapely.union_all(shapes).area, rel=1e-9)


def test_a_grid_is_numbered_within_its_community(small: tuple[Path, dict[str, Any]]) -> None:
    rows = json.loads((small[0] / "areas/grids.geojson").read_text(encoding="utf-8"))["features"][:-1]
    for row in (feature["properties"] for feature in rows):
        assert len(row["grid_id"]) == 15 and row["grid_id"].startswith(row["community_id"])
        assert row["name"].startswith(row["community"])
    numbers = Counter(row["properties"]["community_id"] for row in rows)
    for community, count in numbers.items():
        own = [r["properties"]["grid_id"][-3:] for r in rows if r["properties"]["community_id"] == community]
        assert own == [f"{number:03d}" for number in range(1, count + 1)]


def test_a_full_city_has_every_community_of_the_list() -> None:
    city = make_city(1, 260, 260, "real")
    listed = {area_id for street in city.realm.streets for area_id, _ in street.communities}
    assert len(listed) == 179 and {grid.community_id for grid in city.grids} == listed
    first = city.realm.streets[0]
    assert first.area_id == "321183L01" and first.communities[0] == ("321183003012", "中凌社区")


def test_nothing_happens_after_the_end(small: tuple[Path, dict[str, Any]]) -> None:
    home, truth = small
    future = {(row["worker_id"], row["fixed_at"][:19]) for row in planted(truth, "future")}
    for row in fixes(home).to_pylist():
        assert row["received_at"] <= END
        assert row["fixed_at"] <= END or (row["worker_id"], row["fixed_at"].isoformat()[:19]) in future
    steps = pq.read_table(home / "incident_steps.parquet")["stepped_at"].to_pylist()
    assert max(steps) <= END


def test_every_case_begins_with_its_report_and_steps_never_go_back(small: tuple[Path, dict[str, Any]]) -> None:
    home = small[0]
    with (home / "incidents.csv").open(encoding="utf-8") as stream:
        reported = {row["incident_id"]: row["reported_at"] for row in csv.DictReader(stream)}
    cases: dict[str, list[dict[str, Any]]] = {}
    for step in pq.read_table(home / "incident_steps.parquet").to_pylist():
        cases.setdefault(step["incident_id"], []).append(step)
    assert set(cases) == {name for name in reported if not name.startswith("SJBADTIME")}
    for name, steps in cases.items():
        assert steps[0]["to_state"] == "S10" and str(steps[0]["stepped_at"]) == reported[name]
        assert [s["from_state"] for s in steps[1:]] == [s["to_state"] for s in steps[:-1]]
        assert all(a["stepped_at"] <= b["stepped_at"] for a, b in zip(steps, steps[1:], strict=False))


def test_working_time_skips_nights_noon_and_holidays() -> None:
    friday = seconds(2026, 1, 9, 17, 0)
    moments = add_work(np.array([friday, seconds(2026, 1, 8, 11, 0)]), np.array([2 * 3600.0, 2 * 3600.0]))
    assert list(moments) == [seconds(2026, 1, 12, 9, 0), seconds(2026, 1, 8, 15, 0)]
    # 2026-10-10 is a Saturday worked for the National Day holiday, which ends on the 7th.
    eve = np.array([seconds(2026, 9, 30, 17, 0), seconds(2026, 10, 9, 17, 0)])
    assert list(add_work(eve, np.array([2 * 3600.0] * 2))) == [seconds(2026, 10, 8, 9, 0), seconds(2026, 10, 10, 9, 0)]


def test_what_was_walked_is_near_what_the_fixes_say(small: tuple[Path, dict[str, Any]]) -> None:
    home, truth = small
    bad = {(row["worker_id"], row["fixed_at"]) for row in truth["planted"] if "fixed_at" in row}
    tracks: dict[str, list[dict[str, Any]]] = {}
    for row in fixes(home).to_pylist():
        if (row["worker_id"], row["fixed_at"].isoformat()) not in bad:
            tracks.setdefault(row["worker_id"], []).append(row)
    for one in truth["walked"]:
        rows = sorted(tracks.get(one["worker_id"], []), key=lambda row: row["fixed_at"])
        moving = [row for row in rows if row["speed_mps"] > 0.5]
        if len(moving) < 100:
            continue
        seen = sum(min(row["speed_mps"] * 20, 200) for row in moving)
        assert seen == pytest.approx(one["walked_m"] + one["ridden_m"] - one["unseen_m"], rel=0.12)


def test_a_live_feed_goes_on_where_the_files_end(small: tuple[Path, dict[str, Any]]) -> None:
    home = small[0]
    minute = timedelta(minutes=1)
    first, second = live_fixes(home, END, END + minute), live_fixes(home, END + minute, END + 2 * minute)
    both = live_fixes(home, END, END + 2 * minute)
    assert first.num_rows and pa.concat_tables([first, second]).equals(both)
    assert first["fixed_at"].to_pylist() == sorted(first["fixed_at"].to_pylist())
    assert first.schema.names == fixes(home).schema.names


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_somebody_is_on_duty_at_any_hour_after_the_end(small: tuple[Path, dict[str, Any]], hour: int) -> None:
    start = END + timedelta(hours=hour, minutes=10)
    live = live_fixes(small[0], start, start + timedelta(minutes=1))
    spans = pq.read_table(small[0] / "roster.parquet").to_pylist()
    assert live.num_rows
    for row in live.to_pylist():
        mine = [s for s in spans if s["worker_id"] == row["worker_id"] and s["kind"] == "duty"]
        assert any(s["starts_at"] <= row["fixed_at"] < s["ends_at"] for s in mine)


def test_live_cases_take_the_steps_that_follow_those_in_the_files(small: tuple[Path, dict[str, Any]]) -> None:
    home = small[0]
    written = {(s["incident_id"], s["step_id"]) for s in pq.read_table(home / "incident_steps.parquet").to_pylist()}
    live = live_incidents(home, END, END + timedelta(days=2))
    new = {row["incident_id"] for row in live.incident.to_pylist()}
    for step in live.incident_step.to_pylist():
        key = (step["incident_id"], step["step_id"])
        before = (step["incident_id"], f"{int(step['step_id']) - 1:02d}")
        assert key not in written
        if step["incident_id"] not in new and step["incident_id"][2:10] >= "20260104":
            assert before in written or step["step_id"] > "02"
    assert {s["incident_id"] for s in live.incident_step.to_pylist() if s["to_state"] == "S10"} == new


def test_unknown_names_are_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="fictional"):
        synthesize(tmp_path, END, names="imaginary", **SIZE)


def test_some_workers_hold_a_skill_that_cases_ask_for(small: tuple[Path, dict[str, Any]]) -> None:
    with (small[0] / "workers.csv").open(encoding="utf-8") as file:
        held = [set(filter(None, row["skills"].split(";"))) for row in csv.DictReader(file)]
    assert set() in held and set().union(*held) <= {"gas", "first_aid", "mediation", "electric"}
    assert any(held)
