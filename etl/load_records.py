"""Loads the records of 网格+: a later load replaces a record of the same key, a repeated one counts as a duplicate."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from data.feeds import feeds
from data.schema import arrow_schema
from etl.admit import Admitted
from etl.admit_records import TIMES, admit_record
from etl.merge import FILE, counted
from etl.run import Run

RECORDS = ("element_count", "population", "visit", "service_item", "call_back", "activity", "dispute")
BETWEEN, NOTHING = "\x1f", "\x00"


def load_records(run: Run, feed: str, rows: list[pa.Table]) -> None:
    """Admit and place records, and put them in the place of those known of the same key.

    Of several new ones with one key the smallest by content wins, whatever the order of files.
    """
    reference, known = run.reference(), _known(run)
    admitted = [_admitted(run, part, admit_record(feed, part, reference, known), feed) for part in rows]
    new = pa.concat_tables([_shaped(part, feed) for part in admitted])
    before = run.draft.read(feed)
    before = arrow_schema(feed).empty_table() if before is None else before
    key = list(feeds()[feed].key)
    fresh = _first(new.filter(pc.invert(pc.is_in(_text(new, before.column_names), value_set=_all(before)))), key)
    loaded, every = counted(fresh[FILE].to_numpy()), counted(new[FILE].to_numpy())
    run.tally(loaded, {number: n - loaded.get(number, 0) for number, n in every.items()})
    if fresh.num_rows:
        kept = before.filter(pc.invert(pc.is_in(_text(before, key), value_set=_unique(fresh, key))))
        whole = pa.concat_tables([kept, fresh.drop_columns([FILE])])
        run.draft.replace(feed, whole.sort_by([(name, "ascending") for name in key]))


def _known(run: Run) -> dict[str, pa.Array]:
    """Return the ids a record may name: incidents (with their areas) and services."""
    report, item = run.draft.read("incident_report"), run.draft.read("service_item")
    nothing = pa.array([], pa.string())
    return {
        "incident": report["incident_id"].combine_chunks() if report is not None else nothing,
        "incident_area": report["area_id"].combine_chunks() if report is not None else nothing,
        "item": item["item_id"].combine_chunks() if item is not None else nothing,
    }


def _admitted(run: Run, part: pa.Table, admitted: Admitted, feed: str) -> pa.Table:
    if part.num_rows:
        entry = run.entries[part[FILE][0].as_py()]
        entry.reject(admitted.rejects)
        entry.count(admitted.counted)
        if feed in TIMES:
            entry.span(admitted.rows[TIMES[feed][0]])
    return admitted.rows


def _shaped(rows: pa.Table, feed: str) -> pa.Table:
    schema = arrow_schema(feed)
    arrays = [rows[field.name].cast(field.type) for field in schema]
    return pa.table([*arrays, rows[FILE].cast(pa.int32())], names=[*schema.names, FILE])


def _text(rows: pa.Table, columns: list[str]) -> pa.ChunkedArray:
    """Return what stands in some columns of each row as one text."""
    spelled = [pc.cast(rows[name], pa.string()) for name in columns]
    return pc.binary_join_element_wise(*spelled, BETWEEN, null_handling="replace", null_replacement=NOTHING)


def _unique(rows: pa.Table, columns: list[str]) -> pa.Array:
    return pc.unique(_text(rows, columns))


def _all(rows: pa.Table) -> pa.Array:
    return _unique(rows, rows.column_names)


def _first(rows: pa.Table, key: list[str]) -> pa.Table:
    """Return one row of each key: the smallest by content, then by file."""
    others = [name for name in rows.column_names if name not in (*key, FILE)]
    rows = rows.append_column("_key", _text(rows, key)).append_column("_rest", _text(rows, others))
    rows = rows.sort_by([(name, "ascending") for name in ("_key", "_rest", FILE)])
    number = pa.array(range(rows.num_rows), pa.int64())
    firsts = rows.select(["_key"]).append_column("_at", number).group_by("_key").aggregate([("_at", "min")])
    return rows.take(firsts["_at_min"]).drop_columns(["_key", "_rest"])
