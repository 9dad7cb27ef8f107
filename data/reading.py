"""A cursor for reading: whatever text reaches it, it writes no file, opens none and changes no setting.

The lock of a connection names files it may read, and what may be read may be written over by a COPY without a
temporary file: only statements that read get as far as the lock.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import duckdb

# CREATE reaches nothing but views and tables of the cursor itself: the stores are attached for reading.
ALLOWED = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.CREATE})


class Reading:
    """Lends a DuckDB cursor's methods; `execute` and `sql` raise duckdb.PermissionException for what does not read."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def execute(self, sql: str, parameters: object = None) -> duckdb.DuckDBPyConnection:
        """Run statements that read."""
        check(sql)
        return self._cursor.execute(sql, parameters)

    def sql(self, sql: str, **more: Any) -> duckdb.DuckDBPyRelation:
        """Return the relation of one statement that reads."""
        check(sql)
        return self._cursor.sql(sql, **more)

    def __getattr__(self, name: str) -> Any:
        """Everything else is the cursor's own; what takes other SQL is not lent."""
        if name in ("query", "executemany", "from_query", "cursor", "begin", "read_csv", "install_extension"):
            raise AttributeError(name)
        return getattr(self._cursor, name)


@lru_cache(1024)
def check(sql: str) -> None:
    """Raise duckdb.PermissionException unless every statement reads."""
    for statement in duckdb.extract_statements(sql):
        if statement.type not in ALLOWED:
            raise duckdb.PermissionException(f"{statement.type}: not for reading")
