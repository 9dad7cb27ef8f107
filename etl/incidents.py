"""Turns admitted incidents into a report and steps, so that every incident row has one origin: its steps."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.config import Config
from data.days import local_days
from data.masking import mask_text
from data.schema import arrow_schema
from data.states import FINAL, PLAIN

# Column of the incident feed -> the state it implies.
IMPLIED = (("reported_at", "S10"), ("filed_at", "S30"), ("handled_at", "S60"), ("closed_at", "S90"))
# A source without filing still states a deadline: it is in force from the report on.
SETS_DEADLINE = ("S10", "S30")


def reports(rows: pa.Table, config: Config) -> pa.Table:
    """Return the rows of incident_report; texts are masked, days are local days of the report."""
    discovered = pc.if_else(
        pc.and_(pc.is_null(rows["discovered_level"]), pc.equal(rows["source"], "worker")),
        pa.scalar(config.leaf),
        rows["discovered_level"],
    )
    changed = {"day": _days(rows["reported_at"], config)}
    changed |= {name: _masked(rows[name]) for name in ("title", "subkind")}
    return _shaped(rows, "incident_report", {**changed, "discovered_level": discovered})


def steps(rows: pa.Table, config: Config) -> pa.Table:
    """Return the rows of incident_step of a step feed; a step without a native id is named by state and time."""
    named = pc.binary_join_element_wise(rows["to_state"], _stamp(rows["stepped_at"]), "@")
    changed = {"step_id": pc.coalesce(rows["step_id"], named), "day": _days(rows["stepped_at"], config)}
    changed["reason"] = _masked(rows["reason"])
    return _shaped(rows, "incident_step", changed)


def implied_steps(rows: pa.Table, config: Config) -> pa.Table:
    """Return the steps that an incident's own times and state tell, for sources that send no history."""
    states = rows["state"].to_pylist()
    state = pa.array([PLAIN.get(s, s) for s in states], pa.string())
    parts = [_implied(rows, column, to_state, config) for column, to_state in IMPLIED]
    ends = pc.and_(pc.is_in(state, pa.array(sorted(FINAL))), pc.is_valid(rows["closed_at"]))
    final = pc.fill_null(pc.and_(ends, pc.not_equal(state, "S90")), False)
    parts[-1] = _implied(rows.filter(pc.invert(final)), "closed_at", "S90", config)
    for code in sorted(FINAL - {"S90"}):
        parts.append(_implied(rows.filter(pc.fill_null(pc.equal(state, code), False)), "closed_at", code, config))
    return pa.concat_tables(parts)


def _implied(rows: pa.Table, column: str, to_state: str, config: Config) -> pa.Table:
    rows = rows.filter(pc.is_valid(rows[column]))
    level = rows["solved_level"] if to_state[1] in "69" else rows["discovered_level"]
    empty, no_time = pa.nulls(rows.num_rows, pa.string()), pa.nulls(rows.num_rows, pa.timestamp("us"))
    columns = {
        "incident_id": rows["incident_id"],
        "source": rows["source"],
        "step_id": empty,
        "stepped_at": rows[column],
        "from_state": empty,
        "to_state": pa.array([to_state] * rows.num_rows, pa.string()),
        "unit_id": empty if to_state == "S10" else rows["unit_id"],
        "level": level,
        "actor_role": empty,
        "worker_id": rows["worker_id"] if to_state == "S10" else empty,
        "deadline_at": rows["deadline_at"] if to_state in SETS_DEADLINE else no_time,
        "reason": empty,
        "_row": rows["_row"],
        "_file": rows["_file"],
    }
    return steps(pa.table(columns), config)


def _masked(texts: pa.ChunkedArray) -> pa.Array:
    """Return texts with what names a person hidden; each different one is looked at once."""
    words = pc.dictionary_encode(texts.cast(pa.string()).combine_chunks())
    shown = pa.array([mask_text(word) for word in words.dictionary.to_pylist()], pa.string())
    return shown.take(words.indices)


def _stamp(times: pa.ChunkedArray) -> pa.Array:
    return pa.array(np.datetime_as_string(times.to_numpy(), unit="s"), pa.string())


def _days(times: pa.ChunkedArray, config: Config) -> pa.Array:
    return pa.array(local_days(times.to_numpy().astype("datetime64[us]"), config.zone))


def _shaped(rows: pa.Table, table: str, changed: dict[str, pa.Array]) -> pa.Table:
    """Return exactly the columns of a schema table, and the bookkeeping columns behind them."""
    schema = arrow_schema(table)
    arrays = [changed[f.name] if f.name in changed else rows[f.name] for f in schema]
    cast = [array.cast(field.type) for array, field in zip(arrays, schema, strict=True)]
    kept = [name for name in ("_row", "_file") if name in rows.column_names]
    names = [field.name for field in schema]
    return pa.table([*cast, *(rows[name] for name in kept)], names=[*names, *kept])
