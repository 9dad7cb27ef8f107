"""Loads files: every feed in its order, every row accounted for, one new version at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.config import Config
from data.errors import Problem
from data.feeds import feeds
from etl.inbox import Inbox, Incoming, open_inbox
from etl.ledger import FileEntry, ledger_table, reject_table
from etl.load_dimensions import load_areas, load_dimension
from etl.load_facts import load_fixes, load_incidents, load_steps
from etl.mapping import Mapping, apply_mapping, load_mappings
from etl.merge import FILE, merge
from etl.positions import record_positions
from etl.publish import publishing
from etl.run import Run, silent
from etl.sources import source_for

STORE = {"area": load_areas, "fix": load_fixes, "incident": load_incidents, "incident_step": load_steps}
REJECT_KEY = ["path", "feed", "row", "reason", "content"]


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
    progress: Callable[[str], None] = silent,
) -> LoadResult:
    """Load files and folders into the warehouse of `config.home` and publish a new version.

    now: time of receipt, naive UTC (default: this moment). A file that cannot be read is refused with a sentence and
    stops nothing else. dry_run judges everything and publishes nothing.
    """
    inbox = open_inbox(paths, load_mappings(config.home / "mappings") if mappings is None else mappings)
    with publishing(config) as draft:
        run = Run(config, draft, now or datetime.now(UTC).replace(tzinfo=None), progress)
        for feed in feeds():
            _load_feed(run, feed, [f for f in inbox.files if f.mapping.feed == feed])
        _refuse(run, inbox)
        _keep_account(run)
        base = draft.base.run_id if draft.base else ""
        if dry_run or not any(entry.rows_in for entry in run.entries):
            draft.abandon()
        published = bool(draft.added)
    if published:
        record_positions(config, draft)
    passed = [path.as_posix() for path in inbox.passed_over]
    return LoadResult(draft.run_id, draft.run_id if published else base, run.entries, passed, run.warnings)


def _load_feed(run: Run, feed: str, files: list[Incoming]) -> None:
    rows: list[pa.Table] = []
    first = len(run.entries)
    for file in files:
        run.progress(file.path.name)
        entry = FileEntry(file.path.as_posix(), file.sha256, feed, file.mapping.path.stem)
        run.entries.append(entry)
        try:
            rows.append(_mapped(run, file, entry))
        except Problem as fault:
            _refuse_file(entry, fault)
    if not rows:
        return
    try:
        STORE.get(feed, load_dimension)(run, feed, rows)
    except Problem as fault:  # nothing to judge against: no file of the feed can be taken
        for entry in run.entries[first:]:
            _refuse_file(entry, fault)


def _mapped(run: Run, file: Incoming, entry: FileEntry) -> pa.Table:
    raw = source_for(file.path, file.mapping).read(file.path, file.mapping)
    mapped = apply_mapping(raw, file.mapping, run.config)
    entry.rows_in = raw.num_rows
    entry.notes = dict(mapped.notes)
    entry.reject(_without_unjudged_places(mapped.rejects, file.mapping.feed, run.config))
    number = pa.array([len(run.entries) - 1] * mapped.rows.num_rows, pa.int32())
    return mapped.rows.append_column(FILE, number)


def _without_unjudged_places(rejects: pa.Table, feed: str, config: Config) -> pa.Table:
    """Take the content from refused fixes of which nobody can say whether the worker was on duty."""
    if feed != "fix" or config.duty.roster != "required":
        return rejects
    nowhere = pc.equal(rejects["reason"], "bad_coordinates")
    content = pc.if_else(nowhere, rejects["content"], pa.scalar(None, pa.string()))
    return rejects.set_column(rejects.schema.get_field_index("content"), "content", content)


def _refuse_file(entry: FileEntry, fault: Problem) -> None:
    """Refuse a whole file: none of its rows was taken, and the sentence says why."""
    entry.rows_in = entry.rows_rejected = 0
    entry.rejects.clear()
    entry.reasons.clear()
    entry.reasons[fault.reason] = 1
    entry.problem = fault


def _refuse(run: Run, inbox: Inbox) -> None:
    for path, fault in inbox.refused:
        entry = FileEntry(path.as_posix(), "", "", "")
        _refuse_file(entry, fault)
        run.entries.append(entry)


def _keep_account(run: Run) -> None:
    """Keep refused rows (those of a file loaded twice only once) and the ledger of this run."""
    draft = run.draft
    rejects = reject_table(draft.run_id, run.entries)
    if rejects.num_rows:
        new = rejects.append_column(FILE, pa.array([0] * rejects.num_rows, pa.int32()))
        draft.replace("reject", merge(draft.read("reject"), new, REJECT_KEY, ["run_id"]).rows)
    if run.entries:
        known, ledger = draft.read("load_file"), ledger_table(draft.run_id, run.now, run.entries)
        draft.replace("load_file", ledger if known is None else pa.concat_tables([known, ledger]))
    draft.files = [entry.as_json() | {"sha256": entry.sha256} for entry in run.entries]
