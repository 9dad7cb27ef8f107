"""Reads parts as SQL: one SELECT over exactly these files, whatever release wrote them.

Parts are grouped by the columns they hold; each group is one file list, its missing columns get the default of the
schema, and a type that has changed is cast. Parts of one local day name it in their path, so that a query on a day
opens the files of that day only: with a year of files that is what its time goes into.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from data.lake import Part
from data.schema import sql_columns

DAILY = ", hive_partitioning = true, hive_types = {'day': DATE}"
PLAIN = ", hive_partitioning = false"


def select_parts(connection: duckdb.DuckDBPyConnection, root: Path, table: str, parts: Iterable[Part]) -> str:
    """Return a SELECT of all columns of the table over these parts; at least one.

    The text holds file names, as a view cannot take parameters.
    """
    groups: dict[tuple[str, int, bool], list[Part]] = {}
    for part in parts:
        groups.setdefault((part.columns, part.schema_version, _names_its_day(part)), []).append(part)
    return " UNION ALL ".join(_select(connection, root, table, group) for group in groups.values())


def _select(connection: duckdb.DuckDBPyConnection, root: Path, table: str, parts: list[Part]) -> str:
    quoted = f"{root}/".replace("'", "''")  # of the rest, the product makes the names
    listed = ", ".join(f"'{quoted}{part.path}'" for part in parts)
    source = f"read_parquet([{listed}]{DAILY if _names_its_day(parts[0]) else PLAIN})"
    held = _held(connection, root / parts[0].path)
    columns = [_column(name, kind, default, held) for name, (kind, default) in sql_columns(table).items()]
    return f"SELECT {', '.join(columns)} FROM {source}"


def _column(name: str, kind: str, default: str, held: dict[str, str]) -> str:
    if held.get(name) == kind:
        return name
    return f"CAST({name if name in held else default} AS {kind}) AS {name}"


def _held(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet($path{PLAIN})", {"path": str(path)})
    return {row[0]: row[1] for row in described.fetchall()}


def _names_its_day(part: Part) -> bool:
    return len(part.day) == len("2026-01-05") and f"/day={part.day}/" in part.path
