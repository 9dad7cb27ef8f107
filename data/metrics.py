"""Metrics: one SQL file each, a part and a whole at the finest grain, added up over areas in one place.

A file of sql/metrics returns (area_id, unit_id, worker_id, part, whole) for one period. `area_id` is a leaf, a
virtual child `X~`, or an assigned area of any level (counted in its virtual child). What it may name, besides
`$start`, `$end` and `$now` (naive UTC), is AUTOMATIC: set by the Door from configuration and scope.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import Any

import duckdb
import pyarrow as pa

from data.intervals import wilson
from data.sqlfile import SqlFile, parse, sql_files

AUTOMATIC = ("scope", "leaf", "zone", "excluded", "city", "self_resolvable", "update_days")
PILLARS = ("information", "service", "governance")
UNITS = ("percent", "count", "hours", "km")
BETTER = ("higher", "lower", "none")
KINDS = ("share", "ratio", "count", "mean")

LOADED = "SELECT DISTINCT feed FROM load_file WHERE rows_loaded > 0"


@dataclass(frozen=True)
class Metric:
    """One metric: its names and definition on screen, how it adds up, and the feeds it needs.

    kind: share (part of whole cases, with an interval), ratio, count (no whole) or mean (sum over n).
    reference: key of [incidents] in the configuration whose value is drawn as a neutral line, or None.
    store: "warehouse", or "operations" for what only that store knows.
    """

    name: str
    zh: str
    en: str
    pillar: str
    unit: str
    better: str
    kind: str
    version: int
    code: str
    inputs: tuple[str, ...]
    definition_zh: str
    definition_en: str
    file: SqlFile
    reference: str | None = None
    store: str = "warehouse"


def compute(connection: duckdb.DuckDBPyConnection, metric: Metric, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return one row per area of a level: area_id, name, name_en, level, part, whole, value, n, low, high.

    values: scope, area_id, level, start, end, now and the AUTOMATIC ones the metric names. Areas come with the
    virtual children above the level in which something was counted, so that the parts add up to the parent's.
    A share is 0-1. The value is None, never 0, where the whole is 0 or a feed the metric needs was never loaded.
    """
    return added(connection, metric, counted(connection, metric, values), values)


def counted(connection: duckdb.DuckDBPyConnection, metric: Metric, values: Mapping[str, Any]) -> pa.Table:
    """Return a metric's own rows, at its finest grain: the same whatever level and area they are added up to."""
    return connection.sql(metric.file.sql, params=metric.file.bind(dict(values))).to_arrow_table()


def added(
    connection: duckdb.DuckDBPyConnection, metric: Metric, counted_rows: pa.Table, values: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return a metric's rows added up to the areas of a level, as `compute` does."""
    rows = roll_up(connection, counted_rows, values).to_pylist()
    if missing_inputs(connection, metric):
        return [_unknown(row, metric) for row in rows]
    return [_valued(row, metric) for row in rows]


def roll_up(connection: duckdb.DuckDBPyConnection, rows: pa.Table, values: Mapping[str, Any]) -> pa.Table:
    """Add up the parts and wholes of a metric's rows to the areas of `level` inside `area_id` and `scope`.

    Returns area_id, name, name_en, level, part, whole (float64, null where nothing was counted).
    """
    connection.register("metric_row", rows)
    try:
        params = {"scope": values["scope"], "area": values["area_id"], "level": values["level"]}
        return connection.sql(ROLLUP.sql, params=params).to_arrow_table()
    finally:
        connection.unregister("metric_row")


def missing_inputs(connection: duckdb.DuckDBPyConnection, metric: Metric) -> list[str]:
    """Return the feeds the metric needs of which no row was ever loaded."""
    loaded = {feed for (feed,) in connection.execute(LOADED).fetchall()}
    return [feed for feed in metric.inputs if feed not in loaded]


def _unknown(row: dict[str, Any], metric: Metric) -> dict[str, Any]:
    """A feed the metric needs was never loaded: nothing is known, which is not 0."""
    whole = None if metric.kind == "count" else 0.0
    return {**row, "part": 0.0, "whole": whole, "value": None, "n": 0, "low": None, "high": None}


def _valued(row: dict[str, Any], metric: Metric) -> dict[str, Any]:
    part = row["part"] or 0.0
    whole = None if metric.kind == "count" else row["whole"] or 0.0
    n = part if whole is None else whole
    value = part if whole is None else (part / whole if whole else None)
    low, high = (wilson(part, n) if metric.kind == "share" else None) or (None, None)
    return {**row, "part": part, "whole": whole, "value": value, "n": int(n), "low": low, "high": high}


def _metric(file: SqlFile) -> Metric:
    known = {field.name for field in fields(Metric)} - {"name", "file"}
    unknown = set(file.header) - known
    if unknown:
        raise ValueError(f"{file.name}.sql: unknown keys {sorted(unknown)} in the header")
    return Metric(name=file.name, file=file, **{**file.header, "inputs": tuple(file.header["inputs"])})


ROLLUP = parse("rollup", files("data").joinpath("sql", "rollup.sql").read_text(encoding="utf-8"))
METRICS: dict[str, Metric] = {name: _metric(file) for name, file in sql_files("metrics").items()}
