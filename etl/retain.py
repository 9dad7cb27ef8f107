"""Removes what may be kept no longer, from every kept version: fixes, sums and events each after its own time.

Days are local days of the city. What only the base of a version still held goes as well: kept versions, pinned ones
too, are rewritten without it, under their own names. A refused fix goes with the run that brought it or with the
last event of its file, whichever is older.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from time import sleep
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.audit import Audit
from data.config import Config
from data.lake import FACTS, SCHEMA_VERSION, Folders, Manifest, Part, read_manifest
from data.scope import Scope
from etl.draft import Draft
from etl.forget import (
    forget_alarms,
    forget_audit,
    forget_documents,
    forget_jobs,
    forget_notes,
    forget_positions,
    forget_uploads,
)
from etl.parts import describe, read_part
from etl.publish import base_of, drafting, locked, put_version
from etl.serve_file import build_serve_file, fingerprint
from etl.sweep import sweep_orphans

CLOCK = "retain"  # who removes: nobody but the clock
SUMS = ("worker_day", "cell_day", "people_count")
EVENTS = ("incident_report", "incident_step")
# Facts of single persons' movements: everything by day that is neither a sum nor an event.
MOVES = tuple(name for name in FACTS if name not in (*SUMS, *EVENTS, "reject", "load_file"))


@dataclass(frozen=True)
class Term:
    """What has expired: the first day each table keeps (None: all of them), cases, and runs and files of fixes."""

    first: dict[str, date | None]
    cases: pa.Array
    files: frozenset[tuple[str, str]]  # (run id, path) of which refused fixes go
    undecided: frozenset[tuple[str, str]]  # the same of fixes that waited for a roster, whose time is shorter
    others: frozenset[tuple[str, str]]  # and of every other feed

    def gone(self, part: Part, read: Callable[[], pa.Table]) -> pa.Array | None:
        """Say of each row of a part whether it goes; None where it is certain that all stay."""
        first = self.first.get(part.table)
        if part.table == "reject":
            rows = read().select(["feed", "run_id", "path", "reason"]).to_pylist()
            return pa.array([self._is_over(row) for row in rows], pa.bool_())
        if part.table in EVENTS:
            return pc.is_in(read()["incident_id"], value_set=self.cases) if len(self.cases) else None
        if first is None or not part.day or part.day > first.isoformat()[: len(part.day)]:
            return None
        return pc.less(read()["day"], pa.scalar(first, pa.date32()))

    def _is_over(self, row: dict[str, Any]) -> bool:
        """Say whether the time of a refused row is over."""
        of_fixes = self.undecided if row["reason"] == "no_roster" else self.files
        return (row["run_id"], row["path"]) in (of_fixes if row["feed"] == "fix" else self.others)


@dataclass
class Outcome:
    """What a retention did; `instead`: what stands in the place of each changed part, None where nothing is left."""

    rows: int = 0
    files: int = 0
    rewritten: int = 0
    positions: int = 0
    uploads: int = 0
    alarms: int = 0
    jobs: int = 0
    notes: int = 0
    documents: int = 0
    audit_files: int = 0
    kept_from: dict[str, str] = field(default_factory=dict)  # setting -> the first local day that was left
    pinned: list[str] = field(default_factory=list)
    instead: dict[str, Part | None] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return what `gridlink retain --json` prints."""
        return {name: value for name, value in vars(self).items() if name != "instead"}

    @property
    def removed(self) -> dict[str, int]:
        """Return how many of what went; empty where nothing did."""
        return {name: value for name, value in self.as_json().items() if isinstance(value, int) and value}


def retain(config: Config, now: datetime | None = None) -> Outcome:
    """Remove what has expired by `now` (naive UTC; default: this moment) from all versions and from operations."""
    moment, outcome = now or datetime.now(UTC).replace(tzinfo=None), Outcome()
    with locked(config) as folders:
        with drafting(config, folders, base_of(folders)) as draft:
            term = _term(draft, moment)
            versions = [read_manifest(folders, run_id) for run_id in folders.versions()]
            for part in {part.path: part for manifest in versions for part in manifest.parts}.values():
                _shorten(draft, part, term, outcome)
            if outcome.instead:  # a version of its own even where only older ones change: it owns what was written
                draft.files, draft.anew = [{"retained": outcome.rows}], True
        for manifest in versions:
            if outcome.instead.keys() & manifest.reaches().keys():
                _rewrite(config, folders, manifest, outcome)
        if outcome.instead:
            sleep(config.warehouse.query_s)  # whoever began on an old version has ended by then
            outcome.files = len(sweep_orphans(folders))
    _forget(config, moment, outcome)
    outcome.kept_from = {name: day.isoformat() for name, day in _firsts(config, moment).items() if day}
    if outcome.removed:
        told = {"removed": outcome.removed, "kept_from": outcome.kept_from}
        Audit.of(config).record(Scope(CLOCK, frozenset(), config.city.area_id), "retain", **told)
    return outcome


def _forget(config: Config, now: datetime, outcome: Outcome) -> None:
    """Remove what has expired outside the warehouse."""
    first = _firsts(config, now)
    outcome.alarms = forget_alarms(config, now)
    if fixes := first["fix_days"]:
        outcome.positions = forget_positions(config, fixes)
        outcome.uploads = forget_uploads(config, fixes)
    if events := first["event_days"]:
        outcome.notes = forget_notes(config, events)
    if jobs := first["job_days"]:
        outcome.jobs = forget_jobs(config, jobs)
        outcome.documents = forget_documents(config, jobs)
    if audit := first["audit_days"]:
        outcome.audit_files = forget_audit(config, audit)


def _firsts(config: Config, now: datetime) -> dict[str, date | None]:
    """Return the first local day that is kept by each setting of [privacy]; None: all of them."""
    names = ("fix_days", "aggregate_days", "event_days", "job_days", "audit_days")
    return {name: _first(config, now, getattr(config.privacy, name)) for name in names}


def _first(config: Config, now: datetime, days: int) -> date | None:
    """Return the first local day that is kept; None: all of them."""
    today = now.replace(tzinfo=UTC).astimezone(config.zone).date()
    return today - timedelta(days=days) if days else None


def _term(draft: Draft, now: datetime) -> Term:
    config = draft.config
    fixes, sums, events, *_ = _firsts(config, now).values()
    first = {**dict.fromkeys(MOVES, fixes), **dict.fromkeys(SUMS, sums)}
    undecided = _first(config, now, config.duty.undecided_days)
    latest = max((day for day in (fixes, undecided) if day), default=None)
    files = (_old_files(draft, fixes), _old_files(draft, latest), _old_files(draft, events, of_fixes=False))
    return Term(first, _old_cases(draft, events), *files)


def _old_cases(draft: Draft, first: date | None) -> pa.Array:
    """Return the incidents of which the last thing known is older than `first`."""
    tables = [rows.select(["incident_id", "day"]) for table in EVENTS if (rows := draft.read(table)) is not None]
    if first is None or not tables:
        return pa.array([], pa.string())
    last = pa.concat_tables(tables).group_by("incident_id").aggregate([("day", "max")])
    return last.filter(pc.less(last["day_max"], pa.scalar(first, pa.date32())))["incident_id"].combine_chunks()


def _old_files(draft: Draft, first: date | None, of_fixes: bool = True) -> frozenset[tuple[str, str]]:
    """Return the files of fixes (or of all else), with their runs, loaded before `first` or whose last event was."""
    ledger = draft.read("load_file")
    if first is None or ledger is None:
        return frozenset()
    cut = datetime.combine(first, datetime.min.time())
    rows = [row for row in ledger.to_pylist() if (row["feed"] == "fix") == of_fixes]
    old = (row for row in rows if min(row["loaded_at"], row["last_at"] or row["loaded_at"]) < cut)
    return frozenset((row["run_id"], row["path"]) for row in old)


def _shorten(draft: Draft, part: Part, term: Term, outcome: Outcome) -> None:
    """Write what stays of a part, and put it into the draft where that holds the part."""
    gone = term.gone(part, lambda: read_part(draft.folders.root, part))
    if gone is None or not pc.any(gone).as_py():
        return
    rest = read_part(draft.folders.root, part).filter(pc.invert(gone))
    outcome.rows += part.rows - rest.num_rows
    new = draft.write(part.table, rest, part.day, part.block) if rest.num_rows else None
    outcome.instead[part.path] = new
    if part.path in draft.index.get(part.table, {}).get(part.day, {}):
        draft.discard(part)
        if new:
            draft.adopt(new)


def _rewrite(config: Config, folders: Folders, manifest: Manifest, outcome: Outcome) -> None:
    """Replace a kept version by itself without what has expired."""
    left = (outcome.instead.get(part.path, part) for part in manifest.parts)
    parts = sorted((describe(folders.root, part) for part in left if part), key=lambda part: part.path)
    serve = folders.root / f"serve-{manifest.run_id}-{datetime.now(UTC):%Y%m%d%H%M%S%f}.duckdb"
    digest = build_serve_file(config, folders, parts, serve)
    told: dict[str, Any] = {"serve": serve.name, "serve_sha256": digest, "serve_bytes": serve.stat().st_size}
    told |= {"made_by": fingerprint(config), "schema_version": SCHEMA_VERSION, "parts": tuple(parts)}
    put_version(folders, replace(manifest, **told), current=False)
    outcome.rewritten += 1
    if (folders.pins / manifest.run_id).exists():
        outcome.pinned.append(manifest.run_id)
