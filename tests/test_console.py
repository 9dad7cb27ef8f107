"""The SQL console: every answer from the account's own rows, and no way to anything else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from data.console.ask import Answer, ask
from data.console.settings import Console
from data.console.tables import tables
from data.errors import Problem
from data.query import Door
from data.scope import Scope
from tests.conftest import SAMPLE_NOW

LIMITS = Console(days=400, memory_mb=256, seconds=10.0, rows=50)
NUMBERS = {"number": pa.table({"n": list(range(200))})}


def asked(sql: str, limits: Console = LIMITS, given: dict[str, pa.Table] | None = None) -> Answer:
    return ask(sql, given or NUMBERS, limits)


def reason(sql: str, limits: Console = LIMITS) -> str:
    with pytest.raises(Problem) as fault:
        asked(sql, limits)
    return fault.value.reason


def test_a_question_is_answered_and_a_long_answer_says_that_it_was_cut() -> None:
    assert asked("SELECT sum(n) AS total FROM number").rows.to_pylist() == [{"total": 19900}]
    long = asked("SELECT n FROM number ORDER BY n")
    assert (long.rows.num_rows, long.more) == (50, True)
    exact = asked("SELECT n FROM number ORDER BY n LIMIT 50")
    assert (exact.rows.num_rows, exact.more) == (50, False)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM 'https://example.org/a.parquet'",
        "SELECT * FROM sniff_csv('/etc/passwd')",
        "SELECT * FROM duckdb_secrets()",
        "SELECT getenv('HOME')",
        "SELECT * FROM handed",
        "SELECT * FROM told",
    ],
)
def test_a_select_reaches_no_file_no_network_and_no_variable(sql: str) -> None:
    try:
        found = asked(sql).rows.to_pylist()
    except Problem as problem:
        assert problem.reason == "sql_refused"
    else:
        assert found in ([], [{"getenv('HOME')": ""}], [{"getenv('HOME')": None}])


@pytest.mark.parametrize(
    "sql",
    [
        "COPY number TO '/tmp/number.csv'",
        "COPY number TO '/tmp/number.csv' (use_tmp_file false)",
        "EXPORT DATABASE '/tmp/exported'",
        "ATTACH '/tmp/other.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "RESET lock_configuration",
        "PRAGMA database_list",
        "DROP TABLE number",
        "INSERT INTO number VALUES (1)",
        "CREATE TABLE other AS SELECT 1",
        "SELECT 1; SELECT 2",
        "",
    ],
)
def test_anything_but_one_select_is_refused(sql: str) -> None:
    assert reason(sql) == "one_select"


def test_a_fault_of_the_question_is_told_in_the_database_s_words() -> None:
    with pytest.raises(Problem) as fault:
        asked("SELECT nothing FROM number")
    assert fault.value.reason == "sql_refused" and "nothing" in fault.value.sentence("en")


def test_a_question_without_end_and_one_without_measure_are_stopped() -> None:
    endless = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b"
    assert reason(endless, Console(400, 256, 2.0, 50)) in (
        "sql_slow",
        "sql_large",
    )  # the clock's seconds, or the processor's
    huge = "SELECT list(repeat('x', 1000) || range) FROM range(5000000)"
    assert reason(huge, Console(400, 64, 20.0, 50)) == "sql_large"


def test_the_console_holds_the_account_s_area_and_nobody_s_name(door: Door) -> None:
    everything = tables(door, Scope("a", frozenset({"analyst"}), door.config.city.area_id), SAMPLE_NOW)
    part = tables(door, Scope("a", frozenset({"analyst"}), "QH0101"), SAMPLE_NOW)
    own = Scope("a", frozenset({"analyst"}), "QH0101")
    inside = set(door.query("areas", own, day=SAMPLE_NOW.date())["area_id"].to_pylist())
    seen = set(part["incident"]["area_id"].to_pylist())
    assert seen and all(area.removesuffix("~") in inside for area in seen)
    assert part["incident"].num_rows < everything["incident"].num_rows
    assert set(part["area"]["area_id"].to_pylist()) == inside
    assert {row["area_id"] for row in part["metric"].to_pylist()} <= inside
    for table in everything.values():
        assert not {"worker_id", "geometry"} & set(table.column_names)
    assert set(everything) == {"incident", "area", "coverage", "metric"}


def test_a_count_of_the_console_is_the_count_of_the_screen(door: Door) -> None:
    scope = Scope("a", frozenset({"analyst"}), door.config.city.area_id)
    given = tables(door, scope, SAMPLE_NOW)
    counted = asked("SELECT count(*) AS n FROM incident WHERE kind <> 'SPG'", given=given).rows.to_pylist()[0]["n"]
    whole = {"start": datetime(2025, 1, 1), "end": datetime(2026, 2, 1)}
    rows = door.query("incidents_between", scope, area=scope.area_id, **whole)
    assert counted == sum(kind != "SPG" for kind in rows["kind"].to_pylist()) > 0


def test_nothing_is_written_anywhere(tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    for sql in (f"COPY number TO '{tmp_path}/a.csv'", f"EXPORT DATABASE '{tmp_path}/b'"):
        assert reason(sql) == "one_select"
    assert sorted(tmp_path.rglob("*")) == before
