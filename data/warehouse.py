"""Reads the published version: opened read-only, locked down to exactly its files, reopened when CURRENT moves."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa

from data.config import Config
from data.errors import WarehouseError
from data.lake import Folders, Manifest, read_current, read_manifest

log = logging.getLogger("gridlink.warehouse")

# Tables of the serve file that hold no part of their own.
DERIVED_FROM = {"incident": ("incident_report", "incident_step"), "kind": (), "level_rank": ()}

# What a reader may never do; the two settings that need an order are set after connecting (see _open).
LOCKED = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}


class Warehouse:
    """The version CURRENT points at, for any number of reading threads of one process."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.folders = Folders(config.home / "warehouse")
        self.fault: str | None = None  # why an older version than CURRENT is served
        self._lock = threading.Lock()
        self._pointer: str | None = None
        self._served: str | None = None
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._manifest: Manifest | None = None

    def version(self) -> str:
        """Return the run id served; raises WarehouseError `no_version` before the first load."""
        self._follow()
        assert self._served is not None
        return self._served

    def state(self, tables: Collection[str]) -> str:
        """Return a word that changes when one of these tables does, and only then: most publishes leave most alone."""
        self._follow()
        assert self._manifest is not None
        wanted = {part for table in tables for part in DERIVED_FROM.get(table, (table,))}
        parts = sorted(part.sha256 for part in self._manifest.parts if part.table in wanted)
        return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a cursor on the served version; it is interrupted after `query_s` seconds (`too_slow`)."""
        cursor = self._follow().cursor()
        timer = threading.Timer(self.config.warehouse.query_s, cursor.interrupt)
        timer.start()
        try:
            yield cursor
        except duckdb.InterruptException as fault:
            limit = self.config.warehouse.query_s
            raise WarehouseError("too_slow", detail="", known=f"{limit:g}") from fault
        finally:
            timer.cancel()
            cursor.close()

    def fetch(self, sql: str, params: dict[str, Any]) -> pa.Table:
        """Run one SELECT of the product's own and return its rows; raises `too_slow`, `too_many_rows`."""
        cap = self.config.warehouse.row_cap
        with self.cursor() as cursor:
            rows = cursor.sql(sql, params=params).limit(cap + 1).to_arrow_table()
        if rows.num_rows > cap:
            raise WarehouseError("too_many_rows", detail="", known=cap)
        return rows

    def _follow(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            pointer = read_current(self.folders)
            if pointer is None:
                raise WarehouseError("no_version", path=self.folders.root)
            if pointer != self._pointer or self._connection is None:
                # The old connection lives on until the last cursor on it is closed.
                self._manifest, self._connection = self._open_newest(pointer)
                self._served, self._pointer = self._manifest.run_id, pointer
            return self._connection

    def _open_newest(self, pointer: str) -> tuple[Manifest, duckdb.DuckDBPyConnection]:
        """Open the version of the pointer, or loudly the first good one before it."""
        run_id: str | None = pointer
        first: WarehouseError | None = None
        while run_id:
            manifest: Manifest | None = None
            try:
                manifest = read_manifest(self.folders, run_id)
                connection = _open(self.folders, manifest, self.config)
                self.fault = str(first) if first else None
                return manifest, connection
            except (duckdb.Error, WarehouseError) as fault:
                if isinstance(fault, WarehouseError) and fault.reason == "newer_schema":
                    raise
                first = first or WarehouseError("corrupt", path=self.folders.root / run_id, detail=fault)
                log.error("%s", first)
                run_id = manifest.base if manifest else None
        raise first or WarehouseError("no_version", path=self.folders.root)


def _open(folders: Folders, manifest: Manifest, config: Config) -> duckdb.DuckDBPyConnection:
    """Connect read-only and lock down: allowed paths first, then no external access, then the lock itself."""
    limits = {"memory_limit": config.warehouse.memory, "threads": str(config.warehouse.threads)}
    path = str(folders.root / manifest.serve)
    connection = duckdb.connect(path, read_only=True, config={**LOCKED, **limits})
    # Two connections of one process share the instance: the second finds it locked already.
    if connection.execute("SELECT current_setting('lock_configuration')").fetchone() != (True,):
        allowed = [str(folders.root / part.path) for part in manifest.parts]
        connection.execute("SET allowed_paths = $paths", {"paths": allowed})
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    connection.execute("SELECT count(*) FROM area").fetchone()
    return connection
