"""Removes what nobody can reach any more: leftovers of killed runs and versions past their keeping time.

Called under the publish lock. Nothing here lists the lake or reads the parts of old versions, so that sweeping
costs the same whatever the history: what a version has superseded stands at the head of its manifest. Only where a
run was killed (its mark is still there) the lake is listed; `sweep_orphans` lists it once a night.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from data.config import Config
from data.errors import WarehouseError
from data.lake import Folders, Manifest, read_current, read_manifest


def sweep(folders: Folders, config: Config, base: Manifest | None) -> None:
    """Remove leftovers of killed runs and versions past their keeping time; the newest is `base`.

    The newest `keep_versions` and everything younger than `keep_hours` stay, as do versions named in pins/.
    Where a manifest of those that go is damaged none goes: what it reached is not known.
    """
    for mark in folders.runs.glob("*.begun"):
        remove_run(folders, mark.stem)
    versions = folders.versions()
    kept = _kept(versions, config)
    pinned = {path.name for path in folders.pins.glob("*")} & set(versions) - kept
    gone = [run_id for run_id in versions if run_id not in kept | pinned]
    if base is None or not gone:
        return
    try:
        older = [read_manifest(folders, run_id, parts=False) for run_id in versions if run_id not in kept]
        oldest = read_manifest(folders, min(kept), parts=False)
        alive = base.reaches().keys() | {path for run_id in pinned for path in read_manifest(folders, run_id).reaches()}
    except WarehouseError:
        return
    for manifest in [oldest, *older]:
        _unlink(folders, set(manifest.superseded) - alive)
    for manifest in older:
        if manifest.run_id in gone:
            _unlink(folders, {manifest.serve, _name(folders, folders.manifest(manifest.run_id))})


def remove_run(folders: Folders, run_id: str) -> None:
    """Remove every file a failed or killed run has made; a version that was published after all stays."""
    begun = folders.begun(run_id)
    if not begun.exists():
        return
    made = {_name(folders, path) for path in folders.lake.rglob(f"part-{run_id}-*")}
    made |= {_name(folders, path) for path in folders.root.glob(f"serve-{run_id}.duckdb*")}
    made |= {_name(folders, path) for path in folders.runs.glob(f"{run_id}.json*")} | {"CURRENT.tmp"}
    if read_current(folders) == run_id:
        made -= {_name(folders, folders.manifest(run_id)), *read_manifest(folders, run_id).reaches()}
    _unlink(folders, made)
    begun.unlink()


def sweep_orphans(folders: Folders) -> list[str]:
    """Remove files of the warehouse no version reaches, found by listing everything; return their names.

    Nothing is removed where a manifest is damaged.
    """
    alive: set[str] = set()
    for run_id in folders.versions():
        alive |= read_manifest(folders, run_id).reaches().keys()
    gone = [name for name in listed(folders) if name not in alive]
    _unlink(folders, set(gone))
    for folder in sorted(folders.lake.rglob("*"), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    return gone


def listed(folders: Folders) -> list[str]:
    """Return every file of the lake and every serve file, finished or not."""
    found = [*folders.lake.rglob("part-*"), *folders.root.glob("serve-*")]
    return sorted(_name(folders, path) for path in found if path.is_file())


def _kept(versions: list[str], config: Config) -> set[str]:
    """Return the newest versions and the young ones; a run id begins with its time."""
    oldest = datetime.now(UTC) - timedelta(hours=config.warehouse.keep_hours)
    young = {run_id for run_id in versions if run_id >= f"{oldest:%Y%m%dT%H%M%S%f}"[:-3]}
    return young | set(versions[: config.warehouse.keep_versions])


def _name(folders: Folders, path: Path) -> str:
    return path.relative_to(folders.root).as_posix()


def _unlink(folders: Folders, names: set[str]) -> None:
    for name in names:
        (folders.root / name).unlink(missing_ok=True)
