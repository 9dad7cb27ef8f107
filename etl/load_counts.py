"""Loads counts of people in key areas by local day."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.days import distinct_days, local_days
from data.feeds import feeds
from data.schema import arrow_schema
from etl.admit import Admitted
from etl.admit_places import admit_counts
from etl.merge import FILE, merge
from etl.run import Run

TABLE = "people_count"


def load_counts(run: Run, feed: str, rows: list[pa.Table]) -> None:
    """Admit counts of known key areas and merge them, by area, moment and source, into the days they belong to."""
    reference, known = run.reference(), run.draft.read("key_area")
    ids = known["key_area_id"] if known is not None else pa.chunked_array([], pa.string())
    taken = [_admitted(run, part, admit_counts(part, reference, pc.unique(ids))) for part in rows]
    new = _shaped(pa.concat_tables(taken), run)
    key = list(feeds()[feed].key)
    loaded, duplicate = Counter[int](), Counter[int]()
    for day in distinct_days(new["day"].to_numpy()):
        mine = new.filter(pc.equal(new["day"], pa.scalar(day, pa.date32())))
        merged = merge(run.draft.read(TABLE, day.isoformat()), mine, key, ["count"])
        run.draft.replace(TABLE, merged.rows.select(arrow_schema(TABLE).names), day.isoformat())
        loaded.update(merged.loaded)
        duplicate.update(merged.duplicate)
    run.tally(loaded, duplicate)


def _admitted(run: Run, part: pa.Table, admitted: Admitted) -> pa.Table:
    if part.num_rows:
        entry = run.entries[part[FILE][0].as_py()]
        entry.reject(admitted.rejects)
        entry.count(admitted.counted)
        entry.span(admitted.rows["counted_at"])
    return admitted.rows


def _shaped(rows: pa.Table, run: Run) -> pa.Table:
    moments = rows["counted_at"].to_numpy().astype("datetime64[us]")
    days = pa.array(local_days(moments, run.config.zone) if len(moments) else np.empty(0, "datetime64[D]"))
    schema = arrow_schema(TABLE)
    columns = {"day": days.cast(pa.date32()), **{name: rows[name] for name in schema.names[1:]}}
    arrays = [columns[field.name].cast(field.type) for field in schema]
    return pa.table([*arrays, rows[FILE].cast(pa.int32())], names=[*schema.names, FILE])
