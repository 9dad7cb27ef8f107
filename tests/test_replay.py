"""Refused rows taken again: nothing is lost where they cannot be, what they lacked is cured, and each counts once."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.config import load_config
from data.errors import Problem
from data.query import Door
from data.scope import Scope
from etl.load import LoadResult, load
from etl.replay import Chosen, replay
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home

REFUSED = "SELECT feed, row, reason, content FROM reject ORDER BY ALL"
STEWARD = Scope("tester", frozenset({"steward"}), "QH", "ticket 7")
DAY = {"start": datetime(2026, 1, 4, 16), "end": datetime(2026, 1, 5, 16)}
LATER = {"start": datetime(2026, 1, 5, 16), "end": datetime(2027, 1, 5, 16)}
AREA = "QH0102001"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return copy_home(SAMPLES, tmp_path / "home")


def brought(home: Path, *files: str | Path) -> LoadResult:
    return load([SAMPLES / name for name in files], load_config(home), now=SAMPLE_NOW)


def ask(home: Path, sql: str, **values: Any) -> list[dict[str, Any]]:
    return Door(load_config(home)).warehouse.fetch(sql, values).to_pylist()


def areas_with(folder: Path, area_id: str, **changes: Any) -> Path:
    """Write the areas of the sample city, one of them changed; `geometry` replaces its outline."""
    areas = json.loads((SAMPLES / "areas.geojson").read_text(encoding="utf-8"))
    [found] = [one for one in areas["features"] if one["properties"]["grid_id"] == area_id]
    found["geometry"] = changes.pop("geometry", found["geometry"])
    found["properties"].update(changes)
    path = folder / "areas.geojson"
    path.write_text(json.dumps(areas, ensure_ascii=False), encoding="utf-8")
    return path


def test_rows_whose_mapping_is_gone_stay_in_quarantine_and_the_reason_is_said(home: Path) -> None:
    brought(home, "areas.geojson", "workers.csv", "roster.csv", "incidents.csv")
    before = ask(home, REFUSED)
    assert {row["feed"] for row in before} == {"incident"}
    (home / "mappings" / "incidents.toml").rename(home / "incidents.toml")
    result = replay(load_config(home), Chosen())
    refused = [entry.problem.reason for entry in result.entries if entry.problem]
    assert refused == ["no_mapping"] and "incidents.csv" in str(result.as_json()["files"])
    assert ask(home, REFUSED) == before


def test_an_area_mended_in_quarantine_brings_its_workers_its_fixes_and_its_ground(home: Path, tmp_path: Path) -> None:
    brought(home, areas_with(tmp_path, AREA, grid=None), "workers.csv", "roster.csv", "fixes_2026-01-05.csv")
    waiting = ask(home, "SELECT key FROM reject WHERE reason = 'unknown_area'")
    assert {"key": "w03"} in waiting and ask(home, "SELECT 1 FROM mask_cell WHERE area_id = $area", area=AREA) == []
    [refused] = ask(home, "SELECT row FROM reject WHERE key = $area", area=AREA)
    replay(load_config(home), Chosen(reason="missing"), {refused["row"]: {"grid": "桃园第一网格"}})
    assert ask(home, "SELECT key FROM reject WHERE reason = 'unknown_area'") == []
    assert ask(home, "SELECT area_id FROM worker_day WHERE worker_id = 'w03'") == [{"area_id": AREA}]
    outline = "SELECT area_id, n FROM (SELECT area_id, count(*) AS n FROM mask_cell GROUP BY ALL) ORDER BY ALL"
    whole = copy_home(SAMPLES, tmp_path / "whole")
    brought(whole, "areas.geojson")
    assert ask(home, outline) == ask(whole, outline)
    shape = "SELECT hex(geometry) AS wkb FROM area WHERE area_id = $area"
    assert ask(home, shape, area=AREA) == ask(whole, shape, area=AREA)


def test_an_outline_too_long_to_keep_leaves_the_row_as_it_is(home: Path, tmp_path: Path) -> None:
    low, high = (119.504, 32.008), (119.508, 32.012)
    edge = [[low[0] + 0.004 * n / 300, low[1]] for n in range(300)]
    ring = [*edge, [high[0], low[1]], [high[0], high[1]], [low[0], high[1]], [low[0], low[1]]]
    brought(home, areas_with(tmp_path, AREA, grid=None, geometry={"type": "Polygon", "coordinates": [ring]}))
    [refused] = ask(home, "SELECT row, content FROM reject")
    assert json.loads(refused["content"])["geometry"] == "POLYGON …"
    with pytest.raises(Problem, match="no refused row fits"):
        replay(load_config(home), Chosen(), {refused["row"]: {"grid": "桃园第一网格"}})
    assert [row["row"] for row in ask(home, "SELECT row FROM reject")] == [refused["row"]]


def test_a_row_taken_again_counts_once_on_the_day_it_was_judged_last(home: Path) -> None:
    brought(home, "areas.geojson", "workers.csv", "roster.csv", "incidents.csv")
    assert told(home, DAY) == {"rows_in": 44, "loaded": 40, "rejected": 3, "duplicate": 1, "files": 1}
    assert reasons(home, DAY) == 3
    [late] = ask(home, "SELECT row, content FROM reject WHERE content LIKE '%2026-02-30%'")
    column = next(name for name, value in json.loads(late["content"]).items() if "2026-02-30" in str(value))
    replay(load_config(home), Chosen())
    assert told(home, DAY) == {"rows_in": 41, "loaded": 40, "rejected": 0, "duplicate": 1, "files": 1}
    assert told(home, LATER) == {"rows_in": 3, "loaded": 0, "rejected": 3, "duplicate": 0, "files": 0}
    replay(load_config(home), Chosen(), {late["row"]: {column: "2026-01-05 09:00:00"}})
    assert told(home, DAY) == {"rows_in": 41, "loaded": 40, "rejected": 0, "duplicate": 1, "files": 1}
    assert told(home, LATER) == {"rows_in": 3, "loaded": 1, "rejected": 2, "duplicate": 0, "files": 0}
    assert (reasons(home, DAY), reasons(home, LATER)) == (0, 2)


def told(home: Path, period: dict[str, datetime]) -> dict[str, int]:
    """Return the figures of incidents as the table of feeds has them; those by day add up to the same."""
    door = Door(load_config(home))
    [row] = [one for one in door.query("quality_feeds", STEWARD, **period).to_pylist() if one["feed"] == "incident"]
    counts = {name: row[name] for name in ("rows_in", "loaded", "rejected", "duplicate")}
    days = door.query("quality_days", STEWARD, feed="incident", zone="Asia/Shanghai", **period).to_pylist()
    assert counts == {name: sum(day[name] for day in days) for name in counts}
    assert all(day["rejected"] >= 0 for day in days)
    return {**counts, "files": row["files"]}


def reasons(home: Path, period: dict[str, datetime]) -> int:
    rows = (
        Door(load_config(home))
        .query("quality_reasons", STEWARD, feed="incident", zone="Asia/Shanghai", **period)
        .to_pylist()
    )
    assert all(row["n"] > 0 for row in rows)
    return sum(row["n"] for row in rows)


def test_fixes_received_while_the_clock_was_behind_are_taken_in_once_it_is_said_by_how_much(
    home: Path, tmp_path: Path
) -> None:
    brought(home, "areas.geojson", "workers.csv", "roster.csv")
    mapping = home / "mappings" / "fixes.toml"
    mapping.write_text(mapping.read_text(encoding="utf-8") + 'received_at = "收到"\n', encoding="utf-8")
    path = tmp_path / "fixes_behind.csv"
    rows = ["08:00:00,07:00:01", "08:00:10,07:00:11", "10:00:00,07:00:02"]  # the third clock was the phone's own fault
    lines = [f"w01,2026-01-05 {at},119.5008,32.0088,8,90,2026-01-05 {got}" for at, got in (r.split(",") for r in rows)]
    path.write_text("\n".join(["网格员,时间,经度,纬度,精度,电量,收到", *lines]) + "\n", encoding="utf-8")
    load([path], load_config(home), now=SAMPLE_NOW)
    assert [(row["row"], row["reason"]) for row in ask(home, REFUSED)] == [
        (n, "future") for n in (2, 3, 4)
    ]  # the first line is the header
    replay(load_config(home), Chosen(reason="future"))
    assert len(ask(home, REFUSED)) == 3  # as they are they stay
    replay(load_config(home), Chosen(reason="future", behind=timedelta(hours=1)))
    assert [row["row"] for row in ask(home, REFUSED)] == [4]
    kept = ask(home, "SELECT fixed_at FROM fix ORDER BY ALL")
    assert [row["fixed_at"] for row in kept] == [datetime(2026, 1, 5, 0, 0, 0), datetime(2026, 1, 5, 0, 0, 10)]
