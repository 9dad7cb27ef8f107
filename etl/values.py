"""Text or typed columns into the type a feed's column has, with what would not fit."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.feeds import Column
from etl import degrees
from etl.rejects import Refusals
from etl.times import instants
from etl.transforms import as_text
from etl.zones import DAY

TYPES = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "share": pa.float64(),
    "time": pa.timestamp("us"),
    "date": pa.date32(),
    "geometry": pa.binary(),
}
NUMBER = r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?$"


@dataclass(frozen=True)
class Reading:
    """How one column is read: what it is, its factor, its formats and zone, and what the file calls it."""

    column: Column
    theirs: str
    scale: float = 1.0
    formats: tuple[str, ...] = ("iso",)
    zone: ZoneInfo | None = None


def typed(values: pa.ChunkedArray, reading: Reading, refusals: Refusals) -> tuple[pa.ChunkedArray, int]:
    """Return `values` in the type of the column, null where refused, and how many local times were ambiguous."""
    kind = reading.column.type
    if kind in {"time", "date"}:
        return _time(values, reading, refusals)
    if kind == "text":
        return _text(values, reading, refusals), 0
    return _number(values, reading, refusals), 0


def _text(values: pa.ChunkedArray, reading: Reading, refusals: Refusals) -> pa.ChunkedArray:
    text = as_text(values)
    if reading.column.values:
        allowed = pc.is_in(text, value_set=pa.array(reading.column.values))
        wrong = pc.and_(pc.is_valid(text), pc.invert(allowed))
        refusals.add(wrong.to_numpy(), "bad_value", text, reading.theirs)
    return text


def _number(values: pa.ChunkedArray, reading: Reading, refusals: Refusals) -> pa.ChunkedArray:
    form = next((x for x in reading.formats if x in degrees.FORMATS), None)
    number, wrong = degrees.decimal(as_text(values), form) if form else _floats(values)
    found = number.to_numpy()
    if reading.scale != 1.0:
        found = found * reading.scale
        number = pc.multiply(number, reading.scale)
    with np.errstate(invalid="ignore"):
        wrong |= np.isinf(found)
        if reading.column.type == "integer":
            wrong |= (found != np.rint(found)) & ~np.isnan(found) | (np.abs(found) > 2**53)
        refusals.add(wrong, "bad_number", values, reading.theirs)
        if reading.column.type == "share":
            refusals.add((found < 0) | (found > 1), "bad_value", values, reading.theirs)
    number = pc.if_else(pa.array(wrong | np.isnan(found)), None, number)
    return pc.cast(number, TYPES[reading.column.type])


def _floats(values: pa.ChunkedArray) -> tuple[pa.ChunkedArray, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Return numbers, null where the text is none; one cast for a clean column, a pattern for the others."""
    clean = np.zeros(len(values), np.bool_)
    try:
        if not pa.types.is_temporal(values.type) and not pa.types.is_boolean(values.type):
            return pc.cast(values, pa.float64()), clean
    except pa.ArrowInvalid:
        pass
    text = as_text(values)
    fits = pc.match_substring_regex(text, NUMBER)
    wrong = pc.and_(pc.invert(fits), pc.not_equal(pc.utf8_lower(text), "nan")).fill_null(False)
    return pc.cast(pc.if_else(fits, text, None), pa.float64()), wrong.to_numpy().copy()


def _time(values: pa.ChunkedArray, reading: Reading, refusals: Refusals) -> tuple[pa.ChunkedArray, int]:
    is_date = reading.column.type == "date"
    formats = ("iso_date", *reading.formats) if is_date else reading.formats
    found = instants(values, formats, ZoneInfo("UTC") if is_date else reading.zone or ZoneInfo("UTC"))
    refusals.add(found.bad, "bad_time", values, reading.theirs)
    refusals.add(found.skipped, "no_such_time", values, reading.theirs)
    if is_date:
        days = pa.array(found.utc // DAY, pa.int64(), mask=~found.valid)
        return pa.chunked_array([pc.cast(pc.cast(days, pa.int32()), pa.date32())]), 0
    return pa.chunked_array([pa.array(found.utc, pa.timestamp("us"), mask=~found.valid)]), found.ambiguous
