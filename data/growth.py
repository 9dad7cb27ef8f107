"""Tables of an earlier release get the columns they do not have yet."""

from __future__ import annotations

from sqlalchemy import Connection, MetaData, inspect
from sqlalchemy.schema import CreateColumn


def grow(connection: Connection, tables: MetaData) -> None:
    """Add what is missing to tables that exist; a new column is nullable or has a default of the database's own."""
    look = inspect(connection)
    for table in tables.sorted_tables:
        known = {column["name"] for column in look.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                spelled = CreateColumn(column).compile(dialect=connection.dialect)
                name = connection.dialect.identifier_preparer.format_table(table)
                connection.exec_driver_sql(f"ALTER TABLE {name} ADD COLUMN {spelled}")
