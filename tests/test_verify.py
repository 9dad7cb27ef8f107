"""A byte that flips is found, wherever it is, and what is sound goes on being served."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest

from data.audit import Audit
from data.closing import Closings
from data.config import Config, load_config
from data.errors import WarehouseError
from data.lake import Folders, read_current, read_manifest
from data.operations import Operations
from data.query import Door
from data.schema import arrow_schema
from data.scope import Scope
from data.warehouse import Warehouse
from etl.jobs import JOBS
from etl.load import LoadResult, load
from etl.publish import publishing
from etl.repair import repair
from etl.verify import verify
from gridlink import make_app
from tests.conftest import SAMPLE_NOW, SAMPLES
from tests.copies import fresh
from tests.harm import change, flip, reached, watched

UNITS = "SELECT count(*) AS n FROM unit WHERE unit_id = 'new'"


@pytest.fixture
def config(sample_load: tuple[Path, LoadResult], tmp_path: Path) -> Config:
    """The sample city in two versions: as loaded, and with one more unit."""
    config = load_config(fresh(sample_load[0], tmp_path / "home"))
    with publishing(config) as draft:
        unit = pa.Table.from_pylist([{"unit_id": "new", "name": "new"}], arrow_schema("unit"))
        draft.append("unit", unit)
    return config


def versions(config: Config) -> list[str]:
    return Folders(config.home / "warehouse").versions()


def new_unit(config: Config) -> Path:
    folders = Folders(config.home / "warehouse")
    return folders.root / read_manifest(folders, read_current(folders) or "").added[0]


def test_a_sound_home_has_nothing_to_report(config: Config) -> None:
    Operations(f"sqlite:///{config.home / 'operations.db'}")
    Audit(config.home / "audit.jsonl").record(Scope("tester", frozenset(), "QH"), "tracks")
    report = verify(config, every=True)
    assert report.findings == []
    assert len(report.manifests) == len(versions(config)) and report.orphans == 0
    assert watched(config).fault is None


def test_a_flipped_byte_is_found_wherever_current_reaches_and_something_sound_is_served(config: Config) -> None:
    chance = Random(1)
    files = reached(config)
    for path in [*files[:3], *chance.sample(files[3:], 5)]:
        changed = flip(path, chance)
        assert not verify(config).as_json()["sound"], changed
        warehouse = watched(config)
        assert warehouse.version() in versions(config)
        assert warehouse.fault is not None or path.name == "CURRENT", changed
        warehouse.fetch("SELECT count(*) AS n FROM fix", {})
        changed.undo()
        assert verify(config).findings == []


def test_a_damaged_part_of_the_newest_version_brings_back_the_one_before(config: Config) -> None:
    flip(new_unit(config), Random(2))
    warehouse = watched(config)
    assert (warehouse.version(), warehouse.fetch(UNITS, {})["n"][0].as_py()) == (versions(config)[1], 0)
    assert "is corrupt" in str(warehouse.fault)


def test_damage_that_comes_while_a_version_is_served_is_noticed(config: Config) -> None:
    warehouse = watched(config)
    assert warehouse.fetch(UNITS, {})["n"][0].as_py() == 1
    path = new_unit(config)
    with open(path, "rb") as file:
        change(path, 100, file.read()[100] ^ 255)
    warehouse._suspect()  # a day later, or because something could not be read
    while not warehouse.is_checked():
        pass
    assert warehouse.version() == versions(config)[1]


def test_a_part_no_version_is_without_is_left_out_and_that_is_said(config: Config, sample_home: Path) -> None:
    before = Warehouse(load_config(sample_home)).fetch("SELECT count(*) AS n FROM unit", {})["n"][0].as_py()
    folders = Folders(config.home / "warehouse")
    part = read_manifest(folders, read_current(folders) or "").of("fix")[0]
    flip(folders.root / part.path, Random(3))
    warehouse = watched(config)
    assert warehouse.fetch("SELECT count(*) AS n FROM fix", {})["n"][0].as_py() == 0
    assert warehouse.fetch("SELECT count(*) AS n FROM unit", {})["n"][0].as_py() == before + 1
    assert warehouse.fetch("SELECT count(*) AS n FROM incident", {})["n"][0].as_py() > 0
    assert part.path in str(warehouse.fault) and "--repair" in str(warehouse.fault)


def test_a_missing_file_is_noticed_at_once(config: Config) -> None:
    new_unit(config).unlink()
    assert Warehouse(config).version() == versions(config)[1]
    assert [finding.table for finding in verify(config).findings] == ["unit"]


def test_nothing_is_loaded_onto_a_version_whose_manifest_is_damaged(config: Config) -> None:
    folders = Folders(config.home / "warehouse")
    flip(folders.manifest(versions(config)[0]), Random(4))
    before = folders.current.read_bytes()
    with pytest.raises(WarehouseError, match="nothing changed"):
        load([SAMPLES], config, now=SAMPLE_NOW)
    assert folders.current.read_bytes() == before


@pytest.mark.parametrize("number", range(4), ids=["CURRENT", "manifest", "part", "serve"])
def test_a_repair_keeps_what_is_sound_and_loading_again_makes_it_whole(config: Config, number: int) -> None:
    folders = Folders(config.home / "warehouse")
    manifest = read_manifest(folders, versions(config)[0])
    fix = folders.root / manifest.of("fix")[0].path
    flip([folders.current, folders.manifest(manifest.run_id), fix, folders.root / manifest.serve][number], Random(5))
    assert not verify(config).as_json()["sound"]
    repair(config)
    assert verify(config, every=True).findings == []
    warehouse = watched(config)
    assert warehouse.fault is None
    assert warehouse.fetch(UNITS, {})["n"][0].as_py() == (0 if number == 1 else 1)
    load([SAMPLES], config, now=SAMPLE_NOW)
    whole = warehouse.fetch("SELECT count(*) AS n FROM fix", {})["n"][0].as_py()
    assert whole == sum(part.rows for part in manifest.of("fix"))


def test_a_cut_audit_line_and_a_damaged_operations_file_are_found(config: Config) -> None:
    (config.home / "audit.jsonl").write_text('{"at": 1}\n{"at": 2', encoding="utf-8")
    path = config.home / "operations.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE many (x PRIMARY KEY) WITHOUT ROWID")
    connection.executemany("INSERT INTO many VALUES (?)", [(f"{number:0500}",) for number in range(100)])
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(path.read_bytes())
    content[-9000:] = b"\xff" * 9000
    path.write_bytes(content)
    assert {finding.kind for finding in verify(config).findings} == {"audit", "operations"}


def test_a_flipped_byte_in_the_figures_of_a_closed_month_is_found(config: Config) -> None:
    door = Door(config)
    scope = Scope("tester", frozenset({"leader"}), "QH")
    about = {"account": "tester", "version": door.version(), "note": ""}
    Closings(config).close("2026-01", lambda name, **asked: door.metric(name, scope, **asked), about)
    assert verify(config).findings == []
    path = config.home / "warehouse" / "closed" / "2026-01.parquet"
    path.chmod(0o644)
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(bytes(body))
    (finding,) = verify(config).findings
    assert (finding.kind, finding.path) == ("closed", "warehouse/closed/2026-01.parquet")


def test_the_command_prints_findings_and_fails(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    flip(new_unit(config), Random(6))
    with pytest.raises(SystemExit) as ended:
        make_app()(["verify", "--home", str(config.home), "--json"], standalone_mode=False)
    told = json.loads(capsys.readouterr().out)
    assert ended.value.code == 1 and [finding["kind"] for finding in told["findings"]] == ["part"]
    assert JOBS["verify"](config, {}, str)["findings"] == told["findings"]
