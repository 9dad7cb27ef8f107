"""Small files become large ones and the past goes when its time has come; nothing else changes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.config import Config, load_config, make_config
from data.lake import Folders, Manifest, read_current, read_manifest
from data.operations import Operations
from data.schema import arrow_schema
from data.warehouse import Warehouse
from etl.compact import compact
from etl.content import content_hash
from etl.jobs import JOBS
from etl.load import LoadResult, load
from etl.publish import publishing
from etl.retain import retain
from etl.serve_file import build_serve_file
from etl.verify import verify
from gridlink import make_app
from tests.conftest import SAMPLE_NOW, SAMPLES
from tests.copies import fresh
from tests.history import FIRST, SITE, Size, add_day, begin, days

SIZE = Size(workers=3, each=40, grids=10, incidents=2)
DAYS = 40
NOW = datetime(2025, 2, 10, 4)  # noon in the city, the day after the last
TERMS = {"fix_days": 10, "aggregate_days": 20}
FIXES_FROM, SUMS_FROM = date(2025, 1, 31), date(2025, 1, 21)
FOR_GOOD = 'fix_days = 0\naggregate_days = 0\nlegal_basis = "records act 7"\n'
City = Callable[..., Config]


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city of forty days, January and nine of February, published in two versions."""
    home = tmp_path_factory.mktemp("past") / "home"
    publish_days(begin(home, SIZE), days(DAYS))
    return home


@pytest.fixture
def city(past: Path, tmp_path: Path) -> City:
    """A copy of it, with settings; retention does not wait for queries of others."""
    home = Path(shutil.copytree(past, tmp_path / "city"))
    return lambda **site: make_config(home, {**SITE, "warehouse": {"recent_days": 5}, **site})


def publish_days(config: Config, some: list[date]) -> None:
    for half in (some[: len(some) // 2], some[len(some) // 2 :]):
        with publishing(config) as draft:
            for day in half:
                add_day(draft, day, SIZE)


def ask(config: Config, sql: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = Warehouse(config).fetch(sql, {}).to_pylist()
    return rows


def test_compacting_changes_the_files_and_no_row(city: City) -> None:
    config = city()
    before, count = content_hash(config), len(served(config).of("cell_day"))
    again = "SELECT day, sum(n)::BIGINT AS n FROM cell_day GROUP BY day ORDER BY day"
    rows = ask(config, again)
    told = compact(config, str)
    assert content_hash(config) == before
    assert ask(config, again) == rows and len(rows) == DAYS
    assert (count, len(served(config).of("cell_day"))) == (40, 10)  # January, and nine days of February
    assert told["after"] == told["before"] - 4 * 30 and told["orphans"] == 0
    assert verify(config, every=True).findings == []
    assert JOBS["compact"](config, {}, str) == {"before": told["after"], "after": told["after"], "orphans": 0}


def test_the_version_before_a_compaction_can_still_be_read(city: City) -> None:
    config = city()
    before = Warehouse(config)
    with before.cursor() as cursor:
        compact(config, str)
        assert cursor.execute("SELECT count(DISTINCT day) FROM worker_day").fetchall() == [(DAYS,)]


def test_a_day_inside_a_month_changes_alone(city: City) -> None:
    config = city()
    before = {row["day"]: row["n"] for row in ask(config, "SELECT day, count(*) AS n FROM worker_day GROUP BY day")}
    compact(config, str)
    with publishing(config) as draft:
        rows = draft.read("worker_day", "2025-01-20")
        assert rows is not None and rows.num_rows == SIZE.workers
        draft.replace("worker_day", rows.slice(0, 1), "2025-01-20")
    after = {row["day"]: row["n"] for row in ask(config, "SELECT day, count(*) AS n FROM worker_day GROUP BY day")}
    assert after == {**before, date(2025, 1, 20): 1}


def test_several_parts_of_a_day_become_one(city: City) -> None:
    config = city()
    with publishing(config) as draft:
        rows = draft.read("fix", "2025-01-02")
        assert rows is not None
        draft.replace("fix", rows.slice(0, 50), "2025-01-02")
        draft.append("fix", rows.slice(50), "2025-01-02")
    before = content_hash(config)
    assert len(served(config).of("fix")) == DAYS + 1
    compact(config, str)
    assert (len(served(config).of("fix")), content_hash(config)) == (DAYS, before)


def test_what_a_serve_file_gains_day_by_day_is_what_it_would_hold_made_anew(tmp_path: Path) -> None:
    begin(tmp_path / "home", SIZE)
    config = make_config(tmp_path / "home", {**SITE, "warehouse": {"recent_days": 4}})
    publish_days(config, days(9))
    with publishing(config) as draft:  # a day changes, one goes, a case moves on
        draft.replace("cell_day", draft.read("cell_day", "2025-01-08").slice(0, 2), "2025-01-08")
        draft.drop("cell_day", "2025-01-09")
        steps = draft.read("incident_step", "2025-01")
        draft.replace("incident_step", steps.slice(3), "2025-01")
    manifest = served(config)
    whole = tmp_path / "whole.duckdb"
    build_serve_file(config, Folders(config.home / "warehouse"), list(manifest.parts), whole)
    for table in ("incident", "cell_day", "area", "worker", "fix", "stay", "level_rank", "kind"):
        sql = f"SELECT * FROM {table} ORDER BY ALL"
        with duckdb.connect(str(whole), read_only=True) as connection:
            expected = connection.sql(sql).to_arrow_table()
        assert Warehouse(config).fetch(sql, {}).equals(expected), table


def test_after_their_time_fixes_stand_nowhere_in_the_warehouse(city: City) -> None:
    config = city(privacy=TERMS)
    compact(config, str)
    folders = Folders(config.home / "warehouse")
    folders.pins.mkdir()
    pinned = folders.versions()[-2]  # the first half of the city's past
    (folders.pins / pinned).touch()
    reject(config)
    outcome = retain(config, NOW)
    for path in folders.lake.rglob("part-*"):
        rows = pq.read_table(path, partitioning=None)
        table = path.relative_to(folders.lake).parts[0]
        if "day" in rows.column_names and not table.startswith("incident"):
            assert min(rows["day"].to_pylist()) >= (SUMS_FROM if table in ("worker_day", "cell_day") else FIXES_FROM)
    assert holding(folders.root, b"SECRET-OF-A-FIX") == []
    assert holding(folders.root, b"KEPT-INCIDENT") != []
    assert outcome.pinned == [pinned]
    assert verify(config, every=True).as_json()["orphans"] == 0
    assert verify(config, every=True).findings == []
    assert ask(config, "SELECT min(day) AS day FROM fix") == [{"day": FIXES_FROM}]
    assert ask(config, "SELECT min(day) AS day FROM cell_day") == [{"day": SUMS_FROM}]
    assert ask(config, "SELECT count(*) AS n FROM incident") == [{"n": 2 * DAYS}]
    assert Warehouse(config).fault is None
    assert retain(config, NOW).rows == 0


def test_the_night_leaves_a_synthetic_city_its_past(city: City) -> None:
    made = {**SITE["city"], "synthetic": True}
    assert JOBS["retain"](city(city=made, privacy=TERMS), {}, str)["rows"] == 0
    assert JOBS["retain"](city(privacy=TERMS), {}, str)["rows"] > 0


def test_every_kept_version_is_served_without_what_expired(city: City) -> None:
    config = city(privacy=TERMS)
    folders = Folders(config.home / "warehouse")
    retain(config, NOW)
    days_of = {}
    for run_id in folders.versions():
        folders.current.write_text(run_id + "\n")
        assert Warehouse(config).version() == run_id
        days_of[run_id] = [row["day"] for row in ask(config, "SELECT DISTINCT day FROM fix ORDER BY 1")]
    kept = [day for day in days(DAYS) if day >= FIXES_FROM]
    assert sorted(days_of.values()) == [[], [], kept, kept]  # areas, the first half, the second, and without the past


def test_what_only_an_older_version_still_holds_goes_too(city: City) -> None:
    config = city(privacy=TERMS)
    compact(config, str)
    with publishing(config) as draft:  # the version served has nothing left that has expired
        for table in sorted(draft.index):
            for part in draft.of(table):
                if part.day == "2025-01" and not table.startswith("incident"):
                    draft.drop(table, part.day)
                elif len(part.day) == 10 and part.day < FIXES_FROM.isoformat():
                    draft.drop(table, part.day)
    outcome = retain(config, NOW)
    assert outcome.rewritten > 0
    assert verify(config, every=True).findings == []
    older = read_manifest(Folders(config.home / "warehouse"), Folders(config.home / "warehouse").versions()[2])
    held = [part for part in older.of("cell_day") if part.day == "2025-01"]
    assert [part.rows for part in held] == [sum(part.rows for part in held)] != [0]


def test_cases_go_whole_and_by_their_last_step(city: City) -> None:
    config = city(privacy={"event_days": 30})
    with publishing(config) as draft:  # an old case that somebody came back to
        steps = draft.read("incident_step", "2025-01")
        late = steps.slice(0, 1).to_pylist()[0] | {"day": date(2025, 2, 9), "step_id": "late", "to_state": "X6"}
        later = draft.read("incident_step", "2025-02")
        new = pa.Table.from_pylist([late], arrow_schema("incident_step"))
        draft.replace("incident_step", pa.concat_tables([later, new]), "2025-02")
    retain(config, NOW)
    kept = ask(config, "SELECT incident_id, reported_at::DATE AS day FROM incident ORDER BY 2")
    assert kept[0]["incident_id"] == late["incident_id"]
    assert [row["day"] for row in kept[1:]] == [day for day in days(DAYS) if day >= date(2025, 1, 11) for _ in (0, 1)]
    steps_left = ask(config, f"SELECT count(*) AS n FROM incident_step WHERE incident_id = '{late['incident_id']}'")
    assert steps_left == [{"n": 5}]


def test_positions_and_uploads_go_with_the_fixes(tmp_path: Path) -> None:
    config = make_config(tmp_path, {})
    operations = Operations(f"sqlite:///{tmp_path / 'operations.db'}")
    for worker, day in (("expired-worker", NOW - timedelta(days=91)), ("kept-worker", NOW - timedelta(days=89))):
        row = {"worker_id": worker, "area_id": "g0001", "fixed_at": day, "lon": 119.0, "lat": 32.0}
        operations.record_positions([row])
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    for name, day in (("old.csv", NOW - timedelta(days=91)), ("new.csv", NOW)):
        (uploads / name).touch()
        os.utime(uploads / name, (day.timestamp(), day.timestamp()))
    outcome = retain(config, NOW)
    assert (outcome.positions, outcome.uploads) == (1, 1)
    assert operations.fetch("SELECT worker_id FROM position", {})["worker_id"].to_pylist() == ["kept-worker"]
    assert [path.name for path in uploads.iterdir()] == ["new.csv"]
    assert holding(tmp_path, b"expired-worker") == []


def test_a_home_of_zero_days_keeps_everything(sample_load: tuple[Path, LoadResult], tmp_path: Path) -> None:
    home = fresh(sample_load[0], tmp_path / "home")
    said = (home / "gridlink.toml").read_text(encoding="utf-8").replace("[privacy]\n", f"[privacy]\n{FOR_GOOD}")
    (home / "gridlink.toml").write_text(said, encoding="utf-8")
    assert load_config(home).privacy.fix_days == 0
    before = content_hash(load_config(home))
    assert retain(load_config(home)).rows == 0
    load([SAMPLES], load_config(home), now=SAMPLE_NOW)
    assert content_hash(load_config(home)) == before


def served(config: Config) -> Manifest:
    folders = Folders(config.home / "warehouse")
    return read_manifest(folders, read_current(folders) or "")


def reject(config: Config) -> None:
    """Let one fix and one incident be refused on the first day."""
    at = datetime.combine(FIRST, datetime.min.time())
    about = {"run_id": "old", "path": "f.csv", "row": 1, "reason": "future"}
    rows = [
        about | {"feed": "fix", "content": "SECRET-OF-A-FIX"},
        about | {"feed": "incident", "content": "KEPT-INCIDENT"},
    ]
    counts = dict.fromkeys(("rows_in", "rows_loaded", "rows_rejected", "rows_duplicate"), 1)
    entry = {"run_id": "old", "loaded_at": at, "path": "f.csv", "sha256": "", "source": "x", "reasons": "{}", **counts}
    with publishing(config) as draft:
        draft.replace("reject", pa.Table.from_pylist(rows, arrow_schema("reject")))
        draft.replace("load_file", pa.Table.from_pylist([entry | {"feed": "fix"}], arrow_schema("load_file")))


def holding(folder: Path, text: bytes) -> list[Path]:
    """Return the files that hold a text, as bytes or inside a compressed Parquet column."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and (text in path.read_bytes() or text.decode() in columns(path)):
            found.append(path)
    return found


def columns(path: Path) -> str:
    return str(pq.read_table(path, partitioning=None).to_pylist()) if path.suffix == ".parquet" else ""


@pytest.mark.parametrize("verb", ["compact", "retain", "verify"])
def test_every_verb_of_keeping_says_what_comes_next(
    past: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    home = Path(shutil.copytree(past, tmp_path / "home"))
    (home / "gridlink.toml").write_text(f"[privacy]\n{FOR_GOOD}", encoding="utf-8")
    try:
        make_app()([verb, "--home", str(home)], standalone_mode=False)
    except SystemExit as ended:
        assert ended.code == 0
    assert "gridlink" in capsys.readouterr().err
