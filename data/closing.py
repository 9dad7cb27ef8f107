"""Closed months (封账): the figures of a month as they stood when it was closed, and what was corrected since.

A closed month is one Parquet file that is never written again, with a note of who closed it on which version of the
warehouse; that version is pinned. Whoever asks for a metric of exactly that month is answered from the file. Later
rows change nothing there: they show as differences, and become corrections (更正) once somebody gives the reason.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.config import Config
from data.days import midnight
from data.errors import Problem, WarehouseError
from data.metrics import METRICS

Row = dict[str, Any]
Compute = Callable[..., list[Row]]
FIGURES = pa.schema(
    [
        pa.field("metric", pa.string()),
        pa.field("metric_version", pa.int32()),
        pa.field("at_level", pa.string()),  # the level asked for; rows of `unlocated` come with each
        pa.field("area_id", pa.string()),
        pa.field("name", pa.string()),
        pa.field("name_en", pa.string()),
        pa.field("level", pa.string()),
        pa.field("part", pa.float64()),
        pa.field("whole", pa.float64()),
        pa.field("value", pa.float64()),
        pa.field("n", pa.int64()),
        pa.field("low", pa.float64()),
        pa.field("high", pa.float64()),
    ]
)
OWN = ("metric", "metric_version", "at_level")  # what a metric's answer does not hold


@dataclass(frozen=True)
class Closed:
    """One closed month ('2026-10'): when and by whom, on which version, and the SHA-256 of its figures."""

    month: str
    closed_at: str  # ISO, UTC
    account: str
    version: str
    sha256: str
    rows: int
    note: str


class Closings:
    """The closed months of one home."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.folder = config.home / "warehouse" / "closed"

    def months(self) -> list[Closed]:
        """Return the closed months, the newest first."""
        return [Closed(**json.loads(path.read_text("utf-8"))) for path in sorted(self.folder.glob("*.json"))[::-1]]

    def get(self, month: str) -> Closed | None:
        """Return a closed month, or None while it is open."""
        path = self.folder / f"{month}.json"
        return Closed(**json.loads(path.read_text("utf-8"))) if path.is_file() else None

    def figures(self, month: str) -> pa.Table:
        """Return all figures of a closed month (FIGURES); raises `closed_damaged`, `not_closed`."""
        closed = self.get(month)
        if closed is None:
            raise Problem("not_closed", detail=month)
        path = self.folder / f"{month}.parquet"
        return _read(path, closed.sha256)

    def rows(self, name: str, period: tuple[datetime, datetime], level: str) -> list[Row] | None:
        """Return a metric's rows of a level if the period is exactly a closed month, else None."""
        month = month_of(*period, self.config.zone)
        if month is None or self.get(month) is None:
            return None
        asked = (pc.field("metric") == name) & (pc.field("at_level") == level)
        return self.figures(month).filter(asked).drop_columns(list(OWN)).to_pylist() or None

    def close(self, month: str, compute: Compute, about: Row) -> Closed:
        """Keep a month's figures for good; about: account, version, note. Raises `already_closed`, `month_runs`."""
        first, after = span(month, self.config.zone)
        if self.get(month) is not None:
            raise Problem("already_closed", detail=month)
        if _now() < after:
            raise Problem("month_runs", detail=month)
        table = computed(self.config, compute, (first, after))
        body = _packed(table)
        closed = Closed(
            month=month,
            closed_at=_now().isoformat(timespec="seconds"),
            sha256=hashlib.sha256(body).hexdigest(),
            rows=table.num_rows,
            **about,
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        _write_once(self.folder / f"{month}.parquet", body)
        pins = self.config.home / "warehouse" / "pins"
        pins.mkdir(exist_ok=True)
        (pins / closed.version).write_text(f"closed {month}\n", "utf-8")
        _write_once(self.folder / f"{month}.json", json.dumps(asdict(closed), ensure_ascii=False).encode())
        return closed

    def differences(self, month: str, compute: Compute) -> list[Row]:
        """Return the figures that would come out otherwise today, with part and whole before and after."""
        kept = {_key(row): row for row in self.figures(month).to_pylist()}
        today = computed(self.config, compute, span(month, self.config.zone)).to_pylist()
        fresh = {_key(row): row for row in today}
        return [
            _difference(kept.get(key), fresh.get(key))
            for key in sorted(kept.keys() | fresh.keys())
            if _amounts(kept.get(key)) != _amounts(fresh.get(key))
        ]


def computed(config: Config, compute: Compute, period: tuple[datetime, datetime]) -> pa.Table:
    """Return every metric of a period at every level of areas as FIGURES, in a fixed order."""
    start, end = period
    rows: list[Row] = []
    for name, metric in sorted(METRICS.items()):
        for level in [one.id for one in config.levels]:
            told = {"metric": name, "metric_version": metric.version, "at_level": level}
            rows += [told | row for row in compute(name, start=start, end=end, now=end, level=level)]
    rows.sort(key=lambda row: (row["metric"], row["at_level"], row["area_id"]))
    return pa.Table.from_pylist(rows, schema=FIGURES)


def span(month: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return start and end (naive UTC) of a local month '2026-10'; raises Problem `bad_month`."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as fault:
        raise Problem("bad_month", detail=month) from fault
    return midnight(first, zone), midnight((first + timedelta(days=32)).replace(day=1), zone)


def month_of(start: datetime, end: datetime, zone: ZoneInfo) -> str | None:
    """Return the local month a period is exactly, or None."""
    month = (start + timedelta(days=2)).strftime("%Y-%m")
    return month if span(month, zone) == (start, end) else None


@lru_cache(maxsize=4)
def _read(path: Path, sha256: str) -> pa.Table:
    body = path.read_bytes()
    if hashlib.sha256(body).hexdigest() != sha256:
        raise WarehouseError("closed_damaged", path=path)
    return pq.read_table(io.BytesIO(body))


def _packed(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


def _write_once(path: Path, body: bytes) -> None:
    """Write a file that is never written again: whole, on disk, and read-only before it has its name."""
    made = path.with_suffix(path.suffix + ".tmp")
    with made.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    made.chmod(0o444)
    os.replace(made, path)


def _key(row: Row) -> tuple[str, str, str]:
    return row["metric"], row["at_level"], row["area_id"]


def _amounts(row: Row | None) -> tuple[float | None, float | None]:
    return (row["part"], row["whole"]) if row else (None, None)


def _difference(before: Row | None, after: Row | None) -> Row:
    told = after or before or {}
    named = {key: told[key] for key in ("metric", "at_level", "area_id", "name", "name_en")}
    (part, whole), (part_after, whole_after) = _amounts(before), _amounts(after)
    return named | {"part_before": part, "whole_before": whole, "part_after": part_after, "whole_after": whole_after}


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
