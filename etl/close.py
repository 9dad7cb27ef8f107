"""What every run that judged rows ends with: cures, people's steps, what follows from the tables, and its account."""

from __future__ import annotations

import pyarrow as pa

from etl.cure import cure
from etl.export import export
from etl.grid_beats import build_grid_beats
from etl.ledger import ledger_table, reject_table, taken_back, warning_table
from etl.load_key_visits import build_key_visits
from etl.load_mask import build_mask
from etl.load_shown import build_shown
from etl.mapping import Mapping
from etl.merge import FILE, merge
from etl.run import Run

REJECT_KEY = ["path", "feed", "row", "reason", "content"]


def close(run: Run, mappings: list[Mapping]) -> None:
    """Cure what the new rows allow, take along people's steps, derive what follows from them, and keep the account."""
    cure(run, mappings)
    export(run)
    build_mask(run)
    build_key_visits(run)
    build_shown(run)
    build_grid_beats(run)
    _keep_account(run)


def _keep_account(run: Run) -> None:
    """Keep refused rows (those of a file loaded twice only once), warnings and the ledger of this run."""
    draft = run.draft
    rejects = reject_table(draft.run_id, run.entries)
    if rejects.num_rows:
        new = rejects.append_column(FILE, pa.array([0] * rejects.num_rows, pa.int32()))
        draft.replace("reject", merge(draft.read("reject"), new, REJECT_KEY, ["run_id"]).rows)
    if run.warnings:
        known, warned = draft.read("warning"), warning_table(draft.run_id, run.now, run.warnings)
        draft.replace("warning", warned if known is None else pa.concat_tables([known, warned]))
    if run.entries:
        known, ledger = draft.read("load_file"), ledger_table(draft.run_id, run.now, run.entries)
        before = [] if known is None else [known, taken_back(draft.run_id, known, run.entries)]
        draft.replace("load_file", pa.concat_tables([*before, ledger]))
    draft.files = [entry.as_json() | {"sha256": entry.sha256} for entry in run.entries]
