"""Opens the files of one version read-only and locks the connection down to exactly them.

A serve file written by an older release or at another place, or a version some of whose parts are damaged, is read
through views of this process's own: columns added since are there with their defaults, damaged parts are left out.
"""

from __future__ import annotations

from collections.abc import Collection
from threading import Lock
from typing import Any

import duckdb

from data.config import Config
from data.lake import Folders, Manifest, Part
from data.parts import select_parts
from data.schema import sql_columns, tables

# What a reader may never do; the two settings that need an order are set after connecting (see _lock).
LOCKED = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}
HELD = """
    SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal AND database_name = $name
"""
LOCKING = Lock()
Held = dict[str, dict[str, str]]  # table -> column -> type


def open_version(folders: Folders, manifest: Manifest, config: Config) -> duckdb.DuckDBPyConnection:
    """Connect to a version's serve file; raises duckdb.Error where it cannot be read."""
    connection = duckdb.connect(str(folders.root / manifest.serve), read_only=True, config=_limits(config))
    row = connection.execute("SELECT current_database()").fetchone()
    if _is_older(_held(connection, str(row[0] if row else ""))) or _was_elsewhere(connection, folders):
        connection.close()
        return open_around(folders, manifest, config, ())
    _lock(connection, folders, manifest.parts)
    return connection


def open_around(
    folders: Folders, manifest: Manifest, config: Config, damaged: Collection[str]
) -> duckdb.DuckDBPyConnection:
    """Connect to a version through views over its sound parts; what no part holds comes from its serve file."""
    connection = duckdb.connect(":memory:", config=_limits(config))
    serve = str(folders.root / manifest.serve).replace("'", "''")
    connection.execute(f"ATTACH '{serve}' AS serve (READ_ONLY)")
    held = _held(connection, "serve")
    sound = [part for part in manifest.parts if part.path not in damaged]
    whole = {part.table for part in manifest.parts}
    for table in tables():
        mine = [part for part in sound if part.table == table]
        if mine:
            select = select_parts(connection, folders.root, table, mine)
        else:
            select = _from_serve(table, {} if table in whole else held.get(table, {}))
        connection.execute(f"CREATE VIEW {table} AS {select}")
    _lock(connection, folders, sound)
    return connection


def _from_serve(table: str, held: dict[str, str]) -> str:
    """Return a SELECT of a table inside the serve file; of no rows where it holds nothing of it."""
    columns = [
        f"CAST({name if name in held else default} AS {kind}) AS {name}"
        for name, (kind, default) in sql_columns(table).items()
    ]
    return f"SELECT {', '.join(columns)} {f'FROM serve.{table}' if held else 'LIMIT 0'}"


def _held(connection: duckdb.DuckDBPyConnection, name: str) -> Held:
    out: Held = {}
    for table, column, kind in connection.execute(HELD, {"name": name}).fetchall():
        out.setdefault(table, {})[column] = kind
    return out


def _is_older(held: Held) -> bool:
    """Say whether a serve file lacks a table or column of this release."""
    return any(sql_columns(table).keys() - held.get(table, {}).keys() for table in tables())


def _was_elsewhere(connection: duckdb.DuckDBPyConnection, folders: Folders) -> bool:
    """Say whether the views name files of another folder: the home was moved, copied or restored."""
    view = connection.execute("SELECT sql FROM duckdb_views() WHERE sql LIKE '%read_parquet(%' LIMIT 1").fetchone()
    return view is not None and f"'{folders.lake}/".replace("'", "''")[1:] not in view[0]


def _limits(config: Config) -> dict[str, Any]:
    return {**LOCKED, "memory_limit": config.warehouse.memory, "threads": str(config.warehouse.threads)}


def _lock(connection: duckdb.DuckDBPyConnection, folders: Folders, parts: Collection[Part]) -> None:
    """Lock down: allowed paths first, then no external access, then the lock itself."""
    # Two connections of one process share the instance: the second finds it locked already, or waits until it is.
    with LOCKING:
        if connection.execute("SELECT current_setting('lock_configuration')").fetchone() != (True,):
            allowed = [str(folders.root / part.path) for part in parts]
            connection.execute("SET allowed_paths = $paths", {"paths": allowed})
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
    connection.execute("SELECT count(*) FROM area").fetchone()
