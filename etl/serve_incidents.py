"""Derives one row per incident from its report and steps, of all incidents or of those something new was said of."""

from __future__ import annotations

from collections.abc import Collection
from importlib.resources import files
from typing import Protocol

import duckdb

from data.lake import Part

SOURCES = ("incident_report", "incident_step")
INCIDENT_SQL = files("etl").joinpath("sql", "incident.sql").read_text(encoding="utf-8")


class Changed(Protocol):
    """The new and the vanished parts of a version by table, and how to read them."""

    @property
    def fresh(self) -> dict[str, list[Part]]:
        """The parts that are new, by table."""

    @property
    def gone(self) -> dict[str, list[Part]]:
        """The parts that are no more, by table."""

    def select(self, connection: duckdb.DuckDBPyConnection, table: str, parts: Collection[Part]) -> str:
        """Return a SELECT over exactly these parts."""


def derive_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill table incident from reports and steps."""
    connection.execute(f"INSERT INTO incident BY NAME {INCIDENT_SQL}")


def derive_changed(connection: duckdb.DuckDBPyConnection, change: Changed) -> None:
    """Derive anew the incidents of which a report or a step is new, changed or gone; the others stay as they are."""
    different = [query for table in SOURCES for query in _different(connection, table, change)]
    if not different:
        return
    both = " UNION ALL ".join(different)
    connection.execute(f"CREATE TEMP TABLE touched AS SELECT DISTINCT incident_id FROM ({both})")
    connection.execute("DELETE FROM incident WHERE incident_id IN (SELECT incident_id FROM touched)")
    row = connection.execute("SELECT current_database()").fetchone()
    for table in SOURCES:  # a temporary view stands before the one of the file
        whole = f'"{row[0] if row else ""}".main.{table}'
        connection.execute(f"CREATE TEMP VIEW {table} AS SELECT * FROM {whole} SEMI JOIN touched USING (incident_id)")
    derive_all(connection)
    for table in SOURCES:
        connection.execute(f"DROP VIEW temp.{table}")
    connection.execute("DROP TABLE temp.touched")


def _different(connection: duckdb.DuckDBPyConnection, table: str, change: Changed) -> list[str]:
    """Return SELECTs of the incidents whose rows stand on one side only: in new parts or in those they replace."""
    sides = [change.fresh.get(table, []), change.gone.get(table, [])]
    selects = [change.select(connection, table, parts) for parts in sides if parts]
    if len(selects) == 2:
        new, old = selects
        selects = [f"(({new}) EXCEPT ALL ({old}))", f"(({old}) EXCEPT ALL ({new}))"]
    return [f"SELECT incident_id FROM ({select})" for select in selects]
