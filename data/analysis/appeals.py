"""Exclusions and appeals (剔除、申诉): which cases leave numerator and denominator, who asked for it, and who decided.

Before the months a case counts in are closed; nothing is removed from the record, a withdrawn exclusion included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pyarrow as pa
from sqlalchemy import Connection, Table, insert, select, update

from data.analysis.periods import parse
from data.analysis.score_tables import appeal, case_exclusion
from data.closing import Closings
from data.config import Config
from data.days import local_day
from data.errors import NotAllowed, Problem
from data.loop.once import answer, answered
from data.masking import mask_text
from data.metrics import METRICS
from data.operations import Operations
from data.scope import Scope

RESULTS = ("upheld", "rejected")
EVENTS = ("reported_at", "deadline_at", "handled_at", "closed_at")  # the months in which a case counts
Row = dict[str, Any]
Act = Callable[[Connection], Row]


@dataclass(frozen=True)
class Appeal:
    """What is objected to: a subject's metric of a period, and the case it is about. Texts are masked when stored."""

    level: str
    subject_id: str
    metric: str
    period: str
    reason: str
    evidence: str = ""
    incident_id: str | None = None


class Appeals:
    """The exclusions and appeals of one home.

    Raises Problem: needs_grounds, unknown_incident, already_excluded, already_closed, unknown_appeal, own_appeal,
    already_reviewed, bad_field; NotAllowed. Every command is done once.
    """

    def __init__(
        self, operations: Operations, config: Config, query: Callable[..., pa.Table], inside: Callable[[str, str], bool]
    ) -> None:
        self.operations, self.config, self._query, self._inside = operations, config, query, inside
        self._closings = Closings(config)

    def exclude(self, command_id: str, scope: Scope, incident_id: str, reason: str) -> Row:
        """Leave a case out of every score, for whoever leads; returns the exclusion."""
        self._decides(scope)
        why = _why(reason)
        return self._once(
            command_id, scope, lambda one: _insert(one, case_exclusion, self._exclusion(scope, incident_id, why))
        )

    def restore(self, command_id: str, scope: Scope, exclusion_id: str, reason: str) -> Row:
        """Take a case back in; returns the exclusion as it ended."""
        self._decides(scope)
        found = self._row(case_exclusion, exclusion_id, scope)
        self._open(self._incident(scope, found["incident_id"]))
        new = {"restored_by": scope.account, "restored_at": _now(), "restored_why": _why(reason)}
        mine = case_exclusion.c.exclusion_id == exclusion_id, case_exclusion.c.restored_at.is_(None)
        return self._once(command_id, scope, lambda one: _update(one, case_exclusion, mine, found | new, new))

    def excluded(self) -> tuple[str, ...]:
        """Return the ids of the cases left out now, in order."""
        now = select(case_exclusion.c.incident_id).where(case_exclusion.c.restored_at.is_(None))
        with self.operations.engine.connect() as connection:
            return tuple(sorted(set(connection.execute(now).scalars())))

    def exclusions(self, scope: Scope) -> list[Row]:
        """Return every exclusion the scope may see, ended ones among them, the newest first."""
        return self._seen(case_exclusion, scope, "excluded_at")

    def appeal(self, command_id: str, scope: Scope, about: Appeal) -> Row:
        """Object to a figure: workers and departments to their own, operators and leaders to any of their area."""
        self._concerns(scope, about)
        if about.metric not in METRICS:
            raise Problem("unknown_metric", detail=about.metric, known="?")
        self._open_period(about.period)
        area_id = scope.area_id
        if about.incident_id:
            incident = self._incident(scope, about.incident_id)
            self._open(incident)
            area_id = incident["area_id"]
        texts = {"reason": _why(about.reason), "evidence": mask_text(about.evidence.strip())}
        row = {**about.__dict__, **texts, "appeal_id": uuid4().hex, "area_id": area_id}
        row |= {"account": scope.account, "made_at": _now()}
        return self._once(command_id, scope, lambda connection: _insert(connection, appeal, row))

    def review(self, command_id: str, scope: Scope, appeal_id: str, result: str, reason: str) -> Row:
        """Uphold or reject an appeal, never one's own; an upheld one about a case leaves that case out."""
        self._decides(scope)
        found = self._row(appeal, appeal_id, scope)
        if found["account"] == scope.account:
            raise Problem("own_appeal", detail=appeal_id)
        if result not in RESULTS:
            raise Problem("bad_field", detail="result", known=", ".join(RESULTS))
        new: Row = {"reviewer": scope.account, "reviewed_at": _now(), "result": result, "answer": _why(reason)}
        out = None
        if result == "upheld" and found["incident_id"] and found["incident_id"] not in self.excluded():
            out = self._exclusion(scope, found["incident_id"], new["answer"]) | {"appeal_id": appeal_id}
            new["adjusted"] = out["exclusion_id"]
        return self._once(command_id, scope, lambda connection: _review(connection, found, new, out))

    def appeals(self, scope: Scope) -> list[Row]:
        """Return every appeal the scope may see, the newest first; one about a worker needs the right to see tracks."""
        rows = self._seen(appeal, scope, "made_at")
        mine = [row for row in rows if row["account"] == scope.account]
        return rows if scope.sees_tracks else [row for row in rows if row["level"] != "worker" or row in mine]

    def _decides(self, scope: Scope) -> None:
        if not scope.roles & {"leader", "auditor"} or scope.has("kiosk"):
            raise NotAllowed("not_allowed", account=scope.account, detail="appeal")

    def _concerns(self, scope: Scope, about: Appeal) -> None:
        own = {"worker": scope.worker_id, "unit": scope.unit_id}.get(about.level, "")
        if scope.has("kiosk") or not (scope.reports_cases or scope.has("auditor")):
            raise NotAllowed("not_allowed", account=scope.account, detail="appeal")
        if scope.is_handler and own != about.subject_id:
            raise NotAllowed("not_allowed", account=scope.account, detail=about.subject_id)

    def _incident(self, scope: Scope, incident_id: str) -> Row:
        found = self._query("case_moments", scope, incident=incident_id).to_pylist()
        if not found:
            raise Problem("unknown_incident", detail=incident_id)
        row: Row = found[0]
        return row

    def _open(self, incident: Row) -> None:
        """Refuse a case of a closed month: what changes there is a correction (更正)."""
        for moment in (incident[key] for key in EVENTS if incident.get(key)):
            month = local_day(moment, self.config.zone).strftime("%Y-%m")
            if self._closings.get(month) is not None:
                raise Problem("already_closed", detail=month)

    def _open_period(self, key: str) -> None:
        """Refuse a month that is closed, and what is no period."""
        period = parse(key, local_day(_now(), self.config.zone))
        month = period.first.strftime("%Y-%m")
        if period.last.strftime("%Y-%m") == month and self._closings.get(month) is not None:
            raise Problem("already_closed", detail=month)

    def _exclusion(self, scope: Scope, incident_id: str, reason: str) -> Row:
        incident = self._incident(scope, incident_id)
        self._open(incident)
        if incident_id in self.excluded():
            raise Problem("already_excluded", detail=incident_id)
        about = {"exclusion_id": uuid4().hex, "incident_id": incident_id, "area_id": incident["area_id"]}
        return about | {"reason": reason, "account": scope.account, "excluded_at": _now()}

    def _row(self, table: Table, key: str, scope: Scope) -> Row:
        name = next(iter(table.primary_key)).name
        order = "made_at" if table is appeal else "excluded_at"
        found = next((row for row in self._seen(table, scope, order) if row[name] == key), None)
        if found is None:
            raise Problem("unknown_appeal", detail=key)
        return found

    def _seen(self, table: Table, scope: Scope, order: str) -> list[Row]:
        with self.operations.engine.connect() as connection:
            rows = [row._asdict() for row in connection.execute(select(table).order_by(table.c[order].desc()))]
        if scope.has("kiosk"):
            return []
        if scope.is_handler:
            return [row for row in rows if row["account"] == scope.account]
        return [row for row in rows if self._inside(row["area_id"], scope.area_id)]

    def _once(self, command_id: str, scope: Scope, act: Act) -> Row:
        with self.operations.write() as connection:
            told = answered(connection, command_id, scope)
            if told is None:
                told = act(connection)
                answer(connection, command_id, scope, told)
        return told


def _insert(connection: Connection, table: Table, row: Row) -> Row:
    connection.execute(insert(table).values(**row))
    return row


def _update(connection: Connection, table: Table, mine: Any, after: Row, new: Row) -> Row:
    connection.execute(update(table).where(*mine).values(**new))
    return after


def _review(connection: Connection, found: Row, new: Row, out: Row | None) -> Row:
    mine = appeal.c.appeal_id == found["appeal_id"], appeal.c.result.is_(None)
    if not connection.execute(update(appeal).where(*mine).values(**new)).rowcount:
        raise Problem("already_reviewed", detail=found["appeal_id"])
    if out is not None:
        _insert(connection, case_exclusion, out)
    return found | new


def _why(reason: str) -> str:
    masked = mask_text(reason.strip())
    if not masked:
        raise Problem("needs_grounds")
    return masked


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
