"""Loads incidents and their steps by local month."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from data.schema import arrow_schema
from etl.admit import Admitted
from etl.admit_incidents import admit_incidents, admit_steps
from etl.decided import decided, refuse_incidents, refuse_steps
from etl.incidents import implied_steps, reports, steps
from etl.merge import FILE, Merged, merge
from etl.run import Run


def load_incidents(run: Run, feed: str, rows: list[pa.Table]) -> None:
    """Admit and place incidents; store their reports, and as steps what their own times tell."""
    del feed
    reference = run.reference()
    known = decided(run)
    judged = [(part, refuse_incidents(run, admit_incidents(part, reference), known)) for part in rows]
    admitted = pa.concat_tables([_admitted(run, one, part) for part, one in judged])
    _span(run, admitted, "reported_at")
    merged = append_rows(run, "incident_report", reports(admitted, run.config))
    run.tally(merged.loaded, merged.duplicate)
    append_rows(run, "incident_step", implied_steps(admitted, run.config))


def load_steps(run: Run, feed: str, rows: list[pa.Table]) -> None:
    """Admit steps of known incidents and store those that are new."""
    del feed
    reference, report = run.reference(), run.draft.read("incident_report")
    known = pa.array([], pa.string()) if report is None else pc.unique(report["incident_id"])
    here = decided(run)
    judged = [(part, refuse_steps(run, admit_steps(part, reference, known), here)) for part in rows]
    table = pa.concat_tables([_admitted(run, one, part) for part, one in judged])
    _span(run, table, "stepped_at")
    merged = append_rows(run, "incident_step", steps(table, run.config))
    run.tally(merged.loaded, merged.duplicate)


APPEND_KEY = {"incident_report": ["incident_id"], "incident_step": ["source", "incident_id", "step_id"]}


def append_rows(run: Run, table: str, rows: pa.Table) -> Merged:
    """Merge rows into the months they belong to; months of incidents that nothing new was said of stay as they are."""
    key = APPEND_KEY[table]
    order = [name for name in arrow_schema(table).names if name not in key]
    rows = rows.select([name for name in rows.column_names if name != "_row"])
    known = run.draft.read(table)
    if known is None:
        known = arrow_schema(table).empty_table()
    again = pc.is_in(known["incident_id"], value_set=pc.unique(rows["incident_id"]))
    same, rest = known.filter(again), known.filter(pc.invert(again))
    merged = merge(same, rows, key, order)
    whole = pa.concat_tables([rest, merged.rows.select(rest.column_names)])
    touched = pa.concat_tables([same.select(["day"]), rows.select(["day"])])["day"]
    for month in pc.unique(pc.strftime(touched, format="%Y-%m")).to_pylist():
        mine = whole.filter(pc.equal(pc.strftime(whole["day"], format="%Y-%m"), month))
        run.draft.replace(table, mine.sort_by([("day", "ascending"), ("incident_id", "ascending")]), month)
    return merged


def _admitted(run: Run, admitted: Admitted, part: pa.Table) -> pa.Table:
    if part.num_rows:
        entry = run.entries[part[FILE][0].as_py()]
        entry.reject(admitted.rejects)
        entry.count(admitted.counted)
    return admitted.rows


def _span(run: Run, rows: pa.Table, column: str) -> None:
    for number in pc.unique(rows[FILE]).to_pylist():
        run.entries[number].span(rows.filter(pc.equal(rows[FILE], number))[column])
