"""Whether a process can do its work now, and why not: asked by `/readyz`, so that somebody hears of it before users do.

Every check runs in a thread of its own and has `WAIT_S` to answer: a store that hangs makes the answer red, not late.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from data.config import Config
from data.errors import ConfigError, Problem
from data.feeds import feeds
from data.leases import Leases, lease
from data.operations import Operations, position
from data.query import Door
from data.warehouse import Warehouse

WAIT_S = 3.0
PASSING = (Problem, SQLAlchemyError, duckdb.Error, OSError)  # what a store says that is away, damaged or full
FEEDS = """
    SELECT feed, sum(rows_loaded)::BIGINT AS rows, sum(rows_rejected)::BIGINT AS rejected, max(last_at) AS last_at
    FROM load_file WHERE feed <> '' GROUP BY feed
"""

Check = Callable[[], Iterable[Problem]]
Reason = dict[str, Any]


class Readiness:
    """The checks of one process by name; a check returns what is wrong, or raises what a store that is away raises."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self.checks = checks
        self.stopping = False
        self._asked: dict[str, Future[list[Problem]]] = {}
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(max(1, len(checks)), "ready")

    def stop(self) -> None:
        """Be red from now on: the process was told to end."""
        self.stopping = True

    def reasons(self) -> list[Reason]:
        """Return why the process is not ready, nothing where it is: check, reason, detail, and a sentence each."""
        with self._lock:
            if self.stopping:
                return [_told("process", Problem("vital_stopping"))]
            for name, check in self.checks.items():
                if name not in self._asked:
                    self._asked[name] = self._pool.submit(_found, check)
            done, _ = wait(self._asked.values(), WAIT_S)
            found: list[Reason] = []
            for name in self.checks:
                asked = self._asked[name]
                if asked in done:
                    del self._asked[name]
                problems = asked.result() if asked in done else [Problem("vital_silent", detail=name, known=WAIT_S)]
                found += [_told(name, problem) for problem in problems]
        return found


def serving(door: Door) -> Readiness:
    """Return the checks of the dashboard. Raises ConfigError `unknown_feed` for an age limit of no feed."""
    config, operations = door.config, door.operations
    limits = age_limits(config)
    Leases(operations, config.work.lease_s)  # its table may never have been written to
    checks: dict[str, Check] = {
        "version": lambda: served(door.warehouse),
        "feeds": lambda: old_feeds(door.warehouse, operations, limits),
        "operations": lambda: away(operations),
        "work": lambda: no_worker(operations, config.work.lease_s),
        "audit": lambda: unwritable(door.audit.path),
        "disk": lambda: full(config.home, config.vitals.free_mb),
    }
    return Readiness(checks)


def working(config: Config, operations: Operations) -> Readiness:
    """Return the checks of `gridlink work`: somebody holds the lease (this one, or the one it waits for)."""
    checks: dict[str, Check] = {
        "operations": lambda: away(operations),
        "work": lambda: no_worker(operations, config.work.lease_s),
        "disk": lambda: full(config.home, config.vitals.free_mb),
    }
    return Readiness(checks)


def age_limits(config: Config) -> dict[str, float]:
    """Return the age in seconds from which on a feed is too old; raises ConfigError."""
    path = config.home / "gridlink.toml"
    for feed, limit in config.vitals.age_s.items():
        if feed not in feeds():
            raise ConfigError("unknown_key", path=path, detail=f"vitals.age_s.{feed}", known=", ".join(feeds()))
        if isinstance(limit, bool) or not isinstance(limit, (int, float)):
            raise ConfigError("wrong_type", path=path, detail=f"vitals.age_s.{feed}", known="float")
    return {feed: float(limit) for feed, limit in config.vitals.age_s.items()}


def served(warehouse: Warehouse) -> list[Problem]:
    """Open the version CURRENT names; something else being served is a reason."""
    warehouse.version()
    return [warehouse.fault] if warehouse.fault else []


def old_feeds(warehouse: Warehouse, operations: Operations, limits: dict[str, float]) -> list[Problem]:
    """Return the feeds whose newest event is older than their limit, or that never came."""
    if not limits:
        return []
    newest = {row["feed"]: row["last_at"] for row in warehouse.fetch(FEEDS, {}).to_pylist()}
    if "fix" in limits:
        newest["fix"] = max(filter(None, (newest.get("fix"), newest_fix(operations))), default=None)
    found = []
    for feed, limit in limits.items():
        last_at = newest.get(feed)
        age = (_now() - last_at).total_seconds() if last_at else inf
        if age > limit:
            found.append(Problem("vital_old", detail=feed, known=f"{limit:g}", age=f"{age:.0f}" if last_at else "∞"))
    return found


def newest_fix(operations: Operations) -> datetime | None:
    """Return when the newest position kept was fixed, naive UTC."""
    with operations.engine.connect() as connection:
        return connection.execute(select(func.max(position.c.fixed_at))).scalar_one_or_none()


def away(operations: Operations) -> list[Problem]:
    """Ask the operations store anything; it raises where it is away."""
    operations.clocks()
    return []


def no_worker(operations: Operations, life_s: float) -> list[Problem]:
    """Say whether nobody gives signs of life as the worker of this home."""
    with operations.engine.connect() as connection:
        beat_at = connection.execute(select(lease.c.beat_at).where(lease.c.name == "work")).scalar_one_or_none()
    silent = (_now() - beat_at).total_seconds() if beat_at else None
    if silent is not None and silent <= life_s:
        return []
    return [Problem("vital_no_worker", known=f"{life_s:g}", age="∞" if silent is None else f"{silent:.0f}")]


def unwritable(path: Path) -> list[Problem]:
    """Open the audit log as it is opened for writing, and write nothing."""
    if path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_APPEND))
    elif not os.access(path.parent, os.W_OK):
        return [Problem("no_audit", path=path)]
    return []


def full(home: Path, least_mb: float) -> list[Problem]:
    """Say whether the disk of the home has less than so many MB left."""
    free = shutil.disk_usage(home).free / 1e6
    return [] if free >= least_mb else [Problem("vital_full", detail=f"{free:.0f}", known=f"{least_mb:g}", path=home)]


def _found(check: Check) -> list[Problem]:
    try:
        return list(check())
    except Problem as problem:
        return [problem]
    except PASSING as fault:
        return [Problem("vital_away", detail=type(fault).__name__)]


def _told(check: str, problem: Problem) -> Reason:
    return {"check": check, "reason": problem.reason, "says": problem.sentence("en"), "zh": problem.sentence("zh-CN")}


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
