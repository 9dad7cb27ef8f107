"""Copies a home where it survives it: one version of the warehouse, operations, configuration, and the audit log.

What is copied first may be repeated by what is copied later, never missed: the spool before the version that may
already hold it, the version before the operations that go on from it, the audit log last. Nothing has to stand still.
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from data.audit import Audit
from data.config import Config
from data.errors import Problem, WarehouseError
from data.lake import Folders, Pointer, read_manifest, read_pointer
from data.release import release
from data.scope import Scope
from etl.alone import Alone
from etl.backup_store import STAMP, Backup, BackupStore, Entry
from etl.run import silent
from etl.schedule import CLOCK

log = logging.getLogger("gridlink.backup")

BEFORE = ("spool/*",)
SITE = (
    "*.toml", "calendar.csv", "limits.csv", "admission.csv", "codes/*", "mappings/*", "photos/**/*",
    "warehouse/closed/*", "warehouse/pins/*",
)  # fmt: skip
LOG = ("audit*.jsonl",)
SECRET = "secret"
PIN = "backup\n"  # what stands in the pin of a version that is being copied
DUMP = "operations.pgdump"
PG_DUMP = "pg_dump"


@dataclass
class Made:
    """What a backup did: its name, what it holds, what of it was new to the folder, and which old ones went."""

    name: str
    folder: str
    version: str = ""
    operations: str = "absent"
    copied: int = 0
    copied_bytes: int = 0
    entries: dict[str, Entry] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return what `gridlink backup --json` prints."""
        about = {key: value for key, value in vars(self).items() if key != "entries"}
        return about | {"files": len(self.entries), "bytes": sum(entry.bytes for entry in self.entries.values())}


class Copying:
    """One backup under way; `say(path)` is told every file."""

    def __init__(self, config: Config, store: BackupStore, made: Made, say: Any = silent) -> None:
        self.config, self.store, self.made, self.say = config, store, made, say

    def files(self, patterns: tuple[str, ...]) -> None:
        """Copy what matches in the home; a file that goes meanwhile (a segment that is published) is passed over."""
        home = self.config.home
        for path in sorted({path for pattern in patterns for path in home.glob(pattern) if path.is_file()}):
            try:
                self._took(*self.store.take(path, path.relative_to(home).as_posix()))
            except FileNotFoundError:
                continue

    def version(self) -> None:
        """Copy the version served and those pinned; raises Problem `backup_source`, `backup_moved`."""
        folders = Folders(self.config.home / "warehouse")
        pointer = read_pointer(folders)
        if pointer is None:
            return
        self.made.version = pointer.run_id
        with pinned(folders, pointer) as run_ids:
            for run_id in run_ids:
                for path, sha256 in _reached(folders, run_id).items():
                    self._part(folders.root / path, sha256)
        current = f"{pointer.run_id} {pointer.digest}".strip() + "\n"
        self._took(*self.store.take_bytes(current.encode(), "warehouse/CURRENT"))

    def _part(self, path: Path, sha256: str) -> None:
        try:
            self._took(*self.store.take(path, path.relative_to(self.config.home).as_posix(), sha256))
        except FileNotFoundError as fault:
            raise Problem("backup_moved", path=path) from fault

    def operations(self) -> None:
        """Copy the databases of the home as of one moment each, and operations on PostgreSQL by pg_dump."""
        for path in sorted(self.config.home.glob("*.db")):
            with tempfile.TemporaryDirectory(dir=self.store.root, prefix=".db-") as folder:
                copy = Path(folder) / path.name
                _snapshot(path, copy)
                copy.chmod(path.stat().st_mode & 0o777)
                self._took(*self.store.take(copy, path.name))
        if not self.config.operations.url:
            self.made.operations = "sqlite"
        elif self._dumped():
            self.made.operations = PG_DUMP

    def _dumped(self) -> bool:
        """Run pg_dump where it is installed; the password travels in its environment. Raises `backup_pg_dump`."""
        url, program = make_url(self.config.operations.url), shutil.which(PG_DUMP)
        if program is None or url.get_backend_name() != "postgresql":
            return False
        with tempfile.TemporaryDirectory(dir=self.store.root, prefix=".db-") as folder:
            dump = Path(folder) / DUMP
            plain = url.set(drivername="postgresql", password=None).render_as_string()
            environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
            call = [program, "--format=custom", "--no-owner", f"--file={dump}", f"--dbname={plain}"]
            done = subprocess.run(call, env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                raise Problem("backup_pg_dump", detail=done.stderr.strip().splitlines()[-1:] or done.returncode)
            dump.chmod(0o600)
            self._took(*self.store.take(dump, DUMP))
        return True

    def _took(self, entry: Entry, copied: bool) -> None:
        self.say(entry.path)
        self.made.entries[entry.path] = entry
        self.made.copied += copied
        self.made.copied_bytes += entry.bytes if copied else 0


def backup(config: Config, folder: Path, *, keep: int = 0, with_secret: bool = False, say: Any = silent) -> Made:
    """Make a backup of a home in `folder` and return what it did; then keep the newest `keep` (0: all).

    Raises Problem: backup_busy, backup_source, backup_moved, backup_pg_dump; disk_full, where nothing was added.
    """
    store, moment = BackupStore(folder), datetime.now(UTC)
    made = Made(f"{moment:{STAMP}}", str(folder))
    store.begin()
    alone = Alone(folder / "LOCK")
    if not alone.take():
        raise Problem("backup_busy", path=folder)
    try:
        _note(config, made)
        _copy_all(Copying(config, store, made, say), with_secret)
        store.write(made.name, _described(config, made, moment))
        made.removed = store.forget(keep) if keep else []
    except OSError as fault:
        if fault.errno is None:
            raise
        raise Problem("backup_failed", path=folder, detail=fault.strerror) from fault
    finally:
        alone.give_back()
    return made


def _copy_all(copying: Copying, with_secret: bool) -> None:
    copying.files(BEFORE)
    copying.version()
    copying.files(SITE)
    copying.operations()
    copying.files((*LOG, *((SECRET,) if with_secret else ())))


def _note(config: Config, made: Made) -> None:
    """Write into the audit log that everything was copied, and where to; a log that is full stops no backup."""
    who = Scope(CLOCK, frozenset(), config.city.area_id)
    try:
        Audit.of(config).record(who, "backup", subjects=made.folder, period={})
    except Problem as problem:
        log.warning("%s", problem)


def _described(config: Config, made: Made, moment: datetime) -> Backup:
    about = {"made_at": moment.isoformat(), "version": made.version, "zone": config.city.zone}
    return Backup(**about, operations=made.operations, release=release(), files=tuple(made.entries.values()))


@contextmanager
def pinned(folders: Folders, pointer: Pointer) -> Iterator[list[str]]:
    """Keep the version served from being swept meanwhile; lends its run id and those of the versions kept for good."""
    folders.pins.mkdir(parents=True, exist_ok=True)
    for path in folders.pins.glob("*"):
        if path.read_text(encoding="utf-8") == PIN:  # of a backup that was killed
            path.unlink()
    for_good = {path.name for path in folders.pins.glob("*")} & set(folders.versions())
    pin = folders.pins / pointer.run_id
    if pointer.run_id not in for_good:
        pin.write_text(PIN, encoding="utf-8")
    try:
        yield [pointer.run_id, *sorted(for_good - {pointer.run_id})]
    finally:
        if pointer.run_id not in for_good:
            pin.unlink(missing_ok=True)


def _reached(folders: Folders, run_id: str) -> dict[str, str]:
    """Return the files of a version by path, its manifest among them, with their SHA-256 where one is stated."""
    try:
        manifest = read_manifest(folders, run_id)
    except WarehouseError as fault:
        raise Problem("backup_source", path=fault.facts.get("path")) from fault
    return {path: told[0] for path, told in manifest.reaches().items()} | {f"runs/{run_id}.json": ""}


def _snapshot(path: Path, copy: Path) -> None:
    """Copy a database as of one moment, whoever writes to it meanwhile; raises `backup_source`."""
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except sqlite3.DatabaseError as fault:
        raise Problem("backup_source", path=path) from fault
