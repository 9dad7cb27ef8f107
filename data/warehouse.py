"""Reads the published version: opened read-only, locked down to exactly its files, reopened when CURRENT moves.

Opening holds the manifest against CURRENT and the sizes of all files against the manifest; their content is hashed
behind the scenes. What is found wrong is served no longer: the newest sound version takes its place, and `fault`
says so.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any, cast

import duckdb
import pyarrow as pa

from data.config import Config
from data.errors import WarehouseError
from data.inspector import Inspector
from data.lake import Folders, Manifest, Pointer, read_manifest, read_pointer
from data.opening import open_around, open_version
from data.reading import Reading

log = logging.getLogger("gridlink.warehouse")

# Tables of the serve file that hold no part of their own.
DERIVED_FROM = {"incident": ("incident_report", "incident_step"), "kind": (), "level_rank": ()}
# What DuckDB raises over files that are damaged or gone, and over nothing else the product asks.
UNREADABLE = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)
LOOK_AGAIN_S = 3_600.0  # how often it is asked whether a file is due to be hashed again

Opened = tuple[Manifest, duckdb.DuckDBPyConnection]


class Warehouse:
    """The version CURRENT points at, for any number of reading threads of one process."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.folders = Folders(config.home / "warehouse")
        self.fault: WarehouseError | None = None  # why not the version CURRENT names is served, or not all of it
        self.inspector = Inspector(self.folders)
        self._lock = threading.Lock()
        self._known: tuple[Pointer, int] | None = None  # what CURRENT said, and how many files were known as damaged
        self._look_again = 0.0
        self._states: dict[tuple[str, ...], str] = {}
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._manifest: Manifest | None = None

    def version(self) -> str:
        """Return the run id served; raises WarehouseError `no_version` before the first load."""
        self._follow()
        assert self._manifest is not None
        return self._manifest.run_id

    def is_checked(self) -> bool:
        """Say whether every file of the version served has been hashed by this process and found sound."""
        self._follow()
        assert self._manifest is not None
        return not self.inspector.is_due(self._manifest)

    def state(self, tables: Collection[str], days: Collection[date] = ()) -> str:
        """Return a word that changes when one of these tables does, and only then: most publishes leave most alone.

        With local `days` it is those days of tables kept by day that count; dimensions always do.
        """
        self._follow()
        assert self._manifest is not None
        spoken = frozenset(("", *map(str, days))) if days else None
        manifest, key = self._manifest, (*sorted(tables), *sorted(map(str, days)))
        if key not in self._states:
            wanted = {part for table in tables for part in DERIVED_FROM.get(table, (table,))}
            read = [part for part in manifest.parts if part.table in wanted]
            parts = sorted(part.sha256 for part in read if spoken is None or part.day in spoken)
            words = [*parts, *sorted(self.inspector.damaged)]
            self._states[key] = hashlib.sha256(" ".join(words).encode()).hexdigest()[:16]
        return self._states[key]

    @contextmanager
    def cursor(self, seconds: float = 0.0) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a cursor on the served version; after `query_s` seconds, or so many, it is interrupted (`too_slow`)."""
        cursor, limit = self._follow().cursor(), seconds or self.config.warehouse.query_s
        timer = threading.Timer(limit, cursor.interrupt)
        timer.start()
        try:
            yield cast(duckdb.DuckDBPyConnection, Reading(cursor))
        except duckdb.InterruptException as fault:
            raise WarehouseError("too_slow", detail="", known=f"{limit:g}") from fault
        except UNREADABLE as fault:
            self._suspect()
            raise WarehouseError("unreadable_now", path=self.folders.root, detail=fault) from fault
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
            pointer = self._pointer()
            if pointer is None:
                raise WarehouseError("no_version", path=self.folders.root)
            known = (pointer, len(self.inspector.damaged))
            if known != self._known or self._connection is None:
                # The old connection lives on until the last cursor on it is closed.
                self._manifest, self._connection = self._open_newest(pointer)
                self._known, self._states = known, {}
                self._watch(self._manifest)
            if monotonic() > self._look_again and self._manifest:
                self._watch(self._manifest)
            return self._connection

    def _pointer(self) -> Pointer | None:
        """Return which version is to be served: the one CURRENT names."""
        return read_pointer(self.folders)

    def _watch(self, manifest: Manifest) -> None:
        self._look_again = monotonic() + LOOK_AGAIN_S
        self.inspector.watch(manifest)

    def _suspect(self) -> None:
        """Hash all files again, and open again: one of them cannot be read."""
        with self._lock:
            self.inspector.forget()
            self._connection = None

    def _open_newest(self, pointer: Pointer) -> Opened:
        """Open the version of the pointer, or loudly the first sound one before it, or what is sound of the newest."""
        first: WarehouseError | None = None
        readable: list[Manifest] = []
        for run_id, digest in self._candidates(pointer):
            try:
                manifest = read_manifest(self.folders, run_id, digest)
                readable.append(manifest)
                self._refuse_damaged(manifest)
                connection = open_version(self.folders, manifest, self.config)
                self.fault = first
                return manifest, connection
            except (duckdb.Error, WarehouseError) as fault:
                if isinstance(fault, WarehouseError) and fault.reason == "newer_schema":
                    raise
                first = first or _corrupt(fault, self.folders.root / run_id)
                log.error("%s", first)
        return self._open_rest(readable, first or WarehouseError("no_version", path=self.folders.root))

    def _open_rest(self, manifests: list[Manifest], fault: WarehouseError) -> Opened:
        """Open the newest version whose serve file can be read, without its damaged parts; raises `fault`."""
        for manifest in manifests:
            damaged = self.inspector.missing(manifest)
            if manifest.serve in damaged:
                continue
            try:
                connection = open_around(self.folders, manifest, self.config, damaged)
            except duckdb.Error as unreadable:
                log.error("%s", unreadable)
                continue
            self.fault = WarehouseError("left_out", path=self.folders.root, detail=", ".join(sorted(damaged)))
            return manifest, connection
        raise fault

    def _candidates(self, pointer: Pointer) -> list[tuple[str, str]]:
        """Return run ids and the digests their manifests must have, in the order in which they are to be tried.

        Where CURRENT states another digest than a manifest that is as it should be, it is CURRENT that is damaged.
        """
        named, versions = pointer.run_id, self.folders.versions()
        before = [run_id for run_id in versions if run_id < named or named not in versions]
        return [(named, pointer.digest), *((run_id, "") for run_id in ([named] if pointer.digest else []) + before)]

    def _refuse_damaged(self, manifest: Manifest) -> None:
        for path, fault in self.inspector.missing(manifest).items():
            raise WarehouseError("corrupt", path=self.folders.root / path, detail=fault)


def _corrupt(fault: duckdb.Error | WarehouseError, path: Path) -> WarehouseError:
    return fault if isinstance(fault, WarehouseError) else WarehouseError("corrupt", path=path, detail=fault)
