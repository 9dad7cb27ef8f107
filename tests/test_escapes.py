"""No SQL gets out of the engine: not past the screens' connection, and not past the console's process."""

from __future__ import annotations

import io
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from data.config import load_config
from data.console.child import answer, filled
from data.errors import Problem
from data.query import Door
from tests.copies import fresh

SECRET = "a word nobody may read"
# {folder} holds a file `secret` with the secret and a table `other.csv` with it; {part} is a file the lock names.
READS = (
    "SELECT * FROM read_text('{folder}/secret')",
    "SELECT * FROM read_blob('{folder}/secret')",
    "SELECT * FROM read_csv('{folder}/other.csv')",
    "SELECT * FROM read_csv_auto('{folder}/other.csv')",
    "SELECT * FROM sniff_csv('{folder}/other.csv')",
    "SELECT * FROM read_json('{folder}/other.json')",
    "SELECT * FROM read_json_objects_auto('{folder}/other.json')",
    "SELECT * FROM read_parquet('{folder}/*')",
    "SELECT * FROM parquet_schema('{folder}/other.parquet')",
    "SELECT * FROM parquet_kv_metadata('{folder}/other.parquet')",
    "SELECT * FROM read_duckdb('{folder}/other.duckdb')",
    "SELECT * FROM '{folder}/other.csv'",
    "SELECT * FROM glob('{folder}/*')",
    "SELECT * FROM query('SELECT * FROM read_text(''{folder}/secret'')')",
    "SELECT * FROM query_table('{folder}/other.csv')",
    "FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM read_text(''{folder}/secret'')'))",
    "SELECT * FROM 'https://example.org/other.parquet'",
    "SELECT * FROM read_text('s3://bucket/secret')",
    "SELECT getenv('GRIDLINK_ESCAPE')",
    "SELECT * FROM scanned",
    "SELECT * FROM duckdb_secrets()",
    "SELECT current_setting('s3_secret_access_key')",
)
ACTS = (
    "COPY (SELECT 1) TO '{folder}/made.csv'",
    "COPY (SELECT 1) TO '{folder}/made.csv' (use_tmp_file false)",
    "COPY (SELECT 1) TO '{part}' (use_tmp_file false)",
    "COPY (SELECT 1) TO '{folder}/made' (FORMAT parquet, PARTITION_BY (1))",
    "COPY FROM DATABASE main TO other",
    "EXPORT DATABASE '{folder}/made'",
    "IMPORT DATABASE '{folder}'",
    "ATTACH '{folder}/made.duckdb' AS made",
    "ATTACH ':memory:' AS made",
    "INSTALL httpfs",
    "INSTALL spatial FROM community",
    "LOAD '{folder}/made.duckdb_extension'",
    "SET enable_external_access = true",
    "SET allowed_paths = ['{folder}/secret']",
    "SET allowed_directories = ['{folder}']",
    "SET memory_limit = '100GB'",
    "SET temp_directory = '{folder}'",
    "SET log_query_path = '{folder}/made.log'",
    "RESET lock_configuration",
    "PRAGMA enable_external_access = true",
    "PRAGMA profiling_output = '{folder}/made.json'",
    "CALL enable_logging(storage = 'file', storage_path = '{folder}')",
    "CREATE PERSISTENT SECRET s (TYPE s3)",
    "CREATE TABLE made AS SELECT * FROM read_text('{folder}/secret')",
    "INSERT INTO area SELECT * FROM area",
    "DELETE FROM area",
    "DROP TABLE area",
    "SELECT 1; COPY (SELECT 1) TO '{folder}/made.csv'",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a secret in files of every kind the engine reads."""
    made = tmp_path_factory.mktemp("outside")
    (made / "secret").write_text(SECRET)
    (made / "other.csv").write_text(f"word\n{SECRET}\n")
    (made / "other.json").write_text(f'[{{"word": "{SECRET}"}}]')
    with duckdb.connect(str(made / "other.duckdb")) as file:
        file.execute(f"CREATE TABLE other AS SELECT '{SECRET}' AS word")
        file.execute(f"COPY other TO '{made}/other.parquet'")
    return made


@pytest.fixture(scope="module")
def served(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Door:
    home = fresh(sample_home, tmp_path_factory.mktemp("served") / "home")
    return Door(load_config(home))


def parts(door: Door) -> dict[Path, bytes]:
    """Return the files of the version served."""
    lake = door.warehouse.folders.root
    return {path: path.read_bytes() for path in sorted(lake.rglob("*.parquet"))}


def seen(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_no_statement_gets_past_the_lock_of_the_screens(
    served: Door, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDLINK_ESCAPE", SECRET)
    scanned = pa.table({"word": [SECRET]})
    files, outside = parts(served), seen(folder)
    through = []
    for sql in (text.format(folder=folder, part=next(iter(files))) for text in (*READS, *ACTS)):
        for way in ("execute", "sql"):
            try:
                with served.warehouse.cursor() as cursor:
                    found = getattr(cursor, way)(sql).fetchall()
            except (duckdb.Error, Problem):
                continue
            if SECRET in str(found) or sql.startswith(tuple(text.split()[0] for text in ACTS)):
                through.append(sql)
    assert through == [] and scanned.num_rows
    assert parts(served) == files and seen(folder) == outside


def test_the_lock_itself_holds_where_a_statement_reaches_it(served: Door, folder: Path) -> None:
    with served.warehouse.cursor() as reading:
        bare: duckdb.DuckDBPyConnection = reading._cursor  # type: ignore[attr-defined]
        for text in (*READS, *ACTS):
            if "{part}" in text or "getenv" in text:
                continue  # what the lock alone does not stop: data/reading.py does
            sql = text.format(folder=folder, part="")
            try:
                found = bare.execute(sql).fetchall()
            except duckdb.Error:
                continue
            assert SECRET not in str(found), sql
            assert "memory:" in sql or "1" in sql, sql


@pytest.mark.parametrize("name", ["query", "executemany", "read_csv", "cursor", "install_extension"])
def test_a_cursor_lends_no_other_way_to_run_sql(served: Door, name: str) -> None:
    with served.warehouse.cursor() as cursor, pytest.raises(AttributeError):
        getattr(cursor, name)


def test_no_statement_gets_out_of_the_console(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDLINK_ESCAPE", SECRET)
    outside, scanned = seen(folder), pa.table({"word": [SECRET]})
    with filled(io.BytesIO(), {"tables": [], "memory_mb": 256}) as connection:
        for text in READS:
            try:
                found, _ = answer(connection, text.format(folder=folder), 50)
            except duckdb.Error as fault:
                assert SECRET not in str(fault), text
            else:
                assert SECRET not in str(found.to_pylist()), text
    assert seen(folder) == outside and scanned.num_rows


@pytest.mark.parametrize("text", ACTS)
def test_the_console_takes_no_statement_but_one_that_reads(text: str, folder: Path) -> None:
    with duckdb.connect(":memory:") as connection, pytest.raises(ValueError, match="one_select"):
        answer(connection, text.format(folder=folder, part=f"{folder}/part"), 1)
