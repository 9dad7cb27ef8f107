"""Removes what nobody can reach any more: leftovers of killed runs and versions past their keeping time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from data.config import Config
from data.lake import Folders, Manifest, read_current, read_manifest


def sweep(folders: Folders, config: Config) -> list[str]:
    """Delete unreachable files and return their names.

    Called under the publish lock. The newest `keep_versions` and everything younger than `keep_hours` stay, as do
    versions named in pins/.
    """
    kept = _kept_versions(folders, config)
    alive = {part.path for manifest in kept for part in manifest.parts} | {m.serve for m in kept}
    gone = []
    for path in [*folders.lake.rglob("part-*"), *folders.root.glob("serve-*.duckdb*")]:
        name = path.relative_to(folders.root).as_posix()
        if name not in alive:
            path.unlink()
            gone.append(name)
    run_ids = {manifest.run_id for manifest in kept}
    for path in folders.runs.glob("*.json"):
        if path.stem not in run_ids:
            path.unlink()
    return gone


def _kept_versions(folders: Folders, config: Config) -> list[Manifest]:
    pinned = {path.name for path in (folders.root / "pins").glob("*")}
    oldest = datetime.now(UTC) - timedelta(hours=config.warehouse.keep_hours)
    kept, run_id, number = [], read_current(folders), 0
    while run_id and folders.manifest(run_id).exists():
        manifest = read_manifest(folders, run_id)
        young = datetime.fromisoformat(manifest.created_at) > oldest
        if number < config.warehouse.keep_versions or young or run_id in pinned:
            kept.append(manifest)
        run_id, number = manifest.base, number + 1
    return kept
