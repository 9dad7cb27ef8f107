"""The stages of a case from report to closing: when each ended, how long it took, and the limit it had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from data.loop.working import Limit

# Stage: column its clock begins with, column of its end, step of limits.csv, acts that end it.
STAGES: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "report": ("reported_at", "reported_at", "", ("report",)),
    "accept": ("reported_at", "accepted_at", "accept", ("accept",)),
    "file": ("accepted_at", "filed_at", "file", ("file",)),
    "dispatch": ("filed_at", "dispatched_at", "dispatch", ("dispatch",)),
    "arrive": ("dispatched_at", "arrived_at", "arrive", ("arrive",)),
    "handle": ("filed_at", "handled_at", "handle", ("handle",)),
    "check": ("handled_at", "closed_at", "check", ("check_pass", "check_fail")),
}
RUNNING = {"verify": "accept", "accept_order": "arrive"}  # a running step that is a part of a stage

Row = Mapping[str, Any]


class Clock(Protocol):
    """How much of a kind of limit lies between two moments."""

    def spent(self, start: datetime, end: datetime, kind: str) -> float:
        """Return it in the limit's own unit."""


class Table(Protocol):
    """The limits of a home."""

    def of(self, step: str, kind: str | None, severity: int | None, level: str | None) -> Limit | None:
        """Return the limit of a step, or None."""


@dataclass(frozen=True)
class Stage:
    """One stage; times naive UTC. spent in the unit of `limit`, or seconds without one; share of the limit used."""

    name: str
    began_at: datetime | None
    ended_at: datetime | None
    running: bool
    due_at: datetime | None
    limit: Limit | None
    spent: float | None
    by: Row | None

    @property
    def share(self) -> float | None:
        """Return the share of the limit used, more than 1 when it was missed; None without a limit or a time."""
        if self.limit is None or self.spent is None or not self.limit.value:
            return None
        return self.spent / self.limit.value


def stages(row: Row, steps: list[Any], at: datetime, limits: Table, clock: Clock) -> list[Stage]:
    """Return every stage of a case as it stands at a moment."""
    running = RUNNING.get(row["due_step"] or "", row["due_step"])
    return [_stage(name, row, steps, at, (limits, clock), name == running) for name in STAGES]


def _stage(name: str, row: Row, steps: list[Any], at: datetime, rules: tuple[Table, Clock], running: bool) -> Stage:
    begin, end, step, done_by = STAGES[name]
    limits, clock = rules
    limit = limits.of(step, row["kind"], row["severity"], row["level"]) if step else None
    began, ended = _began(row, begin), None if running else row[end]
    if name == "arrive" and ended is None and not running:
        ended = row["arrived_track_at"]
    last = next((one for one in reversed(steps) if one["act"] in done_by and one["stepped_at"] == ended), None)
    until = at if running else ended
    spent = None if began is None or until is None else _spent(clock, began, max(began, until), limit)
    return Stage(name, began, ended, running, row["due_at"] if running else None, limit, spent, last)


def _began(row: Row, column: str) -> datetime | None:
    """Return when a stage began; what was left out on the way begins with what came before it."""
    order = ("reported_at", "accepted_at", "filed_at", "dispatched_at")
    for name in reversed(order[: order.index(column) + 1] if column in order else (column,)):
        if row[name] is not None:
            return row[name]  # type: ignore[no-any-return]
    return None


def _spent(clock: Clock, began: datetime, until: datetime, limit: Limit | None) -> float:
    return clock.spent(began, until, limit.kind) if limit else (until - began).total_seconds()
