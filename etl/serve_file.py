"""Builds the serve file: dimensions, incidents and recent roll-ups inside, everything else as views over parts.

A serve file is its base's, copied, with what this run has changed put in its place: a year of history costs a day no
more than a week does. Where the base's file is not what its manifest says, was made by other rules, or there is
none, all of it is made anew, and the rows are the same.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from importlib.resources import files
from pathlib import Path

import duckdb

from data.config import Config
from data.inspector import wrong
from data.lake import DIMENSIONS, Folders, Manifest, Part
from data.parts import select_parts
from data.schema import sql_columns
from data.sqlfile import sql_files
from etl.serve_incidents import INCIDENT_SQL, derive_all, derive_changed
from etl.settle import settle

INSIDE = {*DIMENSIONS, "load_file"}
ROLLUPS = {"cell_day"}
NEVER_SERVED = {"area_input"}


@dataclass(frozen=True)
class Change:
    """What a version holds, and what the one whose serve file is being changed held (nothing: made anew)."""

    root: Path
    recent_days: int
    now: tuple[Part, ...]
    before: tuple[Part, ...]

    @cached_property
    def tables(self) -> dict[str, list[Part]]:
        """The parts of every table of this version, by table."""
        return _by_table(self.now)

    @cached_property
    def fresh(self) -> dict[str, list[Part]]:
        """The parts that are new, by table."""
        known = {part.path for part in self.before}
        return _by_table(part for part in self.now if part.path not in known)

    @cached_property
    def gone(self) -> dict[str, list[Part]]:
        """The parts that are no more, by table."""
        held = {part.path for part in self.now}
        return _by_table(part for part in self.before if part.path not in held)

    def select(self, connection: duckdb.DuckDBPyConnection, table: str, parts: Collection[Part]) -> str:
        """Return a SELECT of the table's columns over exactly these parts."""
        return select_parts(connection, self.root, table, parts)

    def inside(self, table: str, parts: Iterable[Part]) -> set[Part]:
        """Return those of the parts whose day is among the last `recent_days` of their table."""
        mine = [part for part in parts if part.table == table and len(part.day) == len("2026-01-05")]
        if not mine:
            return set()
        newest = date.fromisoformat(max(part.day for part in mine))
        first = (newest - timedelta(days=self.recent_days - 1)).isoformat()
        return {part for part in mine if part.day >= first}


def build_serve_file(
    config: Config, folders: Folders, parts: list[Part], path: Path, base: Manifest | None = None
) -> str:
    """Write the serve file of a version at `path` and return its SHA-256."""
    draft = path.with_name(path.name + ".tmp")
    draft.unlink(missing_ok=True)
    again = base is not None and base.made_by == fingerprint(config) and _copied(folders, base, draft)
    before = base.parts if base and again else ()
    change = Change(folders.root, config.warehouse.recent_days, tuple(parts), before)
    with duckdb.connect(str(draft)) as connection:
        connection.execute("BEGIN")  # one commit: each waits for the disk
        if not again:
            _create(connection, config)
        _change(connection, change)
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT")
    return settle(draft, path)


def _change(connection: duckdb.DuckDBPyConnection, change: Change) -> None:
    for table in sorted(set(change.fresh) | set(change.gone)):
        if table not in NEVER_SERVED:
            _fill(connection, table, change)
    if change.before:
        derive_changed(connection, change)
    else:
        derive_all(connection)


def create_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every table of data/sql/schema, empty."""
    for file in sql_files("schema").values():
        connection.execute(file.sql)


def fingerprint(config: Config) -> str:
    """Return a word for what a serve file is made by: schema, derivation, kinds, levels, days inside, engine, place."""
    levels = [f"{level.id}={config.rank(level.id)}" for level in config.levels]
    texts = [file.sql for file in sql_files("schema").values()]
    rules = [*texts, INCIDENT_SQL, _kinds().read_text(encoding="utf-8"), *levels]
    rules += [str(config.key_areas)]  # another measure of a visit
    rules += [str(config.warehouse.recent_days), duckdb.__version__, str(config.home)]  # views hold whole paths
    return hashlib.sha256("\0".join(rules).encode()).hexdigest()[:16]


def _copied(folders: Folders, base: Manifest, draft: Path) -> bool:
    """Copy the base's serve file; False where it is not what the manifest says."""
    if wrong(folders, base.serve, base.serve_sha256):
        return False
    shutil.copyfile(folders.root / base.serve, draft)
    return True


def _create(connection: duckdb.DuckDBPyConnection, config: Config) -> None:
    """Create the tables and fill those that configuration fills: kinds and levels."""
    create_schema(connection)
    connection.execute("INSERT INTO kind SELECT * FROM read_csv($path, header = true)", {"path": str(_kinds())})
    levels = [(level.id, config.rank(level.id)) for level in config.levels]
    connection.executemany("INSERT INTO level_rank VALUES (?, ?)", levels)


def _kinds() -> Path:
    return Path(str(files("data").joinpath("kinds.csv")))


def _fill(connection: duckdb.DuckDBPyConnection, table: str, change: Change) -> None:
    parts = change.tables.get(table, [])
    if table in INSIDE:
        _fill_inside(connection, table, change)
    elif table in ROLLUPS:
        _fill_rollup(connection, table, change)
    else:
        _show(connection, table, [change.select(connection, table, parts)] if parts else [])


def _fill_inside(connection: duckdb.DuckDBPyConnection, table: str, change: Change) -> None:
    """Copy a table's rows inside; what was only added to is not copied again."""
    parts = change.fresh.get(table, [])
    if change.gone.get(table):
        connection.execute(f"DELETE FROM {table}")
        parts = change.tables.get(table, [])
    if parts:
        connection.execute(f"INSERT INTO {table} BY NAME {change.select(connection, table, parts)}")


def _fill_rollup(connection: duckdb.DuckDBPyConnection, table: str, change: Change) -> None:
    """Keep the recent days of a roll-up inside, in the order they are asked for; older ones stay parts."""
    held = f"{table}_recent"
    was, now = change.inside(table, change.before), change.inside(table, change.now)
    connection.execute(f"CREATE TABLE IF NOT EXISTS {held} AS {_no_rows(table)}")
    days = {part.day for part in was - now}
    for day in sorted(days):
        connection.execute(f"DELETE FROM {held} WHERE day = $day::DATE", {"day": day})
    new = sorted((p for p in now if p not in was or p.day in days), key=lambda part: part.path)
    if new:
        select = change.select(connection, table, new)
        connection.execute(f"INSERT INTO {held} SELECT * FROM ({select}) ORDER BY day, area_id")
    older = [part for part in change.tables.get(table, []) if part not in now]
    selects = [f"SELECT * FROM {held}"] if now else []
    _show(connection, table, [*selects, *([change.select(connection, table, older)] if older else [])])


def _show(connection: duckdb.DuckDBPyConnection, table: str, selects: list[str]) -> None:
    """Make the table a view over these SELECTs, one without rows where there are none."""
    if connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = $table", {"table": table}).fetchone():
        connection.execute(f"DROP TABLE {table}")
    connection.execute(f"CREATE OR REPLACE VIEW {table} AS {' UNION ALL '.join(selects or [_no_rows(table)])}")


def _no_rows(table: str) -> str:
    columns = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, (kind, _) in sql_columns(table).items())
    return f"SELECT {columns} LIMIT 0"


def _by_table(parts: Iterable[Part]) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for part in parts:
        found.setdefault(part.table, []).append(part)
    return found
