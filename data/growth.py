"""Tables of an earlier release get the columns they do not have yet; those of a newer one are left alone."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, inspect, select, update
from sqlalchemy.schema import CreateColumn

from data.errors import ConfigError

# What the tables mean. Tables and columns may be added under the same number; only a change that an earlier release
# would misread needs the next one, and that release then refuses the store instead of spoiling it.
OPERATIONS_VERSION = 1
MAKING = 0x67726964  # the one lock of a PostgreSQL database under which its tables are made

versions = MetaData()
version = Table("operations_version", versions, Column("version", Integer, primary_key=True, autoincrement=False))


def make_tables(connection: Connection, tables: MetaData) -> None:
    """Create tables that are missing, and columns an earlier release did not have.

    Raises ConfigError `newer_operations` where a newer release made the store; nothing in it is changed then.
    """
    alone(connection)
    _hold_version(connection)
    tables.create_all(connection)
    _grow(connection, tables)


def alone(connection: Connection) -> None:
    """Let no other process make tables until this transaction ends: two that begin at once make them once."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MAKING})")


def _hold_version(connection: Connection) -> None:
    """Write down the version of a new or older store."""
    versions.create_all(connection)
    found = connection.execute(select(version.c.version)).scalar()
    if found is None:
        connection.execute(insert(version).values(version=OPERATIONS_VERSION))
    elif found > OPERATIONS_VERSION:
        where = connection.engine.url.database
        raise ConfigError("newer_operations", path=where, detail=found, known=OPERATIONS_VERSION)
    elif found < OPERATIONS_VERSION:
        connection.execute(update(version).values(version=OPERATIONS_VERSION))


def _grow(connection: Connection, tables: MetaData) -> None:
    """Add what is missing to tables that exist; a new column is nullable or has a default of the database's own."""
    look = inspect(connection)
    for table in tables.sorted_tables:
        known = {column["name"] for column in look.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                spelled = CreateColumn(column).compile(dialect=connection.dialect)
                name = connection.dialect.identifier_preparer.format_table(table)
                connection.exec_driver_sql(f"ALTER TABLE {name} ADD COLUMN {spelled}")
