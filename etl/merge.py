"""Merges new facts into what is there: one row per key, the same winner whatever the order of arrival."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

FILE = "_file"  # number of the file a new row came from; -1 = already in the warehouse


@dataclass(frozen=True)
class Merged:
    """The winning rows, and per file number how many rows were loaded and how many were duplicates."""

    rows: pa.Table
    loaded: dict[int, int]
    duplicate: dict[int, int]


def merge(known: pa.Table | None, new: pa.Table, key: list[str], order: list[str]) -> Merged:
    """Keep one row per `key`: the smallest by `order` (nulls last), so that order and splitting never matter.

    A new row whose key is known counts as a duplicate even where its content wins. `new` has a column `_file`.
    """
    old = None if known is None else known.append_column(FILE, pa.array(np.full(known.num_rows, -1), pa.int32()))
    new = new.set_column(new.schema.get_field_index(FILE), FILE, new[FILE].cast(pa.int32()))
    rows = new if old is None else pa.concat_tables([old.select(new.column_names), new])
    rows = rows.combine_chunks()
    sort = [(name, "ascending") for name in [*key, *order]]
    index = pc.sort_indices(rows, sort_keys=sort)
    rows = rows.take(index)
    first = _starts(rows, key)
    group = np.cumsum(first) - 1
    file = rows[FILE].to_numpy()
    has_old = np.zeros(int(first.sum()), bool)
    has_old[group[file < 0]] = True
    winner = first & ~has_old[group]
    lost = (file >= 0) & ~winner
    return Merged(rows.filter(pa.array(first)).drop_columns([FILE]), counted(file[winner]), counted(file[lost]))


def _starts(rows: pa.Table, key: list[str]) -> NDArray[np.bool_]:
    """Say where a new key begins in rows sorted by key."""
    first = np.zeros(rows.num_rows, bool)
    if rows.num_rows:
        first[0] = True
    for name in key:
        column = rows[name].combine_chunks()
        here, before = column.slice(1), column.slice(0, max(len(column) - 1, 0))
        changed = pc.fill_null(pc.not_equal(here, before), False)
        first[1:] |= pc.or_(changed, pc.xor(pc.is_null(here), pc.is_null(before))).to_numpy(zero_copy_only=False)
    return first


def counted(file: NDArray[np.generic]) -> dict[int, int]:
    """Return how often each file number occurs."""
    numbers, counts = np.unique(file, return_counts=True)
    return {int(n): int(c) for n, c in zip(numbers, counts, strict=True)}
