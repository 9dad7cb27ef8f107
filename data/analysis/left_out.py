"""A warehouse in which some cases never were: what is excluded leaves numerator and denominator of every metric."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import duckdb

from data.warehouse import Warehouse

HOLDING = ("incident", "incident_step", "incident_report", "call_back", "dispute")
CASES = "CREATE TEMP TABLE left_out AS SELECT unnest($cases::VARCHAR[]) AS incident_id"


class LeftOut(Warehouse):
    """The same version, read through views of each cursor's own that hold none of these incidents."""

    def __init__(self, warehouse: Warehouse, cases: Collection[str]) -> None:
        self.config, self._whole, self._cases = warehouse.config, warehouse, sorted(cases)

    def version(self) -> str:
        """Return the run id served, and that something is left out of it."""
        return f"{self._whole.version()} without {' '.join(self._cases)}"

    def state(self, tables: Collection[str], days: Collection[object] = ()) -> str:
        """Return the word of the whole version: what is left out is in `version`."""
        return self._whole.state(tables, days)  # type: ignore[arg-type]

    @contextmanager
    def cursor(self, seconds: float = 0.0) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a cursor that sees none of the cases; they stay where they are for everybody else."""
        with self._whole.cursor(seconds) as cursor:
            row = cursor.execute("SELECT current_database()").fetchone()
            catalog = str(row[0] if row else "").replace('"', '""')
            cursor.execute(CASES, {"cases": self._cases})
            for table in HOLDING:
                cursor.execute(_view(catalog, table))
            yield cursor


def _view(catalog: str, table: str) -> str:
    kept = "WHERE incident_id IS NULL OR incident_id NOT IN (SELECT incident_id FROM left_out)"
    return f'CREATE TEMP VIEW {table} AS SELECT * FROM "{catalog}".main.{table} {kept}'
