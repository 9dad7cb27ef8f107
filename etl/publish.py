"""The publish protocol: new immutable files beside the old ones, then one pointer moves.

One publisher at a time (`flock` on LOCK). Order: parts, their folders, serve file, manifest, CURRENT. A killed
run leaves only files nobody points at; the next run sweeps them. A full disk leaves the old version served.
"""

from __future__ import annotations

import fcntl
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data.config import Config
from data.lake import Folders, Manifest, Part, manifest_text, read_current, read_manifest
from etl.serve_file import build_serve_file
from etl.settle import replace_text, settle, sync_folder
from etl.sweep import sweep

ROW_GROUP = 250_000


@dataclass
class Draft:
    """A version in the making: the parts of its base, plus what this run adds and takes away."""

    config: Config
    folders: Folders
    base: Manifest | None
    run_id: str
    parts: dict[str, Part] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, table: str, day: str | None = None) -> list[Part]:
        """Return the parts of a table as they stand now, of one day or month if given."""
        return [p for p in list(self.parts.values()) if p.table == table and day in (None, p.day)]

    def read(self, table: str, day: str | None = None) -> pa.Table | None:
        """Read the rows of a table as they stand now, or None where there are none."""
        parts = self.of(table, day)
        if not parts:
            return None
        return pa.concat_tables([pq.read_table(self.folders.root / p.path, partitioning=None) for p in parts])

    def replace(self, table: str, rows: pa.Table, day: str = "") -> None:
        """Put `rows` in place of everything the table holds for `day`."""
        with self.lock:
            for part in self.of(table, day):
                del self.parts[part.path]
                self.superseded.append(part.path)
        if rows.num_rows:
            self.append(table, rows, day)

    def append(self, table: str, rows: pa.Table, day: str = "") -> None:
        """Add `rows` as one more part of the table and day."""
        folder = self.folders.lake / table / (f"day={day}" if day else "")
        folder.mkdir(parents=True, exist_ok=True)
        with self.lock:
            path = folder / f"part-{self.run_id}-{len(self.added):05d}.parquet"
            name = path.relative_to(self.folders.root).as_posix()
            self.added.append(name)
        digest = write_parquet(rows, path)
        with self.lock:
            self.parts[name] = Part(table, name, rows.num_rows, digest, day)

    def abandon(self) -> None:
        """Publish nothing: the next run sweeps what was written."""
        self.added.clear()
        self.superseded.clear()
        self.files.clear()


@contextmanager
def publishing(config: Config) -> Iterator[Draft]:
    """Lend a draft on the newest version under the lock; publish it when the block ends without an exception."""
    folders = Folders(config.home / "warehouse")
    folders.runs.mkdir(parents=True, exist_ok=True)
    folders.lake.mkdir(exist_ok=True)
    with open(folders.lock, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        current = read_current(folders)
        base = read_manifest(folders, current) if current else None
        draft = Draft(config, folders, base, _new_run_id())
        draft.parts = {part.path: part for part in base.parts} if base else {}
        sweep(folders, config)
        yield draft
        if draft.added or draft.superseded or draft.files:
            _publish(draft)


def _publish(draft: Draft) -> None:
    folders = draft.folders
    serve = folders.root / f"serve-{draft.run_id}.duckdb"
    digest = build_serve_file(draft.config, folders, list(draft.parts.values()), serve)
    manifest = Manifest(
        run_id=draft.run_id,
        base=draft.base.run_id if draft.base else None,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        serve=serve.name,
        serve_sha256=digest,
        parts=tuple(sorted(draft.parts.values(), key=lambda p: p.path)),
        added=tuple(path for path in draft.added if path in draft.parts),
        superseded=tuple(draft.superseded),
        files=tuple(draft.files),
    )
    _sync_folders(folders, draft.added)
    replace_text(folders.manifest(draft.run_id), manifest_text(manifest))
    replace_text(folders.current, draft.run_id + "\n")


def write_parquet(rows: pa.Table, path: Path) -> str:
    """Write one part as *.tmp, sync it, make it read-only, rename it; return its SHA-256."""
    draft = path.with_name(path.name + ".tmp")
    pq.write_table(rows, draft, compression="zstd", row_group_size=ROW_GROUP)
    return settle(draft, path)


def _sync_folders(folders: Folders, added: list[str]) -> None:
    for folder in sorted({(folders.root / path).parent for path in added}):
        sync_folder(folder)
    sync_folder(folders.root)


def _new_run_id() -> str:
    """Return an id that sorts by time: 20260105T080000-3fa9c1."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")[:-3] + "-" + secrets.token_hex(3)
