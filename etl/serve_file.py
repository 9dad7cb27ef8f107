"""Builds the serve file: dimensions, incidents and recent roll-ups inside, everything else as views over parts."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import duckdb

from data.config import Config
from data.lake import DIMENSIONS, FACTS, Folders, Part
from data.sqlfile import sql_files
from etl.settle import settle

INSIDE = {*DIMENSIONS, "load_file"}
ROLLUPS = {"cell_day"}
NEVER_SERVED = {"area_input"}


def build_serve_file(config: Config, folders: Folders, parts: list[Part], path: Path) -> str:
    """Write the serve file of a version at `path` and return its SHA-256."""
    draft = path.with_name(path.name + ".tmp")
    draft.unlink(missing_ok=True)
    connection = duckdb.connect(str(draft))
    try:
        create_schema(connection)
        for table in (*DIMENSIONS, *FACTS):
            mine = [part for part in parts if part.table == table]
            if mine and table not in NEVER_SERVED:
                _fill(connection, table, mine, _Place(folders.root, config.warehouse.recent_days))
        _fill_incidents(connection, config)
        connection.execute("CHECKPOINT")
    finally:
        connection.close()
    return settle(draft, path)


def create_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every table of data/sql/schema, empty."""
    for file in sql_files("schema").values():
        connection.execute(file.sql)


class _Place:
    """Where parts stand, and how many days of roll-ups are copied inside."""

    def __init__(self, root: Path, recent_days: int) -> None:
        self.root = root
        self.recent_days = recent_days

    def select(self, columns: str, parts: list[Part]) -> str:
        """Return a SELECT over exactly these files; read-only views cannot take parameters, so paths are quoted."""
        listed = ", ".join("'" + str(self.root / p.path).replace("'", "''") + "'" for p in parts)
        return f"SELECT {columns} FROM read_parquet([{listed}], hive_partitioning = false)"

    def split(self, parts: list[Part]) -> tuple[list[Part], list[Part]]:
        """Divide parts into recent and older ones by their day."""
        newest = date.fromisoformat(max(part.day for part in parts))
        first = (newest - timedelta(days=self.recent_days - 1)).isoformat()
        return [p for p in parts if p.day >= first], [p for p in parts if p.day < first]


def _fill(connection: duckdb.DuckDBPyConnection, table: str, parts: list[Part], place: _Place) -> None:
    columns = ", ".join(row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall())
    if table in INSIDE:
        connection.execute(f"INSERT INTO {table} {place.select(columns, parts)}")
        return
    connection.execute(f"DROP TABLE {table}")
    if table not in ROLLUPS:
        connection.execute(f"CREATE VIEW {table} AS {place.select(columns, parts)}")
        return
    recent, older = place.split(parts)
    connection.execute(f"CREATE TABLE {table}_recent AS {place.select(columns, recent)}")
    rest = f" UNION ALL {place.select(columns, older)}" if older else ""
    connection.execute(f"CREATE VIEW {table} AS SELECT * FROM {table}_recent{rest}")


def _fill_incidents(connection: duckdb.DuckDBPyConnection, config: Config) -> None:
    """Fill kinds and levels from configuration, then derive one row per incident from its steps."""
    kinds = str(files("data").joinpath("kinds.csv"))
    connection.execute("INSERT INTO kind SELECT * FROM read_csv($path, header = true)", {"path": kinds})
    levels = [(level.id, config.rank(level.id)) for level in config.levels]
    connection.executemany("INSERT INTO level_rank VALUES (?, ?)", levels)
    derive = files("etl").joinpath("sql", "incident.sql").read_text(encoding="utf-8")
    connection.execute(f"INSERT INTO incident BY NAME {derive}")
