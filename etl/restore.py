"""Makes a home out of a backup: read through before anything is written, and verified as a home afterwards."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from data.config import load_config
from data.errors import ConfigError, Problem
from etl.backup_store import CHUNK, Backup, BackupStore, Entry
from etl.run import silent
from etl.verify import verify

Say = Callable[[str], None]


@dataclass
class Restored:
    """What a restore did: which backup, of which version, how much, and what `gridlink verify` finds in it."""

    name: str
    made_at: str
    version: str
    operations: str
    home: str
    files: int
    bytes: int
    dry_run: bool = False
    findings: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return what `gridlink restore --json` prints."""
        return vars(self) | {"sound": not self.findings}


def restore(folder: Path, home: Path, *, at: str = "", dry_run: bool = False, say: Say = silent) -> Restored:
    """Make the home of the newest backup, or of the newest one made by `at` (ISO, the city's local time).

    Raises Problem, and then nothing was made: no_backup, home_not_empty, backup_damaged (naming the file),
    restore_failed. With dry_run nothing is made either, but every file is read.
    """
    store = BackupStore(folder)
    name, backup = chosen(store, at)
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise ConfigError("home_not_empty", path=home)
    read_through(store, backup, say)
    told = Restored(
        name, backup.made_at, backup.version, backup.operations, str(home), len(backup.files), backup.bytes, dry_run
    )
    if dry_run:
        return told
    _make(store, backup, home, say)
    report = verify(load_config(home), every=True).as_json()
    told.findings = report["findings"]
    return told


def chosen(store: BackupStore, at: str) -> tuple[str, Backup]:
    """Return the newest backup made by a moment; raises Problem `no_backup`, ConfigError `bad_moment`."""
    for name in reversed(store.names()):
        backup = store.read(name)
        if not at or datetime.fromisoformat(backup.made_at) <= _moment(at, backup.zone):
            return name, backup
    raise Problem("no_backup", path=store.root, detail=at)


def read_through(store: BackupStore, backup: Backup, say: Say) -> None:
    """Hash everything a backup needs; raises Problem `backup_damaged` naming the first file that is not as it was."""
    for entry in backup.files:
        _inside(entry)
    with ThreadPoolExecutor() as pool:
        for entry, fault in zip(backup.files, pool.map(store.wrong, backup.files), strict=True):
            say(entry.path)
            if fault:
                raise Problem("backup_damaged", path=store.root / entry.object, detail=fault, known=entry.path)


def _make(store: BackupStore, backup: Backup, home: Path, say: Say) -> None:
    """Write all files beside the home, then give them its name: a restore that fails leaves no home."""
    home = home.absolute()
    draft = home.with_name(f".{home.name}.restoring")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(mode=0o700, parents=True)
        for entry in backup.files:
            say(entry.path)
            _write(store, entry, draft / entry.path)
        draft.chmod(0o755)
        os.replace(draft, home)
    except OSError as fault:
        raise Problem("restore_failed", path=home, detail=fault.strerror) from fault
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write(store: BackupStore, entry: Entry, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with open(store.root / entry.object, "rb") as file, open(path, "wb") as out:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    path.chmod(entry.mode)
    if digest.hexdigest() != entry.sha256:
        raise Problem("backup_damaged", path=store.root / entry.object, detail=digest.hexdigest(), known=entry.path)


def _inside(entry: Entry) -> None:
    """Refuse a path that leads out of the home: a list of backups may come from anywhere."""
    path = PurePosixPath(entry.path)
    plain = len(entry.sha256) == 64 and all(c in "0123456789abcdef" for c in entry.sha256)
    if path.is_absolute() or ".." in path.parts or not plain:
        raise Problem("backup_damaged", path=entry.path, detail="..", known=entry.path)


def _moment(at: str, zone: str) -> datetime:
    try:
        moment = datetime.fromisoformat(at)
    except ValueError as fault:
        raise ConfigError("bad_moment", detail=at) from fault
    if len(at) == 10:
        moment = moment.replace(hour=23, minute=59, second=59)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
