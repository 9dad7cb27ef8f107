"""Texts, numbers and clocks into instants: several formats tried in order, naive times placed in a zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from etl.zones import DAY, SECOND, Ints, Mask, to_utc

Floats = NDArray[np.float64]

FIRST, LAST = -365_000 * DAY, 2_932_000 * DAY  # about the years 970 and 9997: what a zone can be asked about
NUMBERS = {"epoch_s": (1.0, 0), "epoch_ms": (1e-3, 0), "excel": (86_400.0, -25_569 * DAY)}
CLOCK = r"(?P<H>\d{2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
NAMED = {
    "iso": rf"^(?P<Y>\d{{4}})-(?P<m>\d\d?)-(?P<d>\d\d?)[ T]{CLOCK} ?(?P<z>Z|[+-]\d\d(?::?\d\d)?)?$",
    "iso_date": rf"^(?P<Y>\d{{4}})-(?P<m>\d\d?)-(?P<d>\d\d?)(?:[ T]{CLOCK})?$",
}
DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})", "y": r"(?P<y>\d\d)", "m": r"(?P<m>\d\d?)", "d": r"(?P<d>\d\d?)",
    "H": r"(?P<H>\d\d?)", "I": r"(?P<I>\d\d?)", "M": r"(?P<M>\d\d?)", "S": r"(?P<S>\d\d?)",
    "f": r"(?P<f>\d{1,9})", "z": r"(?P<z>Z|[+-]\d\d(?::?\d\d)?)", "p": "(?P<p>[AaPp][Mm]|上午|下午)",
    "b": "(?P<b>[A-Za-z]{3})", "%": "%",
}  # fmt: skip
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Instants:
    """UTC microseconds since 1970 and what is wrong with each row; rows that are not `valid` hold 0."""

    utc: Ints
    valid: Mask
    bad: Mask  # text that fits none of the formats
    skipped: Mask  # a local time that summer time left out
    ambiguous: int  # local times that happened twice: the first occurrence was taken


class Clocks:
    """Local microseconds, seconds east of UTC (nan: none stated), and whether a format fitted; filled row by row."""

    def __init__(self, rows: int) -> None:
        """Begin with rows of which no time is known."""
        self.local = np.zeros(rows, np.int64)
        self.east = np.full(rows, np.nan)
        self.found = np.zeros(rows, np.bool_)


def check_format(form: str) -> None:
    """Raise ValueError when `form` is neither a named format nor made of known directives."""
    if form not in NUMBERS:
        pattern_of(form)


def pattern_of(form: str) -> str:
    """Return the regular expression of a time format; raises ValueError for an unknown directive."""
    if form in NAMED:
        return NAMED[form]
    parts = re.split(r"%(.)", form)
    asked = parts[1::2]
    if not asked or not set(asked) <= set(DIRECTIVES) or len(set(asked)) < len(asked):
        raise ValueError(form)
    text = [DIRECTIVES[x] if i % 2 else re.sub(r"([.*+?()\[\]{}|^$\\])", r"\\\1", x) for i, x in enumerate(parts)]
    return "^" + "".join(text) + "$"


def instants(column: pa.ChunkedArray, formats: tuple[str, ...], zone: ZoneInfo) -> Instants:
    """Return the instants of a column of text, numbers or timestamps; times without an offset are in `zone`."""
    clocks = read_clocks(column, formats)
    given = column.is_valid().to_numpy()
    found = clocks.found & (clocks.local > FIRST) & (clocks.local < LAST)
    naive, fixed = np.flatnonzero(found & np.isnan(clocks.east)), found & ~np.isnan(clocks.east)
    utc, skipped = np.zeros(len(found), np.int64), np.zeros(len(found), np.bool_)
    utc[fixed] = clocks.local[fixed] - (clocks.east[fixed] * SECOND).astype(np.int64)
    placed = to_utc(clocks.local[naive], zone)
    utc[naive], skipped[naive] = np.where(placed.missing, 0, placed.utc), placed.missing
    return Instants(utc, found & ~skipped, given & ~found, skipped, int(placed.twice.sum()))


def read_clocks(column: pa.ChunkedArray, formats: tuple[str, ...]) -> Clocks:
    """Read each value by the first format it fits; timestamps and dates of a typed file need no format."""
    if pa.types.is_temporal(column.type) and not pa.types.is_time(column.type):
        return _typed(column)
    quick = _quick(column) if formats[0] == "iso" and pa.types.is_string(column.type) else None
    if quick is not None:
        return _typed(quick)
    clocks = Clocks(len(column))
    for form in formats:
        left = np.flatnonzero(~clocks.found & column.is_valid().to_numpy())
        if len(left):
            _fill(clocks, left, column.take(pa.array(left)), form)
    return clocks


def _typed(column: pa.ChunkedArray) -> Clocks:
    clocks = Clocks(len(column))
    if getattr(column.type, "tz", None):
        clocks.east[:] = 0.0
    micros = pc.cast(column, pa.timestamp("us", getattr(column.type, "tz", None)), safe=False)
    clocks.local = pc.cast(micros, pa.int64()).fill_null(0).to_numpy().copy()
    # what is too far away to be counted in microseconds comes back as another time
    same = pc.equal(pc.cast(micros, column.type, safe=False), column) if _is_coarse(column.type) else column.is_valid()
    clocks.found = same.fill_null(False).to_numpy().copy()
    return clocks


def _is_coarse(kind: pa.DataType) -> bool:
    return bool(pa.types.is_date32(kind) or (pa.types.is_timestamp(kind) and kind.unit in ("s", "ms")))


def _quick(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Parse a clean ISO column at once; None when values have another shape, or only some have an offset."""
    for kind, end in ((pa.timestamp("us"), ""), (pa.timestamp("us", "UTC"), r"(Z|[+-]\d\d:?\d\d)")):
        shape = r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?" + end + "$"
        if pc.all(pc.match_substring_regex(column, shape)).as_py():
            try:
                return pc.cast(column, kind)
            except pa.ArrowInvalid:  # the thirtieth of February
                return None
    return None


def _fill(clocks: Clocks, rows: Ints, column: pa.ChunkedArray, form: str) -> None:
    if form in NUMBERS:
        local, good = _numbers(column, form)
        clocks.local[rows[good]], clocks.found[rows[good]] = local[good], True
        if form != "excel":
            clocks.east[rows[good]] = 0.0
        return
    parts = pc.extract_regex(pc.cast(column, pa.string()), pattern_of(form))
    fits = np.flatnonzero(parts.is_valid().to_numpy())
    if len(fits):
        fields = {x.name: x for x in parts.type}
        text = {name: pc.struct_field(parts.take(pa.array(fits)), name) for name in fields}
        local, good = _civil(text)
        at = rows[fits[good]]
        clocks.local[at], clocks.found[at] = local[good], True
        clocks.east[at] = _east(text["z"])[good] if "z" in text else np.nan


def _numbers(column: pa.ChunkedArray, form: str) -> tuple[Ints, Mask]:
    scale, zero = NUMBERS[form]
    text = pc.cast(column, pa.string())
    good = pc.match_substring_regex(text, r"^-?\d{1,15}(\.\d+)?$")
    number = pc.cast(pc.if_else(good, text, "0"), pa.float64()).to_numpy() * scale
    good = good.to_numpy() & (np.abs(number) < LAST / SECOND)
    return np.rint(np.where(good, number, 0) * 1000).astype(np.int64) * 1000 + zero, good


def _civil(text: dict[str, pa.ChunkedArray]) -> tuple[Ints, Mask]:
    """Return local microseconds of the parts of a date and clock, and which of them exist in the calendar."""
    rows = len(next(iter(text.values())))
    year = _whole(text, "Y", rows) if "Y" in text else _century(_whole(text, "y", rows))
    month = _month(text["b"]) if "b" in text else _whole(text, "m", rows, 1)
    hour = _hour(text, rows)
    day, minute, second = (_whole(text, x, rows, y) for x, y in (("d", 1), ("M", 0), ("S", 0)))
    good = (year > 0) & (month >= 1) & (month <= 12) & (day >= 1)
    good &= (hour >= 0) & (hour < 24) & (minute < 60) & (second < 60)
    start = (np.where(good, (year - 1970) * 12 + month - 1, 0)).astype("datetime64[M]")
    length = (start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")
    good &= day <= length.astype(np.int64)
    days = start.astype("datetime64[D]").astype(np.int64) + day - 1
    return days * DAY + ((hour * 60 + minute) * 60 + second) * SECOND + _fraction(text, rows), good


def _whole(text: dict[str, pa.ChunkedArray], name: str, rows: int, absent: int = 0) -> Ints:
    if name not in text:
        return np.full(rows, absent, np.int64)
    filled = pc.if_else(pc.equal(text[name], ""), str(absent), text[name])
    return _ints(filled)


def _ints(text: pa.ChunkedArray) -> Ints:
    return np.asarray(pc.cast(text, pa.int64()).to_numpy(), np.int64)


def _century(year: Ints) -> Ints:
    return year + np.where(year < 69, 2000, 1900)  # the POSIX rule for years of two digits


def _month(text: pa.ChunkedArray) -> Ints:
    return _ints(pc.index_in(pc.utf8_lower(text), value_set=pa.array(MONTHS)).fill_null(-1)) + 1


def _hour(text: dict[str, pa.ChunkedArray], rows: int) -> Ints:
    if "p" not in text:
        return _whole(text, "H", rows) if "H" in text else _whole(text, "I", rows)
    hour = _whole(text, "I", rows) if "I" in text else _whole(text, "H", rows)
    after = pc.is_in(pc.utf8_lower(text["p"]), value_set=pa.array(["pm", "下午"])).to_numpy()
    return np.where((hour >= 1) & (hour <= 12), hour % 12 + 12 * after, -1)


def _fraction(text: dict[str, pa.ChunkedArray], rows: int) -> Ints:
    if "f" not in text:
        return np.zeros(rows, np.int64)
    micros = pc.utf8_slice_codeunits(pc.utf8_rpad(text["f"], 6, padding="0"), 0, 6)
    return _ints(micros)


def _east(text: pa.ChunkedArray) -> Floats:
    digits = pc.replace_substring_regex(text, "[^0-9]", "")
    number = _ints(pc.utf8_rpad(digits, 4, padding="0"))
    seconds = (number // 100) * 3600.0 + (number % 100) * 60.0
    sign = np.where(pc.starts_with(text, "-").to_numpy(), -1.0, 1.0)
    return np.where(pc.equal(text, "").to_numpy(), np.nan, seconds * sign)
