"""Text tables: any encoding the mapping states, any line ends, gzip too; every value stays text.

A clean file is parsed at once. One whose quotes do not pair is read record by record, so that a stray quote costs
its own line and never the lines after it.
"""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from data.errors import ConfigError, FileRefused
from etl.archive import gunzip, gunzipped
from etl.bounds import Lines, check_lines, check_table
from etl.mapping_file import Mapping
from etl.sources.base import Fault, Source, distinct, raw_table

LONGEST_RECORD = 200  # lines: a quote still open after as many was never meant to open
QUOTE, NEWLINE = 34, 10

Ints = NDArray[np.int64]
Rows = tuple[pa.Table, Ints, dict[int, Fault]]  # values, line numbers, faults by position


def check(path: Path, _: Mapping) -> None:
    """Refuse a text of which one line is too long, before it is held in memory."""
    if not path.name.lower().endswith(".gz"):
        return check_lines(path)
    lines = Lines(path)
    for block in gunzipped(path):
        lines.see(block)
    return None


def read(path: Path, mapping: Mapping) -> pa.Table:
    """Read a text table whose first record, after `skip_rows` lines, names its columns."""
    data = gunzip(path) if path.name.lower().endswith(".gz") else path.read_bytes()
    text = as_utf8(data, mapping.encoding, path)
    start = _skip_lines(text, mapping.skip_rows)
    names, used = _header(text[start : start + (1 << 20)], mapping.delimiter)
    if not names:
        raise FileRefused("empty_file", path=path)
    check_table(len(names), 0, path)
    body = start + _skip_lines(text[start:], used)
    return read_body(path, text[body:], names, mapping.skip_rows + used + 1, mapping.delimiter)


def read_body(path: Path, body: bytes, names: list[str], first_line: int, delimiter: str = ",") -> pa.Table:
    """Read records without a header; `first_line` is the line number of the first of them."""
    columns = distinct(names)
    rows = _at_once(body, columns, first_line, delimiter) or _one_by_one(body, columns, first_line, delimiter)
    table, lines, faults = rows
    return raw_table(path, {x: table[x] for x in columns}, lines, faults)


def as_utf8(data: bytes, encoding: str, path: Path) -> bytes:
    """Return UTF-8 without a byte-order mark and with newlines only; raises FileRefused `bad_encoding`."""
    try:
        text = data.decode(codecs.lookup(encoding).name)
    except LookupError as fault:
        raise ConfigError("wrong_type", path=path, detail="source.encoding", known="utf-8 | gb18030 | ...") from fault
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise FileRefused("bad_encoding", path=path, detail=f"{encoding} ({line})") from fault
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").encode()


def _skip_lines(text: bytes, lines: int) -> int:
    at = 0
    for _ in range(lines):
        at = text.find(b"\n", at) + 1
        if at == 0:
            return len(text)
    return at


def _header(text: bytes, delimiter: str) -> tuple[list[str], int]:
    reader = csv.reader(io.StringIO(text.decode(errors="ignore"), newline="\n"), delimiter=delimiter)
    for fields in reader:
        if any(x.strip() for x in fields):
            return fields, reader.line_num
    return [], 0


def _at_once(body: bytes, names: list[str], first_line: int, delimiter: str) -> Rows | None:
    """Parse the whole body; None when its quotes do not pair, so that records and lines cannot be told apart."""
    lines = _record_lines(body, first_line, delimiter)
    if lines is None:
        return None
    bad: dict[int, Fault] = {}

    def note(row: arrow_csv.InvalidRow) -> str:
        bad[row.number - 1] = _miscounted(row.actual_columns, row.expected_columns, row.text)
        return "skip"

    try:
        table = _parse(body, names, delimiter, note)
    except pa.ArrowInvalid:
        return None
    if table.num_rows + len(bad) != len(lines):
        return None
    return (_spread(table, sorted(bad), len(lines)) if bad else table), lines, bad


def _parse(body: bytes, names: list[str], delimiter: str, note: object) -> pa.Table:
    if not body.strip(b"\n"):
        return pa.table({x: pa.array([], pa.string()) for x in names})
    return arrow_csv.read_csv(
        pa.BufferReader(body),
        arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=min(len(body) + 1, 1 << 26)),
        arrow_csv.ParseOptions(delimiter=delimiter, invalid_row_handler=note, newlines_in_values=True),
        arrow_csv.ConvertOptions(
            column_types={x: pa.string() for x in names}, strings_can_be_null=False, check_utf8=False
        ),
    )


def _record_lines(body: bytes, first_line: int, delimiter: str) -> Ints | None:
    """Return the line number of each record that is not empty; None when quotes do not pair."""
    text = np.frombuffer(body, np.uint8)
    ends = np.flatnonzero(text == NEWLINE)
    if len(text) and text[-1] != NEWLINE:
        ends = np.append(ends, len(text))
    line_of = np.arange(first_line, first_line + len(ends))
    quotes = np.flatnonzero(text == QUOTE)
    if len(quotes):
        if not _pair(text, quotes, ord(delimiter)):
            return None
        outside = np.searchsorted(quotes, ends) % 2 == 0
        line_of = line_of[np.append(True, outside[:-1])]
        ends = ends[outside]
    starts = np.append(0, ends[:-1] + 1)[: len(ends)]
    return np.asarray(line_of[starts < ends], np.int64)


def _pair(text: NDArray[np.uint8], quotes: Ints, delimiter: int) -> bool:
    """Say whether each quote opens after a separator and closes before one (or stands doubled)."""
    if len(quotes) % 2:
        return False
    edge = np.isin(np.arange(256), (QUOTE, NEWLINE, delimiter))
    before, after = quotes[::2] - 1, quotes[1::2] + 1
    opens, closes = edge[text[before[before >= 0]]], edge[text[after[after < len(text)]]]
    return bool(opens.all() and closes.all())


def _spread(table: pa.Table, gaps: list[int], rows: int) -> pa.Table:
    """Put empty rows at the positions of unreadable ones."""
    good = np.ones(rows, np.bool_)
    good[gaps] = False
    at = np.zeros(rows, np.int64)
    at[good] = np.arange(table.num_rows)
    return table.take(pa.array(at, mask=~good))


def _one_by_one(body: bytes, names: list[str], first_line: int, delimiter: str) -> Rows:
    lines = body.decode().split("\n")
    values: list[list[str | None]] = []
    numbers: list[int] = []
    faults: dict[int, Fault] = {}
    at = 0
    while at < len(lines):
        if lines[at]:
            fields, used = _record(lines, at, delimiter)
            if len(fields) != len(names):
                faults[len(values)] = _miscounted(len(fields), len(names), "\n".join(lines[at : at + used]))
            values.append([*fields] if len(fields) == len(names) else [None] * len(names))
            numbers.append(first_line + at)
            at += used
        else:
            at += 1
    columns = zip(*values, strict=True) if values else [[] for _ in names]
    table = pa.table([pa.array(x, pa.string()) for x in columns], names=names)
    return table, np.array(numbers, np.int64), faults


def _record(lines: list[str], at: int, delimiter: str) -> tuple[list[str], int]:
    """Return the fields of the record that starts here and its number of lines; a quote never closed opens nothing."""
    if '"' not in lines[at]:
        return lines[at].split(delimiter), 1
    ahead = [f"{x}\n" for x in lines[at : at + LONGEST_RECORD]]
    try:
        reader = csv.reader(ahead, delimiter=delimiter)
        fields, used = next(reader), reader.line_num
        if used > 1:
            next(csv.reader(ahead[:used], delimiter=delimiter, strict=True))
        return fields, used
    except csv.Error:
        return next(csv.reader(ahead[:1], delimiter=delimiter, quoting=csv.QUOTE_NONE)), 1


def _miscounted(actual: int, expected: int, text: str) -> Fault:
    return Fault("bad_row", f"{actual} / {expected}", text)


SOURCE = Source(suffixes=(".csv", ".csv.gz", ".txt", ".tsv"), read=read, check=check)
