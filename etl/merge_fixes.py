"""Merges the fixes of a day: one per worker and UTC second, the same winner whatever the order of arrival."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from etl.merge import FILE, Merged, counted

SECOND = 1_000_000
SPAN = 1 << 40  # seconds; more than any time has
KNOWN = -1
# The better of two fixes of one second: the more accurate, then the smaller of whatever differs.
ORDER = ("accuracy_m", "lon", "lat", "source", "fixed_at", "speed_mps", "battery", "flags")

Ints = NDArray[np.int64]


def merge_fixes(known: pa.Table | None, new: pa.Table) -> Merged:
    """Return the winners sorted by worker and time, and per file number how many rows won or were duplicates.

    `new` has a column `_file`. A new row whose second is known counts as a duplicate even where its content wins.
    """
    rows = new if known is None else pa.concat_tables([_old(known, new.schema), new])
    rows = rows.unify_dictionaries().combine_chunks()
    key = _key(rows)
    order = np.argsort(key)
    first = np.diff(key[order], prepend=-1) != 0
    if not first.all():
        order = _settled(rows, order, key[order], first)
    file = np.asarray(rows[FILE].to_numpy())[order]
    group = np.cumsum(first) - 1
    has_old = np.zeros(int(first.sum()), bool)
    has_old[group[file == KNOWN]] = True
    winner = first & ~has_old[group]
    lost = (file != KNOWN) & ~winner
    taken = rows.drop_columns([FILE]).take(pa.array(order[first]))
    return Merged(taken, counted(file[winner]), counted(file[lost]))


def worker_numbers(rows: pa.Table) -> tuple[list[str], NDArray[np.int32]]:
    """Return the worker ids, sorted, and for each row the position of its worker among them."""
    return numbered(rows["worker_id"])


def numbered(column: pa.ChunkedArray) -> tuple[list[str], NDArray[np.int32]]:
    """Return the distinct texts of a column, plain or dictionary, sorted, and each row's position among them."""
    whole = column.unify_dictionaries().combine_chunks()
    encoded = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
    index = encoded.indices.to_numpy()
    there = np.flatnonzero(np.bincount(index, minlength=len(encoded.dictionary)))
    names = encoded.dictionary.take(pa.array(there))
    order = pc.sort_indices(names).to_numpy()
    rank = np.zeros(len(encoded.dictionary), np.int32)
    rank[there[order]] = np.arange(len(order))
    return names.take(pa.array(order)).to_pylist(), rank[index]


def _old(known: pa.Table, schema: pa.Schema) -> pa.Table:
    rows = known.append_column(FILE, pa.array(np.full(known.num_rows, KNOWN, np.int32)))
    return rows.select(schema.names).cast(schema)


def _key(rows: pa.Table) -> Ints:
    _, worker = worker_numbers(rows)
    moment = rows["fixed_at"].to_numpy().astype("datetime64[us]").astype(np.int64)
    return np.asarray(worker.astype(np.int64) * SPAN + moment // SECOND)


def _settled(rows: pa.Table, order: Ints, key: Ints, first: NDArray[np.bool_]) -> Ints:
    """Put the winner of each repeated second in front of the others."""
    repeated = ~first
    repeated[:-1] |= ~first[1:]
    at = np.flatnonzero(repeated)
    some = rows.take(pa.array(order[at])).select(ORDER)
    table = some.append_column("_key", pa.array(key[at]))
    plain = pa.table({name: _plain(table[name]) for name in table.column_names})
    by = [("_key", "ascending"), *((name, "ascending") for name in ORDER)]
    order = order.copy()
    order[at] = order[at][pc.sort_indices(plain, sort_keys=by).to_numpy()]
    return order


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(column, column.type.value_type) if pa.types.is_dictionary(column.type) else column
