"""Releases come and go, the lake stays: what an older release wrote is read, and loaded onto, by this one."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.config import load_config, make_config
from data.errors import WarehouseError
from data.lake import Folders, Part, read_current, read_manifest
from data.parts import select_parts
from data.schema import arrow_schema, conform, sql_columns, tables
from data.sqlfile import sql_files
from data.warehouse import Warehouse
from etl.content import content_hash
from etl.load import LoadResult, load
from etl.parts import read_part, write_part
from etl.publish import publishing
from tests.conftest import SAMPLE_NOW, SAMPLES
from tests.copies import fresh
from tests.version1 import COLUMNS, age


@pytest.fixture
def old_home(sample_load: tuple[Path, LoadResult], tmp_path: Path) -> Path:
    """The sample city as release 1 would have loaded it."""
    home = fresh(sample_load[0], tmp_path / "home")
    age(home)
    return home


def test_a_column_added_later_allows_null_or_states_a_default() -> None:
    for table, columns in COLUMNS.items():
        for name in sql_columns(table).keys() - set(columns):
            with duckdb.connect() as connection:
                kind, default = sql_columns(table)[name]
                (value,) = connection.execute(f"SELECT CAST({default} AS {kind})").fetchone() or (None,)
            assert value is not None or name in _nullable(table), f"{table}.{name}"


def test_a_warehouse_of_release_1_opens_with_every_table_of_this_one(old_home: Path, sample_home: Path) -> None:
    old, now = Warehouse(load_config(old_home)), Warehouse(load_config(sample_home))
    for table in tables():
        rows = old.fetch(f"SELECT * FROM {table}", {})
        assert rows.column_names == arrow_schema(table).names
        if table in COLUMNS:
            assert rows.num_rows == now.fetch(f"SELECT * FROM {table}", {}).num_rows, table
    assert old.fault is None


def test_a_warehouse_of_release_1_is_loaded_onto(old_home: Path, sample_home: Path) -> None:
    result = load([SAMPLES], load_config(old_home), now=SAMPLE_NOW)
    assert sum(entry.rows_loaded for entry in result.entries if entry.feed in ("fix", "incident")) == 0
    again, never = content_hash(load_config(old_home)), content_hash(load_config(sample_home))
    assert {table: again[table] for table in ("fix", "incident_step", "worker")} == {
        table: never[table] for table in ("fix", "incident_step", "worker")
    }
    manifest = read_manifest(Folders(old_home / "warehouse"), read_current(Folders(old_home / "warehouse")) or "")
    assert {part.schema_version for part in manifest.of("fix")} == {2}
    assert Warehouse(load_config(old_home)).fault is None


def test_parts_of_several_releases_are_one_table(tmp_path: Path) -> None:
    full = _rows("worker_day", 1)
    parts = [write_part(tmp_path, "lake/new.parquet", "worker_day", full, "2026-01-02")]
    fewer = full.select(COLUMNS["worker_day"]).set_column(0, "day", pa.array(["2026-01-01"]))
    pq.write_table(fewer, tmp_path / "lake" / "old.parquet")  # and a day that was text then
    parts.append(Part("worker_day", "lake/old.parquet", 1, "", "2026-01-01", schema_version=1))
    with duckdb.connect() as connection:
        rows = connection.sql(select_parts(connection, tmp_path, "worker_day", parts)).to_arrow_table()
    assert rows.schema.names == arrow_schema("worker_day").names
    assert sorted(str(day) for day in rows["day"].to_pylist()) == ["2026-01-01", "2026-01-02"]
    assert read_part(tmp_path, parts[1]).schema == arrow_schema("worker_day")


def test_a_query_of_one_day_opens_the_files_of_that_day_only(tmp_path: Path) -> None:
    config = make_config(tmp_path, {})
    with publishing(config) as draft:
        for day in ("2026-01-01", "2026-01-02"):
            draft.replace("gap", _rows("gap", 1, day), day)
    with Warehouse(config).cursor() as cursor:
        plan = cursor.execute("EXPLAIN ANALYZE SELECT * FROM gap WHERE day = DATE '2026-01-02'").fetchall()[0][1]
    assert "Scanning Files: 1/2" in plan


def test_a_row_of_an_older_release_gets_the_default_of_the_column(tmp_path: Path) -> None:
    rows = conform("worker", pa.table({"worker_id": ["w1"], "registered": [True], "nickname": ["dropped"]}))
    assert rows.schema == arrow_schema("worker")
    assert rows.to_pylist()[0]["name"] is None


def test_a_part_with_a_flipped_byte_is_never_built_upon(tmp_path: Path) -> None:
    part = write_part(tmp_path, "lake/x.parquet", "gap", _rows("gap", 200), "2026-01-01")
    path = tmp_path / part.path
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 4
    path.chmod(0o644)
    path.write_bytes(content)
    with pytest.raises(WarehouseError, match="gridlink verify --repair"):
        read_part(tmp_path, part)


def _rows(table: str, n: int, day: str = "2026-01-02") -> pa.Table:
    """Rows of a table with something in every column."""
    with duckdb.connect() as connection:
        samples = {"VARCHAR": "'x'", "DATE": f"DATE '{day}'", "TIMESTAMP": f"TIMESTAMP '{day}'", "BLOB": "'x'::BLOB"}
        listed = (f"{samples.get(kind, '1')}::{kind} AS {name}" for name, (kind, _) in sql_columns(table).items())
        return connection.sql(f"SELECT {', '.join(listed)} FROM range({n})").to_arrow_table()


def _nullable(table: str) -> set[str]:
    with duckdb.connect() as connection:
        for file in sql_files("schema").values():
            connection.execute(file.sql)
        return {row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall() if row[2] == "YES"}
