"""Rows by the name of their query: what a page, the command and a job ask for alike, streamed where they may be.

Rows that have to be masked, or that are about persons, go through the Door whole; all others leave the warehouse batch
by batch, so that half a million of them cost no more memory than a few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.errors import Problem
from data.exports.extract import BATCH
from data.query import Door
from data.scope import Scope
from data.sqlfile import SqlFile, sql_files

PATIENCE_S = 1800.0  # a long export reads as it writes
INSTANTS = frozenset({"start", "end", "now", "since", "at"})
DAYS = frozenset({"day", "first_day", "last_day"})
NUMBERS = frozenset({"severity", "seconds", "slot", "most", "metres"})
HANDLED_APART = ("personal", "names", "exact", "on_duty", "within")
# Codes of a column and what they are called in the reader's language.
Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Asked:
    """A query of data/sql/queries, its parameters (naive UTC), the columns wanted (none: all), and words for codes."""

    query: str
    params: Mapping[str, Any]
    columns: tuple[str, ...] = ()
    words: Words = field(default_factory=dict)


def parse(params: Mapping[str, str | None]) -> dict[str, Any]:
    """Return parameters written as text as what the query takes: instants and days by their names; lists by commas.

    Raises Problem `bad_parameter`.
    """
    return {name: _parsed(name, text) for name, text in params.items()}


def spelled(params: Mapping[str, Any]) -> dict[str, str | None]:
    """Return parameters as the texts `parse` reads."""
    return {name: _spelled(value) for name, value in params.items()}


def _spelled(value: Any) -> str | None:
    if isinstance(value, (list, tuple)):
        return ",".join(map(str, value))
    return value.isoformat() if isinstance(value, (date, datetime)) else None if value is None else str(value)


def _parsed(name: str, text: str | None) -> Any:
    if text is None:
        return None
    try:
        if name in INSTANTS:
            return datetime.fromisoformat(text)
        if name in DAYS:
            return date.fromisoformat(text)
        return int(text) if name in NUMBERS else text.split(",") if name == "workers" else text
    except ValueError as fault:
        raise Problem("bad_parameter", detail=f"{name}={text}") from fault


def count(door: Door, scope: Scope, asked: Asked) -> int:
    """Return how many rows there are."""
    file = _file(asked.query)
    values = _values(door, scope, asked, file)
    if not (_streams(file) and scope.reads_cases):
        return int(door.query(asked.query, scope, **asked.params).num_rows)
    with door.warehouse.cursor() as cursor:
        return int(cursor.sql(file.sql, params=values).aggregate("count(*) AS n").fetchall()[0][0])


@contextmanager
def opened(
    door: Door, scope: Scope, asked: Asked, total: int | None = None
) -> Iterator[tuple[pa.RecordBatchReader, int]]:
    """Lend the rows as they come, in the columns wanted and with words for codes, and how many there are.

    A `total` known already is not counted again. Raises what Door.query raises.
    """
    file = _file(asked.query)
    values = _values(door, scope, asked, file)
    if not (_streams(file) and scope.reads_cases):
        table = door.query(asked.query, scope, **asked.params)
        yield worded(table.to_reader(BATCH), asked), table.num_rows
        return
    n = count(door, scope, asked) if total is None else total
    with door.warehouse.cursor(PATIENCE_S) as cursor:
        yield worded(cursor.sql(file.sql, params=values).to_arrow_reader(BATCH), asked), n


def worded(reader: pa.RecordBatchReader, asked: Asked) -> pa.RecordBatchReader:
    """Return a reader with the columns wanted, codes replaced by their words."""
    names = list(asked.columns) or reader.schema.names
    fields = [pa.field(n, pa.string()) if n in asked.words else reader.schema.field(n) for n in names]
    schema = pa.schema(fields)
    made = (pa.record_batch([_column(b, n, asked.words) for n in names], schema=schema) for b in reader)
    return pa.RecordBatchReader.from_batches(schema, made)


def _column(batch: pa.RecordBatch, name: str, words: Words) -> pa.Array:
    column = batch.column(name)
    if name not in words:
        return column
    known, text = words[name], column.cast(pa.string())
    found = pc.index_in(text, value_set=pa.array(list(known), pa.string()))
    return pc.coalesce(pa.array(list(known.values()), pa.string()).take(found), text)


def _file(name: str) -> SqlFile:
    known = sql_files("queries")
    if name not in known:
        raise Problem(
            "unknown_query", detail=name, known=(get_close_matches(name, list(known), n=1, cutoff=0.0) or ["?"])[0]
        )
    return known[name]


def _streams(file: SqlFile) -> bool:
    return file.header.get("store") == "warehouse" and not any(file.header.get(key) for key in HANDLED_APART)


def _values(door: Door, scope: Scope, asked: Asked, file: SqlFile) -> dict[str, Any]:
    door.check_area(scope, asked.params.get("area"))
    values = file.bind({**door.automatic(scope), **asked.params})
    missing = sorted(file.parameters - values.keys())
    if missing:
        raise Problem("missing_parameter", detail=", ".join(missing), known=asked.query)
    return values
