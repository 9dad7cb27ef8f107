"""Who is on duty when: the roster as merged spans, asked for millions of fixes at once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Times = NDArray[np.datetime64]


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
        return _inside(self._spans["duty"].get(worker_id), times) & ~_inside(
            self._spans["leave"].get(worker_id), times
        )


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
