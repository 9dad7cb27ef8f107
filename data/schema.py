"""The columns of every warehouse table as Arrow types, read from the one place that defines them: sql/schema.

A column added to a table later must allow NULL or state a DEFAULT: that is what rows written before it are given.
"""

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
def tables() -> tuple[str, ...]:
    """Return the names of all tables."""
    return tuple(_columns())


@cache
def sql_columns(table: str) -> dict[str, tuple[str, str]]:
    """Return, by column in order, its DuckDB type and its default as SQL ('NULL' where none is stated)."""
    return _columns()[table]


def conform(table: str, rows: pa.Table) -> pa.Table:
    """Give rows of any release the columns of this one: missing ones get their default, dropped ones go.

    A table without a schema (area_input) is returned as it is.
    """
    if table not in _schemas() or rows.schema.equals(arrow_schema(table)):
        return rows
    schema, fallback = arrow_schema(table), _defaults(table)
    arrays = [
        rows[field.name].cast(field.type)
        if field.name in rows.column_names
        else pa.array([fallback[field.name]] * rows.num_rows, field.type)
        for field in schema
    ]
    return pa.table(arrays, schema=schema)


@cache
def _defaults(table: str) -> dict[str, object]:
    listed = ", ".join(f"CAST({default} AS {kind}) AS {name}" for name, (kind, default) in sql_columns(table).items())
    with duckdb.connect() as connection:
        return dict(connection.sql(f"SELECT {listed}").to_arrow_table().to_pylist()[0])


@cache
def _schemas() -> dict[str, pa.Schema]:
    with _empty() as connection:
        names = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {name: connection.sql(f"SELECT * FROM {name}").to_arrow_table().schema for name in names}


@cache
def _columns() -> dict[str, dict[str, tuple[str, str]]]:
    out: dict[str, dict[str, tuple[str, str]]] = {}
    listed = (
        "SELECT table_name, column_name, data_type, column_default FROM duckdb_columns() "
        "WHERE NOT internal ORDER BY table_name, column_index"
    )
    with _empty() as connection:
        for table, column, kind, default in connection.execute(listed).fetchall():
            out.setdefault(table, {})[column] = (kind, default or "NULL")
    return out


def _empty() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for file in sql_files("schema").values():
        connection.execute(file.sql)
    return connection
