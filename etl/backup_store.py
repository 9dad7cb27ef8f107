"""A folder of backups: every file once under its SHA-256, and per backup a list of what it holds and what it is called.

`objects/ab/abcd…` are the files, `<moment>.json` is a backup with the digest of its own list, `<moment>.sha256` is the
same list for `sha256sum -c`. A backup exists when its list does, which is written last.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from data.errors import Problem
from etl.settle import replace_text, sync_folder

CHUNK = 1 << 20
STAMP = "%Y%m%dT%H%M%S%fZ"


@dataclass(frozen=True)
class Entry:
    """One file of a backup: its path in the home, SHA-256, size in bytes, and permissions."""

    path: str
    sha256: str
    bytes: int
    mode: int = 0o600

    @property
    def object(self) -> str:
        """Return where its content lies in the folder of backups."""
        return f"objects/{self.sha256[:2]}/{self.sha256}"


@dataclass(frozen=True)
class Backup:
    """One backup: when it was made (UTC), of which version, zone of its city, how operations were saved, its files."""

    made_at: str
    version: str
    zone: str
    operations: str  # "sqlite", "pg_dump" or "absent"
    release: str
    files: tuple[Entry, ...] = field(default=())

    @property
    def bytes(self) -> int:
        """Return the size of what it holds."""
        return sum(entry.bytes for entry in self.files)


class BackupStore:
    """The backups in one folder, readable by its owner only."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self) -> list[str]:
        """Return the names of all backups, oldest first."""
        return sorted(path.stem for path in self.root.glob("*T*Z.json"))

    def read(self, name: str) -> Backup:
        """Return one backup; raises Problem `backup_damaged` where its list is not what its digest says."""
        path = self.root / f"{name}.json"
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            about = raw["backup"]
            if raw["digest"] != _digest(about):
                raise ValueError("it is not what its digest says")
            return Backup(**{**about, "files": tuple(Entry(**entry) for entry in about["files"])})
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise Problem("backup_damaged", path=path, detail=fault, known="") from fault

    def write(self, name: str, backup: Backup) -> None:
        """Make a backup exist: its files are in the folder by now."""
        about = asdict(backup)
        lines = sorted({f"{entry.sha256}  {entry.object}\n" for entry in backup.files})
        replace_text(self.root / f"{name}.sha256", "".join(lines))
        text = json.dumps({"backup": about, "digest": _digest(about)}, ensure_ascii=False, indent=1)
        replace_text(self.root / f"{name}.json", text + "\n")

    def has(self, entry: Entry) -> bool:
        """Say whether the content of an entry is here, by name and size; `wrong` reads it."""
        path = self.root / entry.object
        return path.is_file() and path.stat().st_size == entry.bytes

    def wrong(self, entry: Entry) -> str:
        """Return what is wrong with the content of an entry; empty where nothing is."""
        try:
            with open(self.root / entry.object, "rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as fault:
            return str(fault.strerror)
        return "" if found == entry.sha256 else f"its SHA-256 is {found[:12]}…, not {entry.sha256[:12]}…"

    def take(self, source: Path, path: str, sha256: str = "") -> tuple[Entry, bool]:
        """Copy a file in as `path` unless its content is here; returns its entry, and whether it was copied.

        sha256: what it must be; raises Problem `backup_source` where it is not.
        """
        about = source.stat()
        known = Entry(path, sha256, about.st_size, about.st_mode & 0o777)
        if sha256 and self.has(known):
            return known, False
        draft, digest, size = self._copy(source)
        if sha256 not in ("", digest):
            draft.unlink()
            raise Problem("backup_source", path=source)
        return self._keep(draft, Entry(path, digest, size, known.mode))

    def take_bytes(self, body: bytes, path: str) -> tuple[Entry, bool]:
        """Keep a small text as `path`."""
        with tempfile.NamedTemporaryFile(dir=self.root, prefix=".text-") as file:
            file.write(body)
            file.flush()
            entry, copied = self.take(Path(file.name), path)
        return entry, copied

    def forget(self, keep: int) -> list[str]:
        """Remove all but the newest `keep` backups (0: none), and content no other one has; returns their names.

        Where the list of one that stays is damaged nothing goes: what it needs is not known.
        """
        names = self.names()
        gone = names[:-keep] if keep else []
        needed = {entry.object for name in names if name not in gone for entry in self.read(name).files}
        for name in gone:
            for suffix in (".json", ".sha256"):
                (self.root / f"{name}{suffix}").unlink(missing_ok=True)
        for path in (self.root / "objects").glob("*/*"):
            if path.relative_to(self.root).as_posix() not in needed:
                path.unlink()
        return gone

    def begin(self) -> None:
        """Make the folder, and remove what a backup that was killed had begun."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.root / "objects").mkdir(mode=0o700, exist_ok=True)
        for path in (*self.root.glob(".draft-*"), *self.root.glob(".text-*")):
            path.unlink()
        for folder in self.root.glob(".db-*"):
            shutil.rmtree(folder)

    def _copy(self, source: Path) -> tuple[Path, str, int]:
        digest, size = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(dir=self.root, prefix=".draft-")
        with os.fdopen(handle, "wb") as out, open(source, "rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                size += out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        return Path(name), digest.hexdigest(), size

    def _keep(self, draft: Path, entry: Entry) -> tuple[Entry, bool]:
        path = self.root / entry.object
        if self.has(entry):
            draft.unlink()
            return entry, False
        path.parent.mkdir(mode=0o700, exist_ok=True)
        draft.chmod(0o400)
        os.replace(draft, path)
        sync_folder(path.parent)
        return entry, True


def _digest(about: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(about, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
