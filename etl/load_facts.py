"""Loads facts: fixes by local day, incidents and their steps by local month."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.days import local_days
from data.schema import arrow_schema
from etl.admit import Admitted
from etl.admit_fixes import admit_fixes
from etl.admit_incidents import admit_incidents, admit_steps
from etl.derive import Crew, derive_day
from etl.incidents import implied_steps, reports, steps
from etl.judge import flag_bits
from etl.merge import FILE, Merged, merge
from etl.reference import Reference
from etl.run import Run

FIX_KEY, FIX_ORDER = ["worker_id", "second"], ["accuracy_m", "lon", "lat", "source", "fixed_at"]
LATE = np.timedelta64(24, "h")
THREADS = 2


def load_fixes(run: Run, feed: str, rows: list[pa.Table]) -> None:
    """Admit and place fixes, then re-derive every local day they touch from all of its fixes."""
    del feed
    reference = run.reference()
    admitted = pa.concat_tables([_admitted(run, admit_fixes(part, reference), part) for part in rows])
    placed = _placed(admitted, reference)
    crew = Crew(reference.area_of, reference.above, run.config.city.area_id)
    days = [day for day in pc.unique(placed["day"]).to_pylist() if day]

    def derive(day: date) -> None:
        run.progress(day.isoformat())
        new = placed.filter(pc.equal(placed["day"], pa.scalar(day, pa.date32())))
        merged = _merged_day(run, day, new)
        for table, derived in derive_day(day, merged.rows, crew, run.config).items():
            run.draft.replace(table, derived, day.isoformat())
        run.tally(merged.loaded, merged.duplicate)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(derive, sorted(days)))
    _list_unregistered(run, placed, reference)


def load_incidents(run: Run, feed: str, rows: list[pa.Table]) -> None:
    """Admit and place incidents; store their reports, and as steps what their own times tell."""
    del feed
    reference = run.reference()
    admitted = pa.concat_tables([_admitted(run, admit_incidents(part, reference), part) for part in rows])
    _span(run, admitted, "reported_at")
    merged = _append(run, "incident_report", reports(admitted, run.config))
    run.tally(merged.loaded, merged.duplicate)
    _append(run, "incident_step", implied_steps(admitted, run.config))


def load_steps(run: Run, feed: str, rows: list[pa.Table]) -> None:
    """Admit steps of known incidents and store those that are new."""
    del feed
    reference, report = run.reference(), run.draft.read("incident_report")
    known = pa.array([], pa.string()) if report is None else pc.unique(report["incident_id"])
    admitted = [_admitted(run, admit_steps(part, reference, known), part) for part in rows]
    table = pa.concat_tables(admitted)
    _span(run, table, "stepped_at")
    merged = _append(run, "incident_step", steps(table, run.config))
    run.tally(merged.loaded, merged.duplicate)


APPEND_KEY = {"incident_report": ["incident_id"], "incident_step": ["source", "incident_id", "step_id"]}


def _append(run: Run, table: str, rows: pa.Table) -> Merged:
    """Merge rows into the months they belong to; months of incidents that nothing new was said of stay as they are."""
    key = APPEND_KEY[table]
    order = [name for name in arrow_schema(table).names if name not in key]
    rows = rows.drop_columns(["_row"])
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


def _placed(rows: pa.Table, reference: Reference) -> pa.Table:
    """Return the columns of table fix, without judgement yet, and the bookkeeping columns."""
    fixed_at = rows["fixed_at"].to_numpy().astype("datetime64[us]")
    received = rows["received_at"].to_numpy().astype("datetime64[us]")
    late = np.where(received - fixed_at > LATE, flag_bits()["late"], 0).astype(np.int32)
    area = reference.place(rows["lon"].to_numpy(), rows["lat"].to_numpy())
    own = {
        "day": pa.array(local_days(fixed_at, reference.config.zone)),
        "area_id": pa.array(area, pa.string()),
        "source": pc.fill_null(rows["source"], "file"),
        "flags": pa.array(late),
    }
    schema = arrow_schema("fix")
    arrays = [(own[f.name] if f.name in own else rows[f.name]).cast(f.type) for f in schema]
    return pa.table([*arrays, rows[FILE]], names=[*schema.names, FILE])


def _merged_day(run: Run, day: date, new: pa.Table) -> Merged:
    """Merge new fixes of a day with those known: one fix per worker and UTC second."""
    known = run.draft.read("fix", day.isoformat())
    merged = merge(None if known is None else _seconds(known), _seconds(new), FIX_KEY, FIX_ORDER)
    rows = merged.rows.drop_columns(["second"])
    for number in set(new[FILE].to_pylist()):
        run.entries[number].span(new["fixed_at"])
    return Merged(rows, merged.loaded, merged.duplicate)


def _seconds(rows: pa.Table) -> pa.Table:
    return rows.append_column("second", pc.floor_temporal(rows["fixed_at"], unit="second"))


def _span(run: Run, rows: pa.Table, column: str) -> None:
    for number in pc.unique(rows[FILE]).to_pylist():
        run.entries[number].span(rows.filter(pc.equal(rows[FILE], number))[column])


def _list_unregistered(run: Run, placed: pa.Table, reference: Reference) -> None:
    """List workers seen only in fixes as unregistered, where the home keeps them."""
    worker = run.draft.read("worker")
    known = pa.array([], pa.string()) if worker is None else worker["worker_id"].combine_chunks()
    seen = pc.unique(placed["worker_id"])
    new = seen.filter(pc.invert(pc.is_in(seen, value_set=known)))
    if len(new) == 0:
        return
    rows = [{"worker_id": name, "registered": False} for name in sorted(new.to_pylist())]
    table = pa.Table.from_pylist(rows, arrow_schema("worker"))
    run.draft.replace("worker", table if worker is None else pa.concat_tables([worker, table]))
