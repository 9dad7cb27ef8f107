"""What became of every file of a run: rows in = loaded + rejected + duplicate, always."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.errors import Problem
from data.schema import arrow_schema
from etl.rejects import staged

REPLAYED = "replayed"  # note: rows of an entry that had been refused before


@dataclass
class FileEntry:
    """One file of a run and the fate of its rows."""

    path: str
    sha256: str
    feed: str
    source: str
    rows_in: int = 0
    rows_loaded: int = 0
    rows_rejected: int = 0
    rows_duplicate: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    problem: Problem | None = None  # why the whole file was refused
    rejects: list[pa.Table] = field(default_factory=list)
    first_at: datetime | None = None
    last_at: datetime | None = None
    lag_p50_s: float | None = None
    lag_p95_s: float | None = None
    judged_before: Counter[tuple[str, str]] = field(default_factory=Counter)  # rows by the run and reason that refused

    def refuse(self, fault: Problem) -> None:
        """Refuse the whole file: none of its rows was taken, and the sentence says why."""
        self.rows_in = self.rows_loaded = self.rows_rejected = self.rows_duplicate = 0
        self.rejects.clear()
        self.reasons.clear()
        self.reasons[fault.reason] = 1
        self.problem = fault

    def reject(self, rejects: pa.Table) -> None:
        """Take over refused rows that are kept."""
        self.rows_rejected += rejects.num_rows
        self.reasons.update(rejects["reason"].to_pylist())
        if rejects.num_rows:
            self.rejects.append(rejects)

    def count(self, counted: dict[str, int]) -> None:
        """Take over rows that may only be counted."""
        self.rows_rejected += sum(counted.values())
        self.reasons.update(counted)

    def span(self, times: pa.ChunkedArray) -> None:
        """Widen the span of event times by admitted rows."""
        if len(times) == times.null_count:
            return
        self.widen(*pc.min_max(times).as_py().values())

    def widen(self, low: datetime, high: datetime) -> None:
        """Widen the span of event times (naive UTC)."""
        self.first_at = min(self.first_at or low, low)
        self.last_at = max(self.last_at or high, high)

    def delay(self, seconds: NDArray[np.float64]) -> None:
        """Note how long events took to be received: median and 95th percentile, none where nobody says."""
        if len(seconds):
            self.lag_p50_s, self.lag_p95_s = (float(x) for x in np.percentile(seconds, (50, 95)))

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """Return what the command prints about the file, a refusal as a sentence."""
        keys = ("path", "source", "feed", "rows_in", "rows_loaded", "rows_rejected", "rows_duplicate")
        out = {key: getattr(self, key) for key in keys} | {"reasons": dict(sorted(self.reasons.items()))}
        if self.notes:
            out["notes"] = dict(self.notes)
        return out | ({"refused": self.problem.sentence(language)} if self.problem else {})


def reject_table(run_id: str, entries: list[FileEntry]) -> pa.Table:
    """Return the rows of table `reject` of a run."""
    tables = [_rejects(run_id, entry, part) for entry in entries for part in entry.rejects]
    return pa.concat_tables(tables) if tables else arrow_schema("reject").empty_table()


def ledger_table(run_id: str, loaded_at: datetime, entries: list[FileEntry]) -> pa.Table:
    """Return the rows of table `load_file` of a run."""
    schema = arrow_schema("load_file")
    own = {"run_id": run_id, "loaded_at": loaded_at}
    rows = []
    for entry in entries:
        told = {f.name: getattr(entry, f.name, None) for f in schema}
        rows.append(told | own | {name: _json(getattr(entry, name)) for name in ("reasons", "notes")})
    return pa.Table.from_pylist(rows, schema)


def taken_back(run_id: str, ledger: pa.Table | None, entries: list[FileEntry]) -> pa.Table:
    """Return rows of table `load_file` with counts below zero: they take refused rows that were judged anew in this run
    back from the load that refused them before, at its moment, so that sums over any period count a row once.
    """
    known = [] if ledger is None else ledger.select(["run_id", "path", "loaded_at"]).to_pylist()
    loaded_at = {(row["run_id"], row["path"]): row["loaded_at"] for row in known}
    own = {"run_id": run_id, "sha256": "", "rows_loaded": 0, "rows_duplicate": 0}
    rows = []
    for entry in entries:
        for before in sorted({run for run, _ in entry.judged_before if (run, entry.path) in loaded_at}):
            reasons = {reason: -n for (run, reason), n in entry.judged_before.items() if run == before}
            n = sum(reasons.values())
            about = {"path": entry.path, "feed": entry.feed, "source": entry.source}
            counts = {"rows_in": n, "rows_rejected": n, "reasons": _json(reasons), "notes": _json({REPLAYED: n})}
            rows.append(own | about | counts | {"loaded_at": loaded_at[before, entry.path]})
    return pa.Table.from_pylist(rows, arrow_schema("load_file"))


def warning_table(run_id: str, loaded_at: datetime, warnings: list[dict[str, str]]) -> pa.Table:
    """Return the rows of table warning of a run."""
    own = {"run_id": run_id, "loaded_at": loaded_at}
    return pa.Table.from_pylist([{**own, **warning} for warning in warnings], arrow_schema("warning"))


def _json(counts: dict[str, int]) -> str:
    return json.dumps(dict(sorted(counts.items())))


def _rejects(run_id: str, entry: FileEntry, part: pa.Table) -> pa.Table:
    schema = arrow_schema("reject")
    fixed = {"run_id": run_id, "path": entry.path, "feed": entry.feed, "mapping": entry.source}
    part = part if "stage" in part.column_names else staged(part, "admit")
    arrays = [
        pa.array([fixed[f.name]] * part.num_rows, f.type) if f.name in fixed else part[f.name].cast(f.type)
        for f in schema
    ]
    return pa.table(arrays, schema=schema)
