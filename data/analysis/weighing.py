"""What scorecards are weighed with: versions of weights, targets somebody stands for, exclusions and appeals.

Whoever proposes a set cannot approve it, and an approved one never reaches back into a month that has begun. Every
command is done once: the same id again gets the same answer. Times are naive UTC, days local.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from uuid import uuid4

import pyarrow as pa
from sqlalchemy import Connection, Table, func, insert, or_, select, update

from data.analysis.appeals import Appeals
from data.analysis.score_tables import metadata, metric_target, weight_set
from data.analysis.weights import WeightSet, defaults, restored, reweighed, stored
from data.cache import SingleFlight
from data.config import Config
from data.days import local_day
from data.errors import NotAllowed, Problem
from data.loop.once import answer, answered
from data.loop.store import metadata as loop_metadata
from data.metrics import METRICS
from data.operations import Operations
from data.scope import Scope

Row = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """A value of a metric that a named person wants reached: by one subject of a level, or by all (subject_id None).

    value: in the metric's unit, shares 0-1. from_day, until_day: local days, both included; None: until withdrawn.
    """

    metric: str
    level: str
    value: float
    set_by: str
    from_day: date
    until_day: date | None = None
    subject_id: str | None = None


class Weighing:
    """The weights and targets of one home; its exclusions and appeals stand in `appeals`."""

    def __init__(
        self, operations: Operations, config: Config, query: Callable[..., pa.Table], inside: Callable[[str, str], bool]
    ) -> None:
        self.operations, self.config, self._query, self._inside = operations, config, query, inside
        self.cards = SingleFlight(16)
        operations.make(loop_metadata)
        operations.make(metadata)

    @cached_property
    def appeals(self) -> Appeals:
        """The exclusions and appeals of this home."""
        return Appeals(self.operations, self.config, self._query, self._inside)

    def current(self, level: str, day: date) -> WeightSet:
        """Return the set in force on a local day: the approved one that began last, or that of the files."""
        wanted = weight_set.c.level == level, weight_set.c.effective_from <= day, weight_set.c.approved_at.is_not(None)
        newest = weight_set.c.effective_from.desc(), weight_set.c.version.desc()
        with self.operations.engine.connect() as connection:
            row = connection.execute(select(weight_set).where(*wanted).order_by(*newest)).first()
        return _set(row._asdict()) if row else self._default(level)

    def history(self, level: str) -> list[WeightSet]:
        """Return every set of a level, the newest first, proposals among them and that of the files last."""
        wanted = select(weight_set).where(weight_set.c.level == level).order_by(weight_set.c.version.desc())
        with self.operations.engine.connect() as connection:
            rows = [row._asdict() for row in connection.execute(wanted)]
        return [*(_set(row) for row in rows), self._default(level)]

    def propose(  # noqa: PLR0913 - the agreed call
        self, command_id: str, scope: Scope, level: str, weights: Mapping[str, float], from_day: date, note: str
    ) -> WeightSet:
        """Write down another set for a level from a local day on; it holds once somebody else approves it.

        Raises Problem: bad_weights, unknown_level, weights_too_late (before the next month begins); NotAllowed.
        """
        if not scope.roles & {"leader", "analyst"} or scope.has("kiosk") or not self._is_city(scope):
            raise NotAllowed("not_allowed", account=scope.account, detail="weights")
        self._may_reach(from_day)
        base = self.current(self._level(level), from_day)
        told = json.dumps(stored(reweighed(base, weights, self.config.home)), ensure_ascii=False)
        row = {"level": level, "effective_from": from_day, "weights": told, "note": note.strip()}
        set_id = self._once(command_id, scope, lambda connection: _propose(connection, scope, row))
        return _set(self._row(weight_set, set_id))

    def approve(self, command_id: str, scope: Scope, set_id: str) -> WeightSet:
        """Put a proposed set in force; raises `own_proposal`, `weights_too_late`, `unknown_weights`; NotAllowed."""
        self._leads(scope, None)
        found = self._row(weight_set, set_id)
        if found["proposed_by"] == scope.account:
            raise Problem("own_proposal", detail=set_id)
        if found["approved_at"] is None:
            self._may_reach(found["effective_from"])
            self._once(command_id, scope, lambda connection: _approve(connection, scope, set_id))
        return _set(self._row(weight_set, set_id))

    def set_target(self, command_id: str, scope: Scope, target: Target) -> Row:
        """Set a target somebody stands for by name; raises Problem `needs_field`, `unknown_metric`, `bad_field`."""
        self._leads(scope, target.subject_id)
        if not target.set_by.strip():
            raise Problem("needs_field", detail="set_by")
        if target.metric not in METRICS:
            raise Problem("unknown_metric", detail=target.metric, known="?")
        if target.until_day and target.until_day < target.from_day:
            raise Problem("bad_field", detail="until_day", known=str(target.from_day))
        row = {**target.__dict__, "level": self._level(target.level), "account": scope.account, "set_at": _now()}
        return self._row(metric_target, self._once(command_id, scope, lambda one: _insert(one, metric_target, row)))

    def withdraw_target(self, command_id: str, scope: Scope, target_id: str) -> Row:
        """End a target; it stays in the record."""
        self._leads(scope, self._row(metric_target, target_id)["subject_id"])
        gone = {"withdrawn_by": scope.account, "withdrawn_at": _now()}
        mine = metric_target.c.target_id == target_id, metric_target.c.withdrawn_at.is_(None)

        def act(connection: Connection) -> str:
            connection.execute(update(metric_target).where(*mine).values(**gone))
            return target_id

        return self._row(metric_target, self._once(command_id, scope, act))

    def targets(self, level: str, first: date, last: date) -> list[Row]:
        """Return the targets of a level in force on all local days from first to last; those of one subject first."""
        table = metric_target.c
        until = or_(table.until_day.is_(None), table.until_day >= last)
        wanted = table.level == level, table.withdrawn_at.is_(None), table.from_day <= first, until
        order = table.subject_id.is_(None), table.set_at.desc()
        with self.operations.engine.connect() as connection:
            return [row._asdict() for row in connection.execute(select(metric_target).where(*wanted).order_by(*order))]

    def exclude(self, command_id: str, scope: Scope, incident_id: str, reason: str) -> Row:
        """Leave a case out of every score, numerator and denominator; see Appeals.exclude."""
        return self.appeals.exclude(command_id, scope, incident_id, reason)

    def _default(self, level: str) -> WeightSet:
        return defaults(self.config.home, level, self.config.leaf)

    def _level(self, level: str) -> str:
        known = [*(one.id for one in self.config.levels), "unit", "worker"]
        if level not in known:
            raise Problem("unknown_level", detail=level, known=", ".join(known))
        return level

    def _is_city(self, scope: Scope) -> bool:
        return scope.area_id == self.config.city.area_id

    def _leads(self, scope: Scope, subject: str | None) -> None:
        """Admit leaders of the city; those of a part of it for a subject in there."""
        inside = self._is_city(scope) or (subject is not None and self._inside(subject, scope.area_id))
        if not scope.has("leader") or scope.has("kiosk") or not inside:
            raise NotAllowed("not_allowed", account=scope.account, detail="weights")

    def _may_reach(self, from_day: date) -> None:
        """Refuse a day of a month that has begun: what is under way is judged by the rules it began with."""
        today = local_day(_now(), self.config.zone)
        if (from_day.year, from_day.month) <= (today.year, today.month):
            raise Problem("weights_too_late", detail=from_day)

    def _once(self, command_id: str, scope: Scope, act: Callable[[Connection], str]) -> str:
        with self.operations.write() as connection:
            told = answered(connection, command_id, scope)
            if told is None:
                told = {"id": act(connection)}
                answer(connection, command_id, scope, told)
        return str(told["id"])

    def _row(self, table: Table, key: str) -> Row:
        with self.operations.engine.connect() as connection:
            row = connection.execute(select(table).where(next(iter(table.primary_key)) == key)).first()
        if row is None:
            raise Problem("unknown_weights", detail=key)
        return row._asdict()


def _propose(connection: Connection, scope: Scope, row: Row) -> str:
    newest = select(func.max(weight_set.c.version)).where(weight_set.c.level == row["level"])
    version = (connection.execute(newest).scalar() or 0) + 1
    return _insert(
        connection, weight_set, row | {"version": version, "proposed_by": scope.account, "proposed_at": _now()}
    )


def _approve(connection: Connection, scope: Scope, set_id: str) -> str:
    row = {"approved_by": scope.account, "approved_at": _now()}
    connection.execute(update(weight_set).where(weight_set.c.set_id == set_id).values(**row))
    return set_id


def _insert(connection: Connection, table: Table, row: Row) -> str:
    key = uuid4().hex
    connection.execute(insert(table).values(**{next(iter(table.primary_key)).name: key}, **row))
    return key


def _set(row: Row) -> WeightSet:
    return restored(row, json.loads(row["weights"]))


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
