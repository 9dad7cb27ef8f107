"""Who is on duty when: the roster as merged spans, asked for millions of fixes at once."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from etl.compiled import compiled

Times = NDArray[np.datetime64]
Ints = NDArray[np.int64]
NEVER = (np.empty(0, "datetime64[us]"), np.empty(0, "datetime64[us]"))


class Duty:
    """The duty and leave spans of every worker; times are naive UTC."""

    def __init__(self, roster: pa.Table) -> None:
        self._spans: dict[str, dict[str, tuple[Times, Times]]] = {"duty": {}, "leave": {}}
        columns = [roster[key].to_numpy(False) for key in ("worker_id", "kind", "starts_at", "ends_at")]
        worker, kind, starts, ends = columns
        for name, spans in self._spans.items():
            mine = kind == name
            order = np.lexsort((starts[mine], worker[mine].astype(str)))
            rows = [column[mine][order] for column in (worker, starts, ends)]
            changes = rows[0][1:] != rows[0][:-1]
            edges = [0, *(np.flatnonzero(changes) + 1).tolist(), len(order)]
            for first, last in pairwise(edges if len(order) else []):
                spans[rows[0][first]] = _merge(rows[1][first:last], rows[2][first:last])

    def covers(self, worker_id: str, times: Times) -> NDArray[np.bool_]:
        """Say for each time whether the worker is on duty and not on leave."""
        return _inside(self._spans["duty"].get(worker_id), times) & ~_inside(self._spans["leave"].get(worker_id), times)

    def covers_each(self, names: list[str], number: NDArray[np.int32], times: Times) -> NDArray[np.bool_]:
        """Say the same for millions of times at once: of `names[number[i]]` at `times[i]`."""
        at = _micros(times)
        on_duty = _each(number, at, *self._table("duty", names))
        return np.asarray(on_duty & ~_each(number, at, *self._table("leave", names)))

    def reaches(self, start: np.datetime64, end: np.datetime64) -> bool:
        """Say whether a stretch of time lies within what the roster is about: from its first span to its last.

        A silent day inside is a day off; before the first span and after the last one nobody has said anything yet.
        """
        known = self._known
        return known is not None and bool(known[0] < end and known[1] > start)

    @cached_property
    def _known(self) -> tuple[np.datetime64, np.datetime64] | None:
        spans = [span for named in self._spans.values() for span in named.values()]
        return (min(starts[0] for starts, _ in spans), max(ends[-1] for _, ends in spans)) if spans else None

    def _table(self, kind: str, names: list[str]) -> tuple[Ints, Ints, Ints]:
        """Return the spans of `names` one after another, in microseconds: where each name's begin, starts, ends."""
        spans = [self._spans[kind].get(name, NEVER) for name in names]
        edges = np.cumsum([0, *(len(starts) for starts, _ in spans)])
        starts, ends = (np.concatenate([NEVER[0], *(span[i] for span in spans)]) for i in (0, 1))
        return edges, _micros(starts), _micros(ends)


def _micros(times: Times) -> Ints:
    return np.asarray(times.astype("datetime64[us]").astype(np.int64), np.int64)


def _merge(starts: Times, ends: Times) -> tuple[Times, Times]:
    """Join overlapping and touching spans, given by start."""
    reach = np.maximum.accumulate(ends)
    new = np.r_[True, starts[1:] > reach[:-1]]
    last = np.r_[np.flatnonzero(new)[1:] - 1, len(starts) - 1]
    return starts[new], reach[last]


def _inside(spans: tuple[Times, Times] | None, times: Times) -> NDArray[np.bool_]:
    """Say for each time whether it lies in one of the merged spans, start included, end excluded."""
    if spans is None:
        return np.zeros(len(times), bool)
    starts, ends = spans
    at = np.searchsorted(starts, times, side="right") - 1
    inside: NDArray[np.bool_] = (at >= 0) & (times < ends[np.maximum(at, 0)])
    return inside


@compiled
def _each(number: NDArray[np.int32], at: Ints, edges: Ints, starts: Ints, ends: Ints) -> NDArray[np.bool_]:
    inside = np.zeros(len(at), np.bool_)
    for i in range(len(at)):
        low, high = edges[number[i]], edges[number[i] + 1]
        last = low + np.searchsorted(starts[low:high], at[i], side="right") - 1
        inside[i] = last >= low and at[i] < ends[last]
    return inside
