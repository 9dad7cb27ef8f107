"""Makes a damaged warehouse whole again: what is sound stays, what is not goes, and it is said what to load again."""

from __future__ import annotations

from data.config import Config
from data.errors import WarehouseError
from data.lake import Folders, Manifest, read_pointer
from etl.publish import drafting, locked, put_version
from etl.run import silent
from etl.sweep import sweep_orphans
from etl.verify import Report, Say, verify


def repair(config: Config, say: Say = silent) -> Report:
    """Publish the newest version without its damaged files; versions that are damaged themselves go, pinned ones stay.

    Returns what was wrong: the findings name tables and days to be loaded again, and where a manifest was lost, all
    that was loaded since. Raises WarehouseError `no_version` where no manifest can be read.
    """
    with locked(config) as folders:
        report = verify(config, every=True, say=say)
        if not any(finding.path.startswith("warehouse/") for finding in report.findings):
            return report
        if not report.manifests:
            raise WarehouseError("no_version", path=folders.root)
        newest, damaged = _newest(folders, report), report.damaged()
        for finding in report.findings:
            if finding.kind == "manifest":
                (config.home / finding.path).unlink()
        if damaged & newest.reaches().keys():
            _without(config, folders, newest, damaged)
        else:
            put_version(folders, newest)
        _forget(folders, report.manifests, damaged)
        sweep_orphans(folders)
        return report


def _newest(folders: Folders, report: Report) -> Manifest:
    """Return the version CURRENT names where that can be read, else the newest that can."""
    pointer = read_pointer(folders)
    named = [manifest for manifest in report.manifests if pointer and manifest.run_id == pointer.run_id]
    return (named or report.manifests)[0]


def _without(config: Config, folders: Folders, newest: Manifest, damaged: frozenset[str]) -> None:
    with drafting(config, folders, newest) as draft:
        for part in newest.parts:
            if part.path in damaged:
                draft.discard(part)
        draft.files = [{"repaired": sorted(damaged & newest.reaches().keys())}]


def _forget(folders: Folders, manifests: list[Manifest], damaged: frozenset[str]) -> None:
    pinned = {path.name for path in folders.pins.glob("*")}
    for manifest in manifests:
        if damaged & manifest.reaches().keys() and manifest.run_id not in pinned:
            folders.manifest(manifest.run_id).unlink()
