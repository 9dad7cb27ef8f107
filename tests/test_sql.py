"""Every SQL file binds on the empty schema, says what its rows are, and asks for nothing nobody passes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from importlib.resources import files
from typing import Any

import duckdb
import pytest

from data.config import make_config
from data.feeds import feeds
from data.loop.store import metadata as loop
from data.metrics import AUTOMATIC, BETTER, KINDS, METRICS, PILLARS, ROLLUP, UNITS, Metric, compute
from data.operations import TOPICS, Operations
from data.sqlfile import COMMENT, SqlFile, parse, sql_files

DERIVE = parse("incident", files("etl").joinpath("sql", "incident.sql").read_text(encoding="utf-8"))
QUERIES = {name: file for name, file in sql_files("queries").items() if file.header["store"] == "warehouse"}
LIVE = {name: file for name, file in sql_files("queries").items() if file.header["store"] == "operations"}
COUNTED = [metric for metric in METRICS.values() if metric.store == "warehouse"]
ONE = ("loop", "cohort")  # sums over everything: one row whatever there is
SCOPED = {"area_id", "incident_id", "worker_id"}  # whoever has one of these stands somewhere in the tree

ALARMS = (
    "alarm_id rule severity area_id area_name subject role key_area_id camera_id incident_id worker_id lon lat value"
    " limit n_members began_at raised_at ended_at acked_at acked_by note escalated_at seq personal"
)
VALUES: dict[str, Any] = {
    "alarm": "A",
    "scope": "city",
    "leaf": "grid",
    "zone": "Asia/Shanghai",
    "excluded": ["INF"],
    "self_resolvable": ["ENV"],
    "update_days": 90,
    "city": "city",
    "area": "city",
    "area_id": "city",
    "level": "grid",
    "start": datetime(2026, 1, 4, 16),
    "end": datetime(2026, 1, 5, 16),
    "now": datetime(2026, 1, 5, 4),
    "day": date(2026, 1, 5),
    "first_day": date(2026, 1, 5),
    "last_day": date(2026, 1, 5),
    "slot": 32,
    "seconds": 900,
    "workers": ["w01"],
    "incident_id": "E001",
    "feed": "fix",
    "reason": "",
    "path": "",
    "run_id": "",
    "most": 100,
    "lon": 119.5,
    "lat": 32.0,
    "radius_m": 100.0,
    "cell_west": 0,
    "cell_east": 1,
    "cell_south": 0,
    "cell_north": 1,
    "uncounted": 43,
    "silent": 300.0,
    "overlay": "party",
    "key_area": "K1",
    "incident": "E001",
    "this": "E001",
    "kind": "FAC",
    "account": "wang",
    "since": datetime(2026, 1, 4, 16),
    "until": datetime(2026, 1, 5, 16),
    "west": 119.0,
    "east": 120.0,
    "south": 31.0,
    "north": 33.0,
    "areas": ["g1"],
    "severity": 3,
    "located": "yes",
    "state": "all",
    "metric": "rework",
    "unit": None,
    "worker": None,
}
PROMISED = {
    "area_classes": "area_id urban_class",
    "patrol_days": "subject_id day fixes valid_fixes own_fixes",
    "worker_days": "worker_id day fixes valid_fixes own_fixes",
    "worker_areas": "worker_id name area_id",
    "case_moments": "incident_id area_id unit_id reported_at deadline_at handled_at closed_at",
    "vendor_sums": "area_id unit_id due in_time closed handled reworked",
    "alarms": ALARMS,
    "alarms_between": ALARMS,
    "alarm_members": "alarm_id area_id kind subject_id name began_at ended_at",
    "population_in": "area_id class as_of count hidden",
    "areas": "area_id parent_id level name name_en lon lat area_m2 cells geometry households urban_class",
    "area_path": "area_id name name_en level distance",
    "incidents_open": "incident_id kind kind_zh kind_en subkind title severity state reported_at deadline_at area_id"
    " area_name parent_name street_name unit_name located lon lat",
    "incident_points": "incident_id kind severity state reported_at deadline_at closed_at lon lat area_id",
    "incident_counts": "area_id name n",
    "incident_bins": "bin_at n",
    "incident_expected": "week bin n",
    "incident_hours": "weekday hour n",
    "loop": "reported accepted handled checked closed open accept_s handle_s check_s",
    "heat_incidents": "lon lat n",
    "heat_fixes": "cell_x cell_y n",
    "coverage": "area_id visited cells",
    "last_visits": "area_id cell_m cell_x cell_y last_day days",
    "days_since": "area_id last_day days cell_days never cells",
    "revisits": "area_id days n",
    "suspicions": "worker_id kind starts_at ends_at other_id measure",
    "repeated_days": "worker_id earlier_day other_id shared turns",
    "days_tracked": "day workers fixes",
    "key_areas": "key_area_id name kind grade people_limit area_id geometry visits_per_week timetable",
    "key_area_states": "key_area_id last_at last_day visits people counted_at tracked_from",
    "key_area_days": "key_area_id day visits seconds",
    "walked": "area_id bin metres",
    "watch_log": "done_at what account area_id subject other words",
    "live_people": "worker_id name role area_id skills",
    "steps_between": "incident_id stepped_at to_state unit_name area_id severity subkind kind_zh kind_en lon lat",
    "steps_made": "incident_id stepped_at to_state area_id severity kind subkind lon lat",
    "key_visits_between": "key_area_id key_area_name geometry worker_id name arrived_at left_at",
    "key_area_visits": "worker_id name arrived_at left_at seconds n_fixes counts",
    "people_counts": "key_area_id counted_at people",
    "was_near": "worker_id name role area_id nearest_m nearest_at accuracy_m inside_min first_at last_at fixes",
    "exceptions": "incident_id cause",
    "durations": "area_id reported_at acted_at filed_at closed_at deadline_at is_reported is_filed is_overdue",
    "counted_against": "incident_id cause reported_at deadline_at handled_at closed_at area_id area_name",
    "incidents_taken": "incident_id kind_zh kind_en severity state reported_at deadline_at closed_at area_id lon lat",
    "workers_day": "worker_id name area_id area_name parent_name fixes valid_fixes online_s distance_m",
    "tracks": "worker_id seg fixed_at lon lat",
    "stays": "worker_id starts_at ends_at lon lat",
    "gaps": "worker_id starts_at ends_at from_lon from_lat to_lon to_lat straight_m",
    "flagged_fixes": "worker_id fixed_at lon lat flags",
    "chunks": "area_id payload",
    "positions": "worker_id name area_id fixed_at lon lat accuracy_m battery",
    "feed_status": "feed rows last_at loaded_at",
    "quality_feeds": "feed files refused rows_in loaded rejected duplicate lag_p50_s lag_p95_s last_at loaded_at",
    "quality_days": "day feed rows_in loaded rejected duplicate",
    "quality_reasons": "feed reason day whole_file n",
    "completeness": "area_id dataset month days n since",
    "completeness_reference": "area_id leaves bounded counted classed",
    "reconciliation": "dataset area_id level name whole children unlocated difference",
    "reject_groups": "run_id loaded_at path feed reason n",
    "rejects": "run_id path feed row key reason detail mapping stage content",
    "warnings": "run_id loaded_at reason key detail",
    "area_findings": "kind area_id name other_id other_name area_m2 detail geometry",
}


@pytest.fixture(scope="module")
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for file in sql_files("schema").values():
            connection.execute(file.sql)
        yield connection


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    return {row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()}


def read_tables(file: SqlFile, known: set[str]) -> set[str]:
    """Return the schema tables a statement names behind FROM and JOIN."""
    return set(re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", COMMENT.sub("", file.sql))) & known


@pytest.mark.parametrize("file", QUERIES.values(), ids=lambda f: f.name)
def test_a_query_binds_and_has_no_rows_where_there_is_no_data(empty: duckdb.DuckDBPyConnection, file: SqlFile) -> None:
    rows = empty.sql(file.sql, params=file.bind(VALUES)).to_arrow_table()
    assert rows.num_rows == (file.name in ONE) or "bin_at" in rows.column_names
    assert set(PROMISED.get(file.name, "").split()) <= set(rows.column_names)


@pytest.mark.parametrize("file", LIVE.values(), ids=lambda f: f.name)
def test_a_live_query_runs_on_operations(file: SqlFile) -> None:
    operations = Operations("sqlite://")
    operations.make(loop)
    rows = operations.fetch(file.sql, file.bind(VALUES))
    assert set(PROMISED.get(file.name, "area_id incident_id").split()) <= set(rows.column_names)
    assert set(file.header["tables"]) <= set(TOPICS)


@pytest.mark.parametrize("metric", COUNTED, ids=lambda m: m.name)
def test_a_metric_binds_and_returns_parts_and_wholes(empty: duckdb.DuckDBPyConnection, metric: Metric) -> None:
    rows = empty.sql(metric.file.sql, params=metric.file.bind(VALUES)).to_arrow_table()
    assert rows.column_names == ["area_id", "unit_id", "worker_id", "part", "whole"]
    assert compute(empty, metric, VALUES) == []
    assert metric.file.parameters <= {"start", "end", "now", *AUTOMATIC}


@pytest.mark.parametrize("metric", [m for m in METRICS.values() if m not in COUNTED], ids=lambda m: m.name)
def test_a_metric_of_operations_runs_there_and_counts_nothing_where_there_is_nothing(metric: Metric) -> None:
    operations = Operations("sqlite://")
    operations.make(loop)
    rows = operations.fetch(metric.file.sql, metric.file.bind(VALUES))
    assert rows.column_names == ["area_id", "unit_id", "worker_id", "part", "whole"] and not rows.num_rows


def test_the_derivation_gives_exactly_the_columns_of_the_incident_table(empty: duckdb.DuckDBPyConnection) -> None:
    derived = empty.sql(DERIVE.sql).to_arrow_table()
    assert derived.column_names == [row[0] for row in empty.execute("DESCRIBE incident").fetchall()]


@pytest.mark.parametrize("file", [*QUERIES.values(), DERIVE, ROLLUP], ids=lambda f: f.name)
def test_a_header_says_what_a_row_is_and_what_it_is_read_from(empty: duckdb.DuckDBPyConnection, file: SqlFile) -> None:
    known = {row[0] for row in empty.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert file.header["row"] and file.header["store"] == "warehouse"
    assert set(file.header["tables"]) == read_tables(file, known)


@pytest.mark.parametrize("file", [*QUERIES.values(), *LIVE.values()], ids=lambda f: f.name)
def test_a_query_about_persons_says_so_and_names_its_subject(empty: duckdb.DuckDBPyConnection, file: SqlFile) -> None:
    personal = {"fix", "track", "stay", "gap", "chunk", "worker", "suspicion", "likeness", "special_shown"}
    about_persons = personal & set(file.header["tables"])
    whatever_a_row_held = bool(re.search(r"\bcontent\b", COMMENT.sub("", file.sql)))
    assert file.header["personal"] is (bool(about_persons) or whatever_a_row_held)
    if file.header["personal"]:
        assert file.header["subject"] in empty.sql(file.sql, params=file.bind(VALUES)).columns


@pytest.mark.parametrize("file", QUERIES.values(), ids=lambda f: f.name)
def test_whatever_stands_in_the_tree_is_asked_for_under_a_scope(
    empty: duckdb.DuckDBPyConnection, file: SqlFile
) -> None:
    placed = any(columns_of(empty, table) & SCOPED for table in file.header["tables"])
    assert ("scope" in file.parameters) == placed


@pytest.mark.parametrize("file", [*QUERIES.values(), *(m.file for m in COUNTED), DERIVE, ROLLUP], ids=lambda f: f.name)
def test_a_file_is_one_statement_whose_parameters_are_known(empty: duckdb.DuckDBPyConnection, file: SqlFile) -> None:
    (statement,) = empty.extract_statements(file.sql)
    assert statement.named_parameters == file.parameters
    assert file.parameters <= set(VALUES)
    assert statement.type == duckdb.StatementType.SELECT


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda m: m.name)
def test_a_metric_says_everything_its_page_shows(metric: Metric) -> None:
    assert all([metric.zh, metric.en, metric.code, metric.definition_zh, metric.definition_en])
    assert metric.definition_zh.endswith("。") and metric.definition_en.endswith(".")
    assert metric.pillar in PILLARS and metric.unit in UNITS and metric.better in BETTER and metric.kind in KINDS
    assert metric.version >= 1 and set(metric.inputs) <= set(feeds())
    assert (metric.unit == "percent") == (metric.kind in {"share", "ratio"})
    incidents = make_config(files("data"), {}).incidents
    assert metric.reference is None or hasattr(incidents, metric.reference)


def test_every_pillar_has_metrics_and_no_two_share_a_name() -> None:
    assert {metric.pillar for metric in METRICS.values()} == set(PILLARS)
    assert len({metric.zh for metric in METRICS.values()}) == len({m.en for m in METRICS.values()}) == len(METRICS)
