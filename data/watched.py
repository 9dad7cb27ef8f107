"""A Door that tells how long its queries take: a line of the log and a measure each, but for what the cache answers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import perf_counter
from typing import Any

import pyarrow as pa

from data import measures
from data.cache import SingleFlight
from data.errors import Problem
from data.logs import tell
from data.metrics import Metric
from data.query import Door
from data.scope import Scope
from data.sqlfile import SqlFile

log = logging.getLogger("gridlink.query")


class WatchedDoor(Door):
    """The Door of a process that serves."""

    @property
    def cache(self) -> SingleFlight:
        """The cache of its answers, for whoever counts how often it had them."""
        return self._cache

    def count(self, metric: Metric, values: dict[str, Any]) -> pa.Table:
        """Count a metric's rows, and tell of it."""
        return self._told(f"metric.{metric.name}", "", lambda: super(WatchedDoor, self).count(metric, values))

    def _run(self, file: SqlFile, scope: Scope, params: dict[str, Any]) -> pa.Table:
        return self._told(file.name, scope.account, lambda: super(WatchedDoor, self)._run(file, scope, params))

    def _told(self, name: str, account: str, run: Callable[[], pa.Table]) -> pa.Table:
        began = perf_counter()
        try:
            rows = run()
        except Exception as fault:
            reason = fault.reason if isinstance(fault, Problem) else type(fault).__name__
            measures.query_faults.labels(name, reason).inc()
            self._tell(logging.WARNING, name, account, perf_counter() - began, failed=reason)
            raise
        seconds = perf_counter() - began
        measures.queries.labels(name).observe(seconds)
        measures.rows.labels(name).inc(rows.num_rows)
        slow = seconds * 1000 >= self.config.logs.slow_ms
        about = {"rows": rows.num_rows} | ({"slow": True} if slow else {})
        self._tell(logging.WARNING if slow else logging.INFO, name, account, seconds, **about)
        return rows

    def _tell(self, level: int, name: str, account: str, seconds: float, **about: Any) -> None:
        tell(log, level, "query", query=name, account=account, ms=round(seconds * 1000, 1), **about)
