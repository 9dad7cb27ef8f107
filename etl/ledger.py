"""What became of every file of a run: rows in = loaded + rejected + duplicate, always."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.errors import Problem
from data.schema import arrow_schema


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
    notes: dict[str, int] = field(default_factory=dict)
    problem: Problem | None = None  # why the whole file was refused
    rejects: list[pa.Table] = field(default_factory=list)
    first_at: datetime | None = None
    last_at: datetime | None = None

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
        low, high = pc.min_max(times).as_py().values()
        self.first_at = min(self.first_at or low, low)
        self.last_at = max(self.last_at or high, high)

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """Return what the command prints about the file, a refusal as a sentence."""
        keys = ("path", "source", "feed", "rows_in", "rows_loaded", "rows_rejected", "rows_duplicate")
        out = {key: getattr(self, key) for key in keys} | {"reasons": dict(sorted(self.reasons.items()))}
        if self.notes:
            out["notes"] = self.notes
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
        rows.append(told | own | {"reasons": json.dumps(dict(sorted(entry.reasons.items())))})
    return pa.Table.from_pylist(rows, schema)


def _rejects(run_id: str, entry: FileEntry, part: pa.Table) -> pa.Table:
    schema = arrow_schema("reject")
    fixed = {"run_id": run_id, "path": entry.path, "feed": entry.feed}
    arrays = [
        pa.array([fixed[f.name]] * part.num_rows, f.type) if f.name in fixed else part[f.name].cast(f.type)
        for f in schema
    ]
    return pa.table(arrays, schema=schema)
