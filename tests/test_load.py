"""Loading: nothing is lost, nothing is loaded twice, and the order of arrival never matters."""

import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.config import load_config
from data.operations import Operations
from data.warehouse import Warehouse
from etl.content import content_hash
from etl.load import LoadResult, load
from tests import copies
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home

REFERENCE = ["areas.geojson", "area_attributes.csv", "units.csv", "workers.csv", "roster.csv"]
FACTS = ["fixes_2026-01-05.csv", "incidents.csv", "incident_steps.csv"]


@pytest.fixture(scope="session")
def reference_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that holds areas, units, workers and roster, and no facts yet."""
    home = copy_home(SAMPLES, tmp_path_factory.mktemp("reference") / "home")
    load([SAMPLES / name for name in REFERENCE], load_config(home), now=SAMPLE_NOW)
    return home


@pytest.fixture(scope="session")
def whole_hash(reference_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    home = fresh(reference_home, tmp_path_factory.mktemp("whole"))
    load([SAMPLES / name for name in FACTS], load_config(home), now=SAMPLE_NOW)
    return content_hash(load_config(home))


def fresh(reference_home: Path, folder: Path) -> Path:
    return Path(shutil.copytree(reference_home, folder / "home"))


def ask(home: Path, sql: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = Warehouse(load_config(home)).fetch(sql, {}).to_pylist()
    return rows


def test_every_row_of_every_file_is_accounted_for(sample_load: tuple[Path, LoadResult]) -> None:
    entries = sample_load[1].entries
    assert len(entries) == len(list((SAMPLES / "mappings").glob("*.toml")))
    for entry in entries:
        assert entry.rows_in == entry.rows_loaded + entry.rows_rejected + entry.rows_duplicate, entry.path
        assert sum(entry.reasons.values()) == entry.rows_rejected


def test_the_tables_hold_what_the_ledger_says(sample_load: tuple[Path, LoadResult]) -> None:
    home, result = sample_load
    loaded = {entry.feed: entry.rows_loaded for entry in result.entries}
    counts = ask(home, "SELECT (SELECT count(*) FROM fix) AS fix, (SELECT count(*) FROM incident) AS incident")
    assert counts == [{"fix": loaded["fix"], "incident": loaded["incident"]}]


@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), pieces=st.integers(1, 4), one_by_one=st.booleans())
def test_order_splitting_and_repetition_leave_the_content_unchanged(
    reference_home: Path,
    whole_hash: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    pieces: int,
    one_by_one: bool,
) -> None:
    folder, chance = tmp_path_factory.mktemp("shuffled"), random.Random(seed)
    home = fresh(reference_home, folder)
    runs: list[list[Path]] = [[], [], []]
    for place, source in enumerate(SAMPLES / name for name in FACTS):
        header, *lines = source.read_text(encoding="utf-8").splitlines()
        lines += chance.sample(lines, 5)
        chance.shuffle(lines)
        for number in range(pieces):
            path = folder / str(number) / source.name
            path.parent.mkdir(exist_ok=True)
            path.write_text("\n".join([header, *lines[number::pieces]]) + "\n", encoding="utf-8")
            runs[place].append(path)
    calls = [[path] for run in runs for path in run] if one_by_one else [[p for run in runs for p in run]]
    for paths in calls:
        for entry in load(paths, load_config(home), now=SAMPLE_NOW).entries:
            assert entry.rows_in == entry.rows_loaded + entry.rows_rejected + entry.rows_duplicate
    assert content_hash(load_config(home)) == whole_hash


def test_a_file_loaded_twice_adds_nothing(sample_load: tuple[Path, LoadResult], tmp_path: Path) -> None:
    home = copies.fresh(sample_load[0], tmp_path / "home")
    before, rejects = content_hash(load_config(home)), "SELECT count(*) AS n FROM reject"
    again = load([SAMPLES], load_config(home), now=SAMPLE_NOW)
    for first, second in zip(sample_load[1].entries, again.entries, strict=True):
        assert second.rows_loaded == 0, second.path
        assert second.rows_rejected == first.rows_rejected
        assert second.rows_duplicate == first.rows_loaded + first.rows_duplicate
    assert content_hash(load_config(home)) == before
    assert ask(home, rejects) == ask(sample_load[0], rejects)


def test_fixes_off_duty_are_counted_and_stand_nowhere(sample_load: tuple[Path, LoadResult]) -> None:
    home, result = sample_load
    fixes = next(entry for entry in result.entries if entry.feed == "fix")
    off_duty = fixes.reasons["off_duty"]
    assert off_duty > 0
    assert ask(home, "SELECT count(*) AS n FROM reject WHERE reason = 'off_duty'") == [{"n": 0}]
    outside = """
        SELECT count(*) AS n FROM fix WHERE NOT EXISTS (
            SELECT 1 FROM roster WHERE roster.worker_id = fix.worker_id AND kind = 'duty'
              AND fixed_at >= starts_at AND fixed_at < ends_at)
    """
    assert ask(home, outside) == [{"n": 0}]


def test_a_fix_dated_in_the_future_never_freezes_a_worker(reference_home: Path, tmp_path: Path) -> None:
    home = fresh(reference_home, tmp_path)
    path = tmp_path / "fixes_x.csv"
    header = "网格员,时间,经度,纬度,精度,电量\n"
    path.write_text(header + "w01,2026-01-05 08:00:00,119.5008,32.0088,8,90\n", encoding="utf-8")
    roster = tmp_path / "roster.csv"
    roster.write_text("网格员,开始,结束,类型\nw01,2099-01-05 08:00,2099-01-05 12:00,在岗\n", encoding="utf-8")
    future = tmp_path / "fixes_y.csv"
    future.write_text(header + "w01,2099-01-05 08:30:00,119.5009,32.0088,8,90\n", encoding="utf-8")
    load([path, roster, future], load_config(home), now=SAMPLE_NOW)
    last = "SELECT worker_id, fixed_at FROM position"
    rows = Operations(f"sqlite:///{home / 'operations.db'}").fetch(last, {}).to_pylist()
    assert [str(row["fixed_at"])[:19] for row in rows] == ["2026-01-05 00:00:00"]
    assert ask(home, "SELECT reason FROM reject") == [{"reason": "future"}]


def test_one_bad_file_does_not_stop_the_good_ones(reference_home: Path, tmp_path: Path) -> None:
    home = fresh(reference_home, tmp_path)
    bad = tmp_path / "fixes_bad.csv"
    bad.write_text("列甲,列乙\n1,2\n", encoding="utf-8")
    empty = tmp_path / "empty.csv"
    empty.touch()
    result = load([bad, empty, tmp_path / "nowhere.csv", SAMPLES / FACTS[0]], load_config(home), now=SAMPLE_NOW)
    refused = {Path(entry.path).name: entry for entry in result.entries if entry.problem}
    assert {name: list(entry.reasons) for name, entry in refused.items()} == {
        "fixes_bad.csv": ["wrong_columns"],
        "empty.csv": ["empty_file"],
        "nowhere.csv": ["not_a_file"],
    }
    assert all(name in str(entry.problem) for name, entry in refused.items())
    assert sum(entry.rows_loaded for entry in result.entries) == 450


def test_facts_before_any_area_are_refused_with_what_to_do(tmp_path: Path) -> None:
    home = copy_home(SAMPLES, tmp_path / "home")
    result = load([SAMPLES / FACTS[0]], load_config(home), now=SAMPLE_NOW)
    assert "load area polygons first" in str(result.entries[0].problem)
    assert result.version == ""


def test_a_dry_run_publishes_nothing(reference_home: Path, tmp_path: Path) -> None:
    home = fresh(reference_home, tmp_path)
    before = (home / "warehouse" / "CURRENT").read_text()
    result = load([SAMPLES / FACTS[0]], load_config(home), now=SAMPLE_NOW, dry_run=True)
    assert result.entries[0].rows_loaded == 450
    assert (home / "warehouse" / "CURRENT").read_text() == before
