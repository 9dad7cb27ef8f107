"""Whatever arrives first, the warehouse ends the same: what came too early waits, and is cured by what it lacked."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from data.config import load_config
from data.errors import Problem
from data.warehouse import Warehouse
from etl import cure
from etl.content import content_hash
from etl.draft import Draft
from etl.engine import Local
from etl.job import Slot
from etl.load import LoadResult, load
from etl.publish import publishing
from etl.replay import Chosen, replay
from etl.retain import retain
from etl.run import Run
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home

FACTS = ["fixes_2026-01-05.csv", "incidents.csv", "incident_steps.csv"]
ORDERED = {"areas.geojson", "workers.csv", "roster.csv", *FACTS}
REST = sorted({file.name for kind in ("*.csv", "*.geojson") for file in SAMPLES.glob(kind)} - ORDERED)


def brought(home: Path, *names: str) -> LoadResult:
    return load([SAMPLES / name for name in names], load_config(home), now=SAMPLE_NOW)


def ask(home: Path, sql: str, **values: object) -> list[dict[str, object]]:
    return Warehouse(load_config(home)).fetch(sql, values).to_pylist()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return copy_home(SAMPLES, tmp_path / "home")


@pytest.mark.parametrize(
    "order",
    [
        ["areas.geojson", "fixes_2026-01-05.csv", "workers.csv", "roster.csv", "incidents.csv", "incident_steps.csv"],
        ["areas.geojson", "workers.csv", "fixes_2026-01-05.csv", "incident_steps.csv", "incidents.csv", "roster.csv"],
        ["areas.geojson", "roster.csv", "fixes_2026-01-05.csv", "incidents.csv", "incident_steps.csv", "workers.csv"],
    ],
    ids=["workers, then roster last", "roster last, steps before incidents", "workers last"],
)
def test_the_order_of_files_does_not_matter(order: list[str], home: Path, sample_load: tuple[Path, LoadResult]) -> None:
    for name in (*order, *REST):
        brought(home, name)
    assert content_hash(load_config(home)) == content_hash(load_config(sample_load[0]))
    reasons = "SELECT reason, count(*) AS n FROM reject GROUP BY ALL ORDER BY ALL"
    assert ask(home, reasons) == ask(sample_load[0], reasons)


def test_fixes_of_a_day_without_a_roster_wait_and_those_off_duty_then_leave_no_trace(home: Path) -> None:
    brought(home, "areas.geojson", "workers.csv", "fixes_2026-01-05.csv")
    assert ask(home, "SELECT count(*) AS n FROM fix") == [{"n": 0}]
    [waiting] = ask(home, "SELECT count(*) AS n FROM reject WHERE reason = 'no_roster'")
    brought(home, "roster.csv")
    assert waiting["n"] > 0 == ask(home, "SELECT count(*) AS n FROM reject WHERE reason = 'no_roster'")[0]["n"]
    again = ask(home, "SELECT reasons FROM load_file WHERE notes <> '{}' AND rows_in > 0")
    off_duty = json.loads(str(again[0]["reasons"]))["off_duty"]
    [fix] = ask(home, "SELECT count(*) AS n FROM fix")
    [kept] = ask(home, "SELECT count(*) AS n FROM reject")
    assert off_duty > 0
    assert fix["n"] > 0 and kept["n"] < waiting["n"]


def test_fixes_nobody_can_decide_on_are_forgotten_after_a_week(home: Path) -> None:
    brought(home, "areas.geojson", "workers.csv", "fixes_2026-01-05.csv")
    waiting = "SELECT count(*) AS n FROM reject WHERE reason = 'no_roster'"
    retain(load_config(home), SAMPLE_NOW + timedelta(days=6))
    assert ask(home, waiting)[0]["n"] > 0
    retain(load_config(home), SAMPLE_NOW + timedelta(days=8))
    assert ask(home, waiting) == [{"n": 0}]
    brought(home, "roster.csv")
    assert ask(home, "SELECT count(*) AS n FROM fix") == [{"n": 0}]


def test_areas_that_come_last_place_everything_as_if_they_had_come_first(
    home: Path, tmp_path: Path, sample_load: tuple[Path, LoadResult]
) -> None:
    busiest = "SELECT area_id FROM fix WHERE area_id NOT LIKE '%~' GROUP BY area_id ORDER BY count(*) DESC LIMIT 1"
    [row] = ask(sample_load[0], busiest)
    areas = json.loads((SAMPLES / "areas.geojson").read_text(encoding="utf-8"))
    few = [feature for feature in areas["features"] if row["area_id"] not in feature["properties"].values()]
    assert len(few) == len(areas["features"]) - 1
    lacking = tmp_path / "areas.geojson"
    lacking.write_text(json.dumps({**areas, "features": few}, ensure_ascii=False), encoding="utf-8")
    load([lacking], load_config(home), now=SAMPLE_NOW)
    brought(home, "workers.csv", "roster.csv", *FACTS, *REST)
    assert row not in ask(home, "SELECT DISTINCT area_id FROM fix")
    brought(home, "areas.geojson")
    now, then = content_hash(load_config(home)), content_hash(load_config(sample_load[0]))
    published = {"population_shown", "special_shown"}  # what was shown of people stays until the next fixed date
    assert {table for table in then if now.get(table) != then[table]} == published


def test_a_repaired_row_is_loaded_and_leaves_quarantine(home: Path, tmp_path: Path) -> None:
    brought(home, "areas.geojson", "workers.csv", "roster.csv")
    path = tmp_path / "incidents.csv"
    header = (SAMPLES / "incidents.csv").read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(header[:4]) + "\n", encoding="utf-8")
    text = path.read_text(encoding="utf-8").replace("2026-01-05 08:12:00", "昨天", 1)
    path.write_text(text, encoding="utf-8")
    load([path], load_config(home), now=SAMPLE_NOW)
    [refused] = ask(home, "SELECT run_id, row, reason, content, stage FROM reject")
    column = next(name for name, value in json.loads(str(refused["content"])).items() if value == "昨天")
    with pytest.raises(Problem, match="no refused row fits"):
        replay(load_config(home), Chosen(reason="future"))
    again = replay(load_config(home), Chosen(str(refused["run_id"])))
    assert [(e.rows_in, e.rows_loaded, e.rows_rejected) for e in again.entries] == [(1, 0, 1)]
    mended = replay(load_config(home), Chosen(), {int(str(refused["row"])): {column: "2026-01-05 08:12:00"}})
    assert [(e.rows_in, e.rows_loaded, e.rows_rejected) for e in mended.entries] == [(1, 1, 0)]
    assert ask(home, "SELECT count(*) AS n FROM reject") == [{"n": 0}]
    assert ask(home, "SELECT count(*) AS n FROM incident") == [{"n": 3}]


def test_a_worker_who_gets_an_area_costs_only_the_days_they_were_nowhere(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = (SAMPLES / "workers.csv").read_text(encoding="utf-8").splitlines()
    listed = {name: tmp_path / name / "workers.csv" for name in ("few", "all", "more")}
    newcomers = {"few": rows[:3] + rows[4:], "all": rows, "more": [*rows, rows[3].replace("w03", "w77")]}
    for name, path in listed.items():
        path.parent.mkdir()
        path.write_text("\n".join(newcomers[name]) + "\n", encoding="utf-8")
    gone = rows[3].split(",")[0]
    config = load_config(_taking_anybody(home))
    fixes = (SAMPLES / "fixes_2026-01-05.csv").read_text(encoding="utf-8")
    without = [line for line in fixes.splitlines() if gone not in line]
    other = tmp_path / "fixes_2026-01-04.csv"
    other.write_text("\n".join(without).replace("2026-01-05", "2026-01-04") + "\n", encoding="utf-8")
    load([SAMPLES / "areas.geojson", listed["few"], SAMPLES / "fixes_2026-01-05.csv", other], config, now=SAMPLE_NOW)
    assert len(ask(home, "SELECT DISTINCT day FROM fix")) == 2
    assigned = "SELECT area_id FROM worker_day WHERE worker_id = $worker"
    assert ask(home, assigned, worker=gone) == [{"area_id": "QH~"}]
    looked: list[Slot] = []
    moved = cure.moved_fixes

    def moving(root: str, known: object, slot: Slot, *rest: object) -> object:
        looked.append(slot)
        return moved(root, known, slot, *rest)

    monkeypatch.setattr(cure, "moved_fixes", moving)
    load([listed["all"]], config, now=SAMPLE_NOW)
    assert [slot.day.isoformat() for slot in looked] == ["2026-01-05"]
    assert ask(home, assigned, worker=gone) == [{"area_id": rows[3].split(",")[4]}]
    load([listed["more"]], config, now=SAMPLE_NOW)
    assert len(looked) == 1  # who never was seen costs no day


def _taking_anybody(home: Path) -> Path:
    """Let fixes of workers on no list be taken, on or off duty."""
    said = (home / "gridlink.toml").read_text(encoding="utf-8")
    said = said.replace('roster = "required"', 'roster = "none"').replace('"reject"', '"keep"')
    (home / "gridlink.toml").write_text(said, encoding="utf-8")
    return home


def test_reference_tables_are_found_without_listing_all_that_was_ever_loaded(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought(home, "areas.geojson", "workers.csv")

    def every(_: Draft) -> None:
        raise AssertionError("every part was listed")

    with publishing(load_config(home)) as draft:
        run = Run(load_config(home), draft, SAMPLE_NOW, Local())
        with monkeypatch.context() as patch:
            patch.setattr(Draft, "parts", property(every))
            assert run.crew().assigned("w01").startswith("QH")
        draft.abandon()
