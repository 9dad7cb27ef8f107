"""The publish protocol: new immutable files beside the old ones, then one pointer moves.

One publisher at a time (`flock` on LOCK). Order: parts, their folders, serve file, manifest, CURRENT. A run that
fails removes what it began; a killed one leaves files nobody points at, and the mark that it had begun: the next run
sweeps them. A full disk leaves the old version served.
"""

from __future__ import annotations

import errno
import fcntl
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import duckdb

from data.config import Config
from data.errors import WarehouseError
from data.lake import Folders, Manifest, Pointer, digest_of, manifest_text, read_manifest, read_pointer
from etl.draft import Draft
from etl.serve_file import build_serve_file, fingerprint
from etl.settle import replace_text, sync_folder
from etl.sweep import remove_run, sweep

__all__ = ["Draft", "base_of", "drafting", "locked", "publishing", "put_version"]

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
STAMP = "%Y%m%dT%H%M%S%f"


@contextmanager
def locked(config: Config) -> Iterator[Folders]:
    """Hold the publish lock of a warehouse, waiting for whoever holds it."""
    folders = Folders(config.home / "warehouse")
    folders.runs.mkdir(parents=True, exist_ok=True)
    folders.lake.mkdir(exist_ok=True)
    with open(folders.lock, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folders


@contextmanager
def publishing(config: Config) -> Iterator[Draft]:
    """Lend a draft on the newest version under the lock; publish it when the block ends without an exception.

    Raises WarehouseError `damaged_version` where CURRENT or its manifest is not what it should be (building on it
    would lose rows), and `disk_full` where the disk is; then nothing has changed.
    """
    with locked(config) as folders, drafting(config, folders, base_of(folders)) as draft:
        yield draft


@contextmanager
def drafting(config: Config, folders: Folders, base: Manifest | None) -> Iterator[Draft]:
    """Sweep, and lend a draft on `base`, whatever CURRENT says; for whoever holds the lock."""
    sweep(folders, config, base)
    draft = Draft(config, folders, base, _new_run_id(base))
    try:
        with _enough_room(folders):
            folders.begun(draft.run_id).touch()
            yield draft
            if draft.added or draft.superseded or draft.files:
                _publish(draft)
    finally:
        remove_run(folders, draft.run_id)


def put_version(folders: Folders, manifest: Manifest, *, current: bool = True) -> None:
    """Write a manifest whose files are all in place, and point CURRENT at it."""
    text = manifest_text(manifest)
    replace_text(folders.manifest(manifest.run_id), text)
    if current:
        replace_text(folders.current, f"{manifest.run_id} {digest_of(text)}\n")


def base_of(folders: Folders) -> Manifest | None:
    """Return the version CURRENT names, None before the first; raises `damaged_version`, `newer_schema`."""
    pointer: Pointer | None = read_pointer(folders)
    if pointer is None:
        return None
    try:
        return read_manifest(folders, pointer.run_id, pointer.digest)
    except WarehouseError as fault:
        if fault.reason == "newer_schema":
            raise
        raise WarehouseError("damaged_version", path=folders.current, detail=fault) from fault


def _publish(draft: Draft) -> None:
    folders, parts = draft.folders, draft.parts
    serve = folders.root / f"serve-{draft.run_id}.duckdb"
    digest = build_serve_file(draft.config, folders, parts, serve, base=None if draft.anew else draft.base)
    held = {part.path for part in parts}
    manifest = Manifest(
        run_id=draft.run_id,
        base=draft.base.run_id if draft.base else None,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        serve=serve.name,
        serve_sha256=digest,
        serve_bytes=serve.stat().st_size,
        made_by=fingerprint(draft.config),
        exported_seq=draft.exported_seq,
        exported_from=draft.exported_from,
        parts=tuple(parts),
        added=tuple(path for path in draft.added if path in held),
        superseded=tuple(draft.superseded),
        files=tuple(draft.files),
    )
    _sync_folders(folders, draft.added)
    put_version(folders, manifest)
    folders.begun(draft.run_id).unlink()  # from here on nothing can take the version back
    for path in {*draft.added} - held:
        (folders.root / path).unlink(missing_ok=True)  # written and replaced in the same run


@contextmanager
def _enough_room(folders: Folders) -> Iterator[None]:
    """Say `disk_full` where writing failed because the disk is: the only failure a full disk may have."""
    try:
        yield
    except (OSError, duckdb.Error) as fault:
        free = shutil.disk_usage(folders.root).free
        if getattr(fault, "errno", None) in FULL or "No space left" in str(fault):
            raise WarehouseError("disk_full", path=folders.root, detail=f"{free / 1e6:,.0f} MB") from fault
        raise


def _sync_folders(folders: Folders, added: list[str]) -> None:
    for folder in sorted({(folders.root / path).parent for path in added}):
        sync_folder(folder)
        sync_folder(folder.parent)
    sync_folder(folders.root)


def _new_run_id(base: Manifest | None) -> str:
    """Return an id that sorts after its base's even where the clock went back: 20260105T080000123-3fa9c1."""
    now = datetime.now(UTC).strftime(STAMP)[:-3]
    if base and now <= base.run_id.partition("-")[0]:
        stamp = datetime.strptime(base.run_id.partition("-")[0] + "000", STAMP)
        now = (stamp + timedelta(milliseconds=1)).strftime(STAMP)[:-3]
    return now + "-" + secrets.token_hex(3)
