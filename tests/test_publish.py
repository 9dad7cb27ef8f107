"""Publishing: readers see the old version or the new one, and can change neither."""

import json
import os
import shutil
import tempfile
from multiprocessing import get_context
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from data.config import Config, make_config
from data.errors import WarehouseError
from data.lake import Folders, read_current, read_manifest
from data.schema import arrow_schema
from data.warehouse import Warehouse
from etl.publish import publishing

COUNT = "SELECT count(*) AS n FROM unit"
STEPS = "SELECT count(*) AS n FROM incident_step"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return make_config(tmp_path, {})


def units(*names: str) -> pa.Table:
    return pa.Table.from_pylist([{"unit_id": n, "name": n} for n in names], arrow_schema("unit"))


def publish(config: Config, *names: str) -> str:
    with publishing(config) as draft:
        draft.replace("unit", units(*names))
    return draft.run_id


def count(warehouse: Warehouse, sql: str = COUNT) -> int:
    return int(warehouse.fetch(sql, {})["n"][0].as_py())


def test_a_reader_sees_the_new_version_as_soon_as_current_moves(config: Config) -> None:
    publish(config, "a")
    warehouse = Warehouse(config)
    assert count(warehouse) == 1
    run_id = publish(config, "a", "b")
    assert (count(warehouse), warehouse.version()) == (2, run_id)


def test_a_query_under_way_finishes_on_the_version_it_began_with(config: Config) -> None:
    publish(config, "a")
    warehouse = Warehouse(config)
    with warehouse.cursor() as cursor:
        publish(config, "a", "b")
        assert count(warehouse) == 2
        assert cursor.execute(COUNT).fetchall() == [(1,)]


def test_before_the_first_load_the_reader_says_so(config: Config) -> None:
    with pytest.raises(WarehouseError, match="holds no data yet"):
        Warehouse(config).version()


def test_a_run_that_fails_changes_nothing_and_leaves_nothing(config: Config) -> None:
    publish(config, "a")
    before = files(config)
    with pytest.raises(RuntimeError), publishing(config) as draft:
        draft.replace("unit", units("a", "b", "c"))
        raise RuntimeError("failed")
    assert files(config) == before
    assert count(Warehouse(config)) == 1


def test_a_corrupt_version_falls_back_to_the_one_before_and_says_so(config: Config) -> None:
    first = publish(config, "a")
    publish(config, "a", "b")
    folders = Folders(config.home / "warehouse")
    serve = folders.root / read_manifest(folders, read_current(folders) or "").serve
    serve.chmod(0o644)
    serve.write_bytes(b"\0" * 4096)
    warehouse = Warehouse(config)
    assert (count(warehouse), warehouse.version()) == (1, first)
    assert "corrupt" in str(warehouse.fault)


def test_a_warehouse_of_a_newer_release_is_refused(config: Config) -> None:
    run_id = publish(config, "a")
    path = Folders(config.home / "warehouse").manifest(run_id)
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema_version": 99}))
    with pytest.raises(WarehouseError, match="newer release"):
        Warehouse(config).version()


def test_files_of_the_lake_cannot_be_written(config: Config) -> None:
    publish(config, "a")
    parts = [*(config.home / "warehouse").rglob("*.parquet"), *(config.home / "warehouse").glob("serve-*")]
    assert parts and all(path.stat().st_mode & 0o777 == 0o444 for path in parts)


def test_old_versions_are_kept_and_then_swept(tmp_path: Path) -> None:
    config = make_config(tmp_path, {"warehouse": {"keep_versions": 2, "keep_hours": 0.0}})
    runs = [publish(config, *"abcdef"[: n + 1]) for n in range(5)]
    left = {path.stem for path in (tmp_path / "warehouse" / "runs").glob("*.json")}
    assert runs[-1] in left and runs[0] not in left
    assert count(Warehouse(config)) == 5


def files(config: Config) -> set[Path]:
    return {path for path in (config.home / "warehouse").rglob("*") if path.is_file()}


def steps(*ids: str) -> pa.Table:
    rows = [{"day": None, "incident_id": i, "source": "x", "step_id": "1", "to_state": "S10"} for i in ids]
    return pa.Table.from_pylist(rows, arrow_schema("incident_step"))


ESCAPES = [
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "ATTACH '{root}/x.duckdb' AS x",
    "COPY (SELECT 1) TO '{root}/lake/new.parquet'",
    "COPY (SELECT 1) TO '{part}' (use_tmp_file false)",
    "COPY (SELECT 1) TO '{part}'",
    "EXPORT DATABASE '{root}/out'",
    "SET enable_external_access = true",
    "SET allowed_paths = ['/etc/passwd']",
    "CREATE TABLE mine AS SELECT 1",
    "INSTALL httpfs",
]


def test_a_reader_cannot_leave_its_version() -> None:
    """As the serving account would: without the rights of root, over files it may only read."""
    home = Path(tempfile.mkdtemp())
    try:
        home.chmod(0o755)
        config = make_config(home, {})
        with publishing(config) as draft:
            draft.replace("incident_step", steps("i1", "i2"), "2026-01")
        part = draft.folders.root / draft.of("incident_step")[0].path
        before = part.read_bytes()
        with get_context("fork").Pool(1) as pool:
            tried = pool.apply(_try_escapes, (config, part))
        assert tried == dict.fromkeys(ESCAPES, "refused")
        assert part.read_bytes() == before
        assert count(Warehouse(config), STEPS) == 2
    finally:
        shutil.rmtree(home)


def _try_escapes(config: Config, part: Path) -> dict[str, str]:
    if os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    warehouse, out = Warehouse(config), {}
    assert count(warehouse, STEPS) == 2
    for escape in ESCAPES:
        with warehouse.cursor() as cursor:
            try:
                cursor.execute(escape.format(root=config.home / "warehouse", part=part)).fetchall()
                out[escape] = "allowed"
            except duckdb.Error:
                out[escape] = "refused"
    return out
