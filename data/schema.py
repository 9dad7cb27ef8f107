"""The columns of every warehouse table as Arrow types, read from the one place that defines them: sql/schema."""

from __future__ import annotations

from functools import cache

import duckdb
import pyarrow as pa

from data.sqlfile import sql_files


@cache
def arrow_schema(table: str) -> pa.Schema:
    """Return the Arrow schema of a table: text as string, times as timestamp[us] (UTC), days as date32."""
    return _schemas()[table]


@cache
def _schemas() -> dict[str, pa.Schema]:
    with duckdb.connect() as connection:
        for file in sql_files("schema").values():
            connection.execute(file.sql)
        names = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {name: connection.sql(f"SELECT * FROM {name}").to_arrow_table().schema for name in names}
