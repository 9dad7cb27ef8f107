"""Who is on duty at a moment and until when, by the published roster."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.cache import SingleFlight
from data.warehouse import Warehouse

SPANS = """
    SELECT worker_id, kind, starts_at, ends_at FROM roster
    WHERE ends_at > $start AND starts_at < $end AND kind IN ('duty', 'leave')
    ORDER BY worker_id, starts_at, ends_at
"""
HOUR, AHEAD = timedelta(hours=1), timedelta(hours=12)  # how far an end of duty is looked for

TICK = timedelta(microseconds=1)  # the shortest span there is

Span = tuple[datetime, datetime]


class Shifts:
    """The roster of the version served; read once an hour and whenever it changes."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._cache = SingleFlight(4)

    def ends(self, now: datetime) -> dict[str, datetime]:
        """Return the end of the running duty of everybody on duty at a moment (naive UTC); leave ends it early."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        known: _Spans = self._cache.get((self._warehouse.state(("roster",)), hour), lambda: self._read(hour))
        moment = np.datetime64(now, "us")
        running = (known.starts <= moment) & (known.ends > moment)
        return dict(zip(known.workers[running].tolist(), known.ends[running].tolist(), strict=True))

    def starts(self, now: datetime) -> dict[str, datetime]:
        """Return the beginning of the running duty of everybody on duty at a moment (naive UTC)."""
        began: dict[str, datetime] = {}
        for row in self._warehouse.fetch(SPANS, {"start": now, "end": now + TICK}).to_pylist():
            if row["kind"] == "duty":
                began[row["worker_id"]] = min(row["starts_at"], began.get(row["worker_id"], now))
        return {worker: began[worker] for worker in self.ends(now) if worker in began}

    def _read(self, hour: datetime) -> _Spans:
        by_worker: dict[str, dict[str, list[Span]]] = {}
        for row in self._warehouse.fetch(SPANS, {"start": hour, "end": hour + AHEAD}).to_pylist():
            kinds = by_worker.setdefault(row["worker_id"], {"duty": [], "leave": []})
            kinds[row["kind"]].append((row["starts_at"], row["ends_at"]))
        found: list[tuple[str, Span]] = []
        for worker, kinds in by_worker.items():
            found += [(worker, span) for span in without(merged(kinds["duty"]), kinds["leave"])]
        at: NDArray[Any] = np.array([span for _, span in found], "datetime64[us]").reshape(-1, 2)
        return _Spans(np.array([worker for worker, _ in found], np.str_), at[:, 0], at[:, 1])


class _Spans(NamedTuple):
    workers: NDArray[np.str_]
    starts: NDArray[np.datetime64]
    ends: NDArray[np.datetime64]


def merged(spans: list[Span]) -> list[Span]:
    """Join overlapping and touching spans given by their start."""
    out: list[Span] = []
    for start, end in spans:
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def without(spans: list[Span], gone: list[Span]) -> list[Span]:
    """Return what is left of the spans outside those that are gone."""
    for start, end in gone:
        halves = [half for a, b in spans for half in ((a, min(b, start)), (max(a, end), b))]
        spans = [half for half in halves if half[0] < half[1]]
    return spans
