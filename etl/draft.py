"""A version in the making: the parts of its base, plus what this run adds and takes away."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.config import Config
from data.lake import Folders, Manifest, Part
from etl.parts import describe, read_part, read_parts, write_part

DAY, MONTH = len("2026-01-05"), len("2026-01")
Index = dict[str, dict[str, dict[str, Part]]]  # table -> day or month -> path -> part


@dataclass
class Draft:
    """What the tables hold as this run leaves them; safe for several threads.

    Every file of a run carries its id in its name: that is how the next run finds what a killed one left.
    """

    config: Config
    folders: Folders
    base: Manifest | None
    run_id: str
    added: list[str] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    exported_seq: int = 0  # clock of the last step of operations it holds (etl/export.py)
    exported_from: str = ""  # and of which store of operations
    anew: bool = False  # the serve file is to be made anew, not from its base's
    index: Index = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.exported_seq = self.base.exported_seq if self.base else 0
        self.exported_from = self.base.exported_from if self.base else ""
        for part in self.base.parts if self.base else ():
            self._list(part)

    @property
    def parts(self) -> list[Part]:
        """Every part as the tables stand now, in the order of paths."""
        with self.lock:
            listed = [part for days in self.index.values() for held in days.values() for part in held.values()]
        return sorted(listed, key=lambda part: part.path)

    def of(self, table: str, day: str | None = None) -> list[Part]:
        """Return the parts of a table as they stand now, of exactly one day or month if given.

        A day that was compacted into its month's part is taken out of it first: what changes is a part of its own.
        """
        with self.lock:
            days = self.index.setdefault(table, {})
            if day and len(day) == DAY:
                self._take_out(table, day)
            found = list(days.values()) if day is None else [days.get(day, {})]
            return [part for held in found for part in held.values()]

    def read(self, table: str, day: str | None = None) -> pa.Table | None:
        """Read the rows of a table as they stand now, or None where there are none; raises `damaged`.

        Rows of older releases get the defaults of columns added since.
        """
        return read_parts(self.folders.root, self.of(table, day))

    def replace(self, table: str, rows: pa.Table, day: str = "") -> None:
        """Put `rows` in place of everything the table holds for `day`."""
        self.drop(table, day)
        if rows.num_rows:
            self.append(table, rows, day)

    def append(self, table: str, rows: pa.Table, day: str = "", block: str = "") -> None:
        """Add `rows` as one more part of the table and day, or of a block of the day's workers."""
        self.adopt(self.write(table, rows, day, block))

    def write(self, table: str, rows: pa.Table, day: str = "", block: str = "") -> Part:
        """Write `rows` as a part of this run without taking it in."""
        return replace(write_part(self.folders.root, self.reserve(table, day), table, rows, day), block=block)

    def drop(self, table: str, day: str = "") -> None:
        """Take away everything the table holds for `day`; the other days of a month's part stay."""
        with self.lock:
            for part in self.of(table, day):
                self.discard(part)

    def reserve(self, table: str, day: str = "") -> str:
        """Return the path, relative to the warehouse, of one more part of this run; `adopt` what was written there."""
        under = {DAY: f"day={day}/", MONTH: f"month={day}/"}.get(len(day), "")
        with self.lock:
            return f"lake/{table}/{under}part-{self.run_id}-{next(self.numbers):05d}.parquet"

    def adopt(self, part: Part) -> None:
        """Take in a part written at a reserved path, by this process or another."""
        part = describe(self.folders.root, part)
        with self.lock:
            self._list(part)
            self.added.append(part.path)

    def discard(self, part: Part) -> None:
        """Take away one part."""
        with self.lock:
            del self.index[part.table][part.day][part.path]
            self.superseded.append(part.path)

    def has_decisions(self) -> bool:
        """Say whether it holds steps people decided that its base does not."""
        held = (self.base.exported_seq, self.base.exported_from) if self.base else (0, "")
        return (self.exported_seq, self.exported_from) != held

    def abandon(self) -> None:
        """Publish nothing: what was written goes when the block ends."""
        self.superseded.clear()
        self.added.clear()
        self.files.clear()

    def _list(self, part: Part) -> None:
        self.index.setdefault(part.table, {}).setdefault(part.day, {})[part.path] = part

    def in_month(self, table: str, day: str | None) -> list[Part]:
        """Return the parts of a whole month in which rows of the day stand."""
        if not day or len(day) != DAY:
            return []
        months = list(self.index.get(table, {}).get(day[:MONTH], {}).values())
        return [part for part in months if pc.any(_on(read_part(self.folders.root, part), day)).as_py()]

    def _take_out(self, table: str, day: str) -> None:
        for part in self.in_month(table, day):
            rows = read_part(self.folders.root, part)
            mine = _on(rows, day)
            self.discard(part)
            for kept, label in ((rows.filter(mine), day), (rows.filter(pc.invert(mine)), part.day)):
                if kept.num_rows:
                    self.append(table, kept, label)


def _on(rows: pa.Table, day: str) -> pa.ChunkedArray:
    """Say of each row whether it is of a local day."""
    return pc.equal(rows["day"], pa.scalar(date.fromisoformat(day), pa.date32()))
