"""Takes refused rows in again: from their content in quarantine, with a repair or because what they lacked has come."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from collections.abc import Mapping as Repairs
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import shapely

from data.errors import FileRefused, Problem
from data.feeds import feeds
from etl.intake import Taken, Told, admitted, without_unjudged
from etl.ledger import REPLAYED, FileEntry
from etl.load_feeds import load_rows
from etl.load_fixes import Intake, finish_days
from etl.mapping import Mapping, apply_mapping
from etl.merge import FILE
from etl.rejects import CUT, no_rejects, staged
from etl.run import Run
from etl.transforms import PATH
from etl.values import TYPES

Mend = Callable[[dict[str, Any]], dict[str, Any]]  # a row of table reject -> the values it is to be judged by
Repair = Repairs[int, Repairs[str, Any]]  # by row number: column -> new value
SHAPE = "geometry"  # the column every source puts shapes into, as WKB
Rows = list[dict[str, Any]]


class Batch(NamedTuple):
    """Refused rows of one file that were read alike."""

    path: str
    feed: str
    mapping: str
    stage: str


def as_it_is(row: dict[str, Any]) -> dict[str, Any]:
    """Return the content of a refused row, unchanged."""
    return dict(json.loads(row["content"]))


def repaired(repair: Repair) -> Mend:
    """Return what changes each row by the repair of its number."""
    return lambda row: {**as_it_is(row), **repair.get(row["row"], {})}


def received_later(behind: timedelta) -> Mend:
    """Return what puts the moment of receipt right where the clock that stamped it was behind by `behind`."""

    def mend(row: dict[str, Any]) -> dict[str, Any]:
        values = as_it_is(row)
        if row["stage"] == "admit" and values.get("received_at"):
            values["received_at"] = (datetime.fromisoformat(values["received_at"]) + behind).isoformat()
        return values

    return mend


def take_again(run: Run, rejects: pa.Table, mappings: list[Mapping], mend: Mend = as_it_is) -> None:
    """Load refused rows (table reject) again as if they stood in their files; what is refused again stays a reject.

    Rows whose content was not kept whole cannot be taken again and stay as they are, as do those of a file of which
    nothing can be taken: its entry says why. `mend` changes values before.
    """
    batches: dict[Batch, Rows] = {}
    done: Rows = []
    for row in rejects.filter(kept_whole(rejects)).to_pylist():
        key = Batch(row["path"], row["feed"], row["mapping"] or "", row["stage"] or "admit")
        batches.setdefault(key, []).append(row)
    order = list(feeds())
    for batch in sorted(batches, key=lambda batch: (order.index(batch.feed), batch)):
        if _batch(run, batch, _mended(batches[batch], mend), mappings):
            done += batches[batch]
            run.entries[-1].judged_before.update((row["run_id"], row["reason"]) for row in batches[batch])
    _forget(run, done)


def kept_whole(rejects: pa.Table) -> pa.ChunkedArray:
    """Say of each refused row whether all it held is in quarantine."""
    cut = pc.match_substring_regex(rejects["content"], f'"{SHAPE}": "[A-Z ]+{CUT}"')
    return pc.invert(pc.fill_null(cut, True))


def _forget(run: Run, rows: Rows) -> None:
    """Take rows that were judged anew out of quarantine: what was refused again comes back with its new reason."""
    known = run.draft.read("reject")
    if known is None or not rows:
        return
    gone = {_ident(row) for row in rows}
    kept = pa.array([_ident(row) not in gone for row in known.select(IDENT).to_pylist()], pa.bool_())
    run.draft.replace("reject", known.filter(kept))


IDENT = ["path", "feed", "row", "reason", "content"]


def _ident(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in IDENT)


def _mended(rows: Rows, mend: Mend) -> Rows:
    return [{**mend(row), "_row": row["row"]} for row in rows]


def _batch(run: Run, batch: Batch, rows: Rows, mappings: list[Mapping]) -> bool:
    """Judge a batch anew; False where nothing of it could be taken, and its entry says why."""
    entry = FileEntry(batch.path, "", batch.feed, batch.mapping, notes=Counter({REPLAYED: len(rows)}))
    run.entries.append(entry)
    try:
        mapped, refused = _mapped(run, batch, rows, mappings)
        entry.rows_in = len(rows)
        if batch.feed == "fix":
            _fixes(run, entry, mapped, refused)
        else:
            entry.reject(refused)
            number = pa.array([len(run.entries) - 1] * mapped.num_rows, pa.int32())
            load_rows(run, batch.feed, [mapped.append_column(FILE, number)])
    except Problem as fault:  # they stay what they were: refused, with a reason
        entry.refuse(fault)
    return entry.problem is None


def _mapped(run: Run, batch: Batch, rows: Rows, mappings: list[Mapping]) -> tuple[pa.Table, pa.Table]:
    """Return the rows in our columns, and those refused on the way (staged 'read')."""
    if batch.stage == "admit":
        return _ours(batch, rows), staged(no_rejects(), "read")
    mapping = next((m for m in mappings if m.path.stem == batch.mapping), None)
    if mapping is None:
        raise FileRefused("no_mapping", path=batch.path)
    mapped = apply_mapping(_theirs(batch, rows, mapping), mapping, run.config)
    return mapped.rows, staged(mapped.rejects, "read")


def _theirs(batch: Batch, rows: Rows, mapping: Mapping) -> pa.Table:
    """Return the table a source would have read: every value as text, in the file's own columns."""
    needed = {name for transform in mapping.transforms for name in transform.needs} - {PATH}
    names = sorted({name for row in rows for name in row if not name.startswith("_")} | needed)
    columns: dict[str, Any] = {name: pa.array([_text(row.get(name)) for row in rows], pa.string()) for name in names}
    if SHAPE in columns:
        columns[SHAPE] = _cast(columns[SHAPE], pa.binary())
    nothing = {name: pa.nulls(len(rows), pa.string()) for name in ("_problem", "_detail", "_text")}
    numbers = pa.array([row["_row"] for row in rows], pa.int64())
    return pa.table({**columns, "_row": numbers, **nothing}).replace_schema_metadata({"path": batch.path})


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _ours(batch: Batch, rows: Rows) -> pa.Table:
    """Return rows whose content already is in our columns; `_default` and `_ancestors` begin as nothing special."""
    feed = feeds()[batch.feed]
    columns: dict[str, Any] = {}
    for column in feed.columns.values():
        text = pa.array([_text(row.get(column.name)) for row in rows], pa.string())
        columns[column.name] = _cast(text, TYPES[column.type])
    columns["_row"] = pa.array([row["_row"] for row in rows], pa.int64())
    if batch.feed == "incident":
        columns["_default"] = pa.array([False] * len(rows))
    if batch.feed == "area":
        columns["_ancestors"] = pa.nulls(len(rows), pa.string())
    meta = {"feed": feed.name, "key": feed.key[0] if feed.key else "", "path": batch.path}
    return pa.table(columns).replace_schema_metadata(meta)


def _cast(text: pa.Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_binary(kind):
        return pa.array(shapely.to_wkb(shapely.from_wkt(text.to_pylist(), on_invalid="ignore")), kind)
    return pc.cast(text, kind)


def _fixes(run: Run, entry: FileEntry, rows: pa.Table, refused: pa.Table) -> None:
    told = Told(without_unjudged(refused, run.config), entry.rows_in)
    taken: Taken = admitted(rows, told, run.reference())
    entry.reject(taken.told.rejects)
    entry.count(taken.told.counted)
    if taken.told.span:
        entry.widen(*taken.told.span)
    handle = run.engine.submit(_given, taken)
    finish_days(run, [Intake(len(run.entries) - 1, handle, taken.told)])


def _given(taken: Taken) -> Taken:
    return taken
