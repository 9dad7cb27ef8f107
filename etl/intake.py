"""Takes in fixes: read, map, admit, place; a pure function of a file, so that any process can do it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.config import Config
from data.days import local_days
from data.errors import Problem
from data.schema import arrow_schema
from etl.admit_fixes import admit_fixes
from etl.inbox import Incoming
from etl.judge import told
from etl.mapping import apply_mapping
from etl.merge_fixes import numbered
from etl.reference import Reference
from etl.reference_files import ReferenceFiles, opened
from etl.rejects import no_rejects, staged
from etl.sources import source_for
from etl.sources.base import Piece

SAMPLE = 20_000  # rows of a piece that stand for it where a share or a delay is wanted


@dataclass(frozen=True)
class Told:
    """What a coordinator hears of fixes taken in, without their rows: rows in = rows + rejects + sum of counted.

    days: rows by local day. workers: ids seen. span: first and last event time (naive UTC). lag: seconds from event to
    receipt, sample: worker_id, lon, lat, both of rows evenly taken. refusal: why nothing of the file was taken.
    """

    rejects: pa.Table
    rows_in: int = 0
    counted: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    days: dict[date, int] = field(default_factory=dict)
    workers: frozenset[str] = frozenset()
    span: tuple[datetime, datetime] | None = None
    lag: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    sample: pa.Table | None = None
    refusal: Problem | None = None


@dataclass(frozen=True)
class Taken:
    """Fixes of a file or a piece of it in the columns of table fix, without judgement; ids are dictionaries."""

    rows: pa.Table
    told: Told


def told_of(taken: Taken) -> Told:
    """Return what a coordinator hears; the rows stay where they are."""
    return taken.told


def take_in(file: Incoming, piece: Piece | None, files: ReferenceFiles) -> Taken:
    """Read, map, admit and place the fixes of a file or of one piece of it; a file that cannot be read is refused."""
    try:
        raw = _raw(file, piece)
        mapped = apply_mapping(raw, file.mapping, files.config)
        rejects = staged(without_unjudged(mapped.rejects, files.config), "read")
        return admitted(mapped.rows, Told(rejects, raw.num_rows, notes=Counter(mapped.notes)), opened(files))
    except Problem as fault:
        return Taken(arrow_schema("fix").empty_table(), Told(staged(no_rejects(), "read"), refusal=fault))


def _raw(file: Incoming, piece: Piece | None) -> pa.Table:
    source = source_for(file.path, file.mapping)
    if piece is None or source.read_piece is None:
        return source.read(file.path, file.mapping)
    return source.read_piece(file.path, piece)


def admitted(rows: pa.Table, heard: Told, reference: Reference) -> Taken:
    """Admit and place mapped fixes, and complete what was heard of them."""
    judged = admit_fixes(rows, reference)
    fixes = placed(judged.rows, reference)
    step = max(1, judged.rows.num_rows // SAMPLE)
    some = judged.rows.take(pa.array(np.arange(0, judged.rows.num_rows, step)))
    days, counts = np.unique(fixes["day"].to_numpy(), return_counts=True)
    more = Told(
        pa.concat_tables([heard.rejects, staged(judged.rejects, "admit")]),
        heard.rows_in,
        Counter(judged.counted),
        heard.notes,
        {day.item(): int(n) for day, n in zip(days, counts, strict=True)},
        frozenset(numbered(fixes["worker_id"])[0]),
        _span(fixes["fixed_at"]),
        _lag(some),
        some.select(["worker_id", "lon", "lat"]),
    )
    return Taken(fixes, more)


def without_unjudged(rejects: pa.Table, config: Config) -> pa.Table:
    """Take the content from refused fixes of which nobody can say whether the worker was on duty."""
    if config.duty.roster != "required":
        return rejects
    nowhere = pc.equal(rejects["reason"], "bad_coordinates")
    content = pc.if_else(nowhere, rejects["content"], pa.scalar(None, pa.string()))
    return rejects.set_column(rejects.schema.get_field_index("content"), "content", content)


def placed(rows: pa.Table, reference: Reference) -> pa.Table:
    """Return admitted fixes in the columns of table fix, placed but not judged; ids are dictionaries."""
    fixed_at = rows["fixed_at"].to_numpy().astype("datetime64[us]")
    days = local_days(fixed_at, reference.config.zone)
    own = {
        "day": pa.array(days),
        "worker_id": _dictionary(rows["worker_id"]),
        "area_id": areas_of(rows, days, reference),
        "source": _dictionary(pc.fill_null(rows["source"], "file")),
        "flags": pa.array(told(rows, reference.config.fixes)),
    }
    schema = arrow_schema("fix")
    arrays = [own[f.name] if f.name in own else rows[f.name].cast(f.type) for f in schema]
    return pa.table(arrays, names=schema.names)


def areas_of(rows: pa.Table, days: NDArray[np.datetime64], reference: Reference) -> pa.DictionaryArray:
    """Return the leaf of each fix among those valid on its day, the city's unlocated child outside all."""
    codes = reference.codes(rows["lon"].to_numpy(), rows["lat"].to_numpy(), days)
    return pa.DictionaryArray.from_arrays(pa.array(codes), reference.every_id)


def _span(times: pa.ChunkedArray) -> tuple[datetime, datetime] | None:
    low, high = pc.min_max(times).as_py().values()
    return (low, high) if low is not None else None


def _lag(rows: pa.Table) -> NDArray[np.float64]:
    known = rows.filter(pc.is_valid(rows["received_at"]))
    seconds = known["received_at"].to_numpy() - known["fixed_at"].to_numpy()
    return np.asarray(seconds.astype("timedelta64[us]").astype(np.int64) / 1e6)


def _dictionary(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
