"""Holds everything a home keeps against what it should be: versions, operations and the audit log."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from data.audit import NAME as AUDIT
from data.closing import Closings
from data.config import Config
from data.errors import WarehouseError
from data.inspector import wrong
from data.lake import Folders, Manifest, read_manifest, read_pointer
from data.trail.check import check_log
from etl.run import silent
from etl.sweep import listed

Say = Callable[[str], None]


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be: what it is, where (relative to the home), and how it differs."""

    kind: str  # 'current' | 'manifest' | 'serve' | 'part' | 'closed' | 'operations' | 'audit'
    path: str
    detail: str
    table: str = ""  # of a part
    day: str = ""


@dataclass
class Report:
    """What a verification saw; `manifests` are the versions whose manifests are as they should be, newest first."""

    version: str = ""
    files: int = 0
    bytes: int = 0
    orphans: int = 0  # files no version reaches: swept by the next run
    findings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)  # worth knowing and explained: a line a crash tore
    manifests: list[Manifest] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return what `gridlink verify --json` prints."""
        about = {key: getattr(self, key) for key in ("version", "files", "bytes", "orphans")}
        about["versions"] = [manifest.run_id for manifest in self.manifests]
        return about | {"sound": not self.findings, "findings": _told(self.findings), "notes": _told(self.notes)}

    def damaged(self) -> frozenset[str]:
        """Return the paths of damaged files, relative to the warehouse."""
        files = (finding for finding in self.findings if finding.kind in ("part", "serve"))
        return frozenset(finding.path.removeprefix("warehouse/") for finding in files)


def _told(findings: list[Finding]) -> list[dict[str, str]]:
    return [asdict(finding) for finding in findings]


def verify(config: Config, *, every: bool = False, say: Say = silent) -> Report:
    """Check the version served (every=True: all kept ones), the closed months, operations.db and the audit log.

    Every file reachable is hashed and held against its manifest, each manifest against its own digest, the served
    one's also against CURRENT. Nothing is written.
    """
    folders, report = Folders(config.home / "warehouse"), Report()
    _check_current(folders, report)
    served = [report.version] if report.version else []
    for run_id in folders.versions() if every else served:
        _check_manifest(folders, run_id, report)
    _check_files(folders, report, say)
    if every:
        alive = {path for manifest in report.manifests for path in manifest.reaches()}
        report.orphans = sum(path not in alive for path in listed(folders))
    _check_closed(Closings(config), report)
    for path in sorted(config.home.glob("*.db")):
        _check_sqlite(path, report)
    _check_audit(config, report)
    return report


def _check_current(folders: Folders, report: Report) -> None:
    """Hold CURRENT against the manifest it names; remember the version where it names one."""
    pointer = read_pointer(folders)
    if pointer is None:
        return
    text = folders.current.read_text(encoding="ascii", errors="replace")
    report.version = pointer.run_id if folders.manifest(pointer.run_id).is_file() else ""
    try:
        if text.split(" ") != [pointer.run_id, f"{pointer.digest}\n"] and text != f"{pointer.run_id}\n":
            raise WarehouseError("corrupt", path=folders.current, detail=repr(text))
        read_manifest(folders, pointer.run_id, pointer.digest)
    except WarehouseError as fault:
        about_current = fault.facts.get("path") == folders.current or not report.version
        if about_current:
            report.findings.append(Finding("current", "warehouse/CURRENT", str(fault.facts.get("detail"))))


def _check_manifest(folders: Folders, run_id: str, report: Report) -> None:
    try:
        report.manifests.append(read_manifest(folders, run_id))
    except WarehouseError as fault:
        detail = str(fault.facts.get("detail"))
        report.findings.append(Finding("manifest", f"warehouse/runs/{run_id}.json", detail))


def _check_files(folders: Folders, report: Report, say: Say) -> None:
    """Hash every file the versions reach once, the parts of several threads at a time."""
    parts = {part.path: part for manifest in report.manifests for part in manifest.parts}
    files = {path: told[0] for manifest in report.manifests for path, told in manifest.reaches().items()}
    with ThreadPoolExecutor() as pool:
        for path, fault in zip(files, pool.map(lambda path: wrong(folders, path, files[path]), files), strict=True):
            report.files += 1
            say(path)
            if not fault:
                report.bytes += (folders.root / path).stat().st_size
            elif path in parts:
                part = parts[path]
                report.findings.append(Finding("part", f"warehouse/{path}", fault, part.table, part.day))
            else:
                report.findings.append(Finding("serve", f"warehouse/{path}", fault))


def _check_closed(closings: Closings, report: Report) -> None:
    """Hold the figures of every closed month (封账) against the digest noted when it was closed."""
    for closed in closings.months():
        report.files += 1
        path = closings.folder / f"{closed.month}.parquet"
        found = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "missing"
        if found != closed.sha256:
            detail = f"SHA-256 {found}, noted {closed.sha256}"
            report.findings.append(Finding("closed", f"warehouse/closed/{path.name}", detail))


def _check_sqlite(path: Path, report: Report) -> None:
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
        finally:
            connection.close()
    except sqlite3.Error as fault:
        said = [str(fault)]
    report.files += 1
    if said != ["ok"]:
        report.findings.append(Finding("operations", path.name, "; ".join(said)))


def _check_audit(config: Config, report: Report) -> None:
    """Hold every line of the audit log against its digest and the one before, and its end against its witnesses."""
    try:
        told = check_log(config, AUDIT)
    except OSError as fault:
        report.findings.append(Finding("audit", AUDIT, str(fault)))
        return
    report.files += told.files
    report.findings += [Finding("audit", fault.file, fault.sentence("en")) for fault in told.faults]
    report.notes += [Finding("audit", note.file, note.sentence("en")) for note in told.notes]
