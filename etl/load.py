"""Loads files: every feed in its order, every row accounted for, one new version at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from data.config import Config
from data.errors import Problem
from data.feeds import feeds
from etl.close import close
from etl.deliver import deliver
from etl.engine import Engine, Local
from etl.inbox import Inbox, Incoming, open_inbox
from etl.ledger import FileEntry
from etl.load_feeds import load_rows
from etl.load_fixes import load_fixes
from etl.mapping import Mapping, apply_mapping, impersonal, load_mappings
from etl.merge import FILE
from etl.positions import record_positions
from etl.publish import publishing
from etl.rejects import staged
from etl.run import Run, silent
from etl.sources import source_for


@dataclass
class LoadResult:
    """What a load did: the version it made, the fate of every file, and what somebody should look at."""

    run_id: str
    version: str
    entries: list[FileEntry]
    passed_over: list[str] = field(default_factory=list)
    warnings: list[dict[str, str]] = field(default_factory=list)

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """Return what `gridlink load --json` prints; sentences in the language of the terminal."""
        files = [entry.as_json(language) for entry in self.entries]
        about = {"run_id": self.run_id, "version": self.version, "files": files}
        return about | {"passed_over": self.passed_over, "warnings": self.warnings}


def load(
    paths: list[Path],
    config: Config,
    *,
    mappings: list[Mapping] | None = None,
    now: datetime | None = None,
    dry_run: bool = False,
    engine: Engine | None = None,
    progress: Callable[[str], None] = silent,
) -> LoadResult:
    """Load files and folders into the warehouse of `config.home` and publish a new version.

    now: time of receipt, naive UTC (default: this moment). A file that cannot be read is refused with a sentence and
    stops nothing else. dry_run judges everything and publishes nothing. engine: where fixes are worked on (default:
    threads of this process).
    """
    mappings = load_mappings(config.home / "mappings") if mappings is None else mappings
    inbox = open_inbox(paths, mappings)
    engine = engine or Local()
    try:
        with publishing(config) as draft:
            run = Run(config, draft, now or datetime.now(UTC).replace(tzinfo=None), engine, progress)
            _load_all(run, inbox, mappings)
            base = draft.base.run_id if draft.base else ""
            if dry_run or not (any(entry.rows_in for entry in run.entries) or draft.has_decisions()):
                draft.abandon()
            published = bool(draft.added)
    finally:
        engine.close()
    if published:
        record_positions(config, draft, run.newest)
        deliver(config)
    passed = [path.as_posix() for path in inbox.passed_over]
    return LoadResult(draft.run_id, draft.run_id if published else base, run.entries, passed, run.warnings)


def _load_all(run: Run, inbox: Inbox, mappings: list[Mapping]) -> None:
    for feed in feeds():
        files = [file for file in inbox.files if file.mapping.feed == feed]
        (load_fixes if feed == "fix" else _load_feed)(run, feed, files)
    for path, fault in inbox.refused:
        entry = FileEntry(path.as_posix(), "", "", "")
        entry.refuse(fault)
        run.entries.append(entry)
    close(run, mappings)


def _load_feed(run: Run, feed: str, files: list[Incoming]) -> None:
    rows: list[pa.Table] = []
    first = len(run.entries)
    for file in files:
        entry = run.open(file, feed)
        try:
            rows.append(_mapped(run, file, entry))
        except Problem as fault:
            entry.refuse(fault)
    if not rows:
        return
    try:
        load_rows(run, feed, rows)
    except Problem as fault:  # nothing to judge against: no file of the feed can be taken
        for entry in run.entries[first:]:
            entry.refuse(fault)


def _mapped(run: Run, file: Incoming, entry: FileEntry) -> pa.Table:
    raw = impersonal(source_for(file.path, file.mapping).read(file.path, file.mapping), file.mapping)
    mapped = apply_mapping(raw, file.mapping, run.config)
    entry.rows_in = raw.num_rows
    entry.notes.update(mapped.notes)
    entry.reject(staged(mapped.rejects, "read"))
    number = pa.array([len(run.entries) - 1] * mapped.rows.num_rows, pa.int32())
    return mapped.rows.append_column(FILE, number)
