"""The desk: does what a command asks in one transaction, or says who was faster, who may, or what is missing.

Two operators take one case: the first wins, the other is told who and when. A command that arrives twice is done once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from data.config import Config
from data.days import local_day
from data.errors import NotAllowed, Problem
from data.loop.acts import Act, acts, find, legal
from data.loop.admission import Admission
from data.loop.change import Deadlines, Situation, change, step_of
from data.loop.command import Command, Report
from data.loop.once import answer, answered
from data.loop.orders import tell
from data.loop.rights import Places, Rights, check, holds
from data.loop.rows import first_step, keep, last_step, latest_at, opened, row_of
from data.loop.store import incident, metadata, step
from data.operations import Operations
from data.scope import Scope

TOPIC = "incident"

Row = dict[str, Any]


class Desk:
    """The closed loop of one home."""

    def __init__(self, operations: Operations, config: Config, places: Places, deadlines: Deadlines) -> None:
        self.operations, self.config, self.places, self.deadlines = operations, config, places, deadlines
        self.now: Callable[[], datetime] = utc_now  # a simulated day has a clock of its own
        self.rights, self.admission = Rights(config), Admission(config)
        operations.make(metadata)

    def get(self, incident_id: str) -> Row:
        """Return an incident's row; raises Problem `unknown_incident`."""
        with self.operations.engine.connect() as connection:
            return row_of(connection, incident_id)

    def steps(self, incident_id: str) -> list[Row]:
        """Return an incident's steps, oldest first."""
        query = select(step).where(step.c.incident_id == incident_id).order_by(step.c.stepped_at, step.c.seq)
        with self.operations.engine.connect() as connection:
            return [row._asdict() for row in connection.execute(query)]

    def may(self, row: Mapping[str, Any], scope: Scope) -> list[str]:
        """Return the acts this account may do on an incident now, in the order of acts.toml."""
        if row["owner"] == "mirror":
            return []
        rights = self._rights(row, scope)
        mine = [name for name in legal(row["state"]) if holds(acts()[name], row, scope, rights)]
        return [name for name in mine if name != "unmerge" or row["merged_into"]]

    def report(self, command_id: str, scope: Scope, report: Report) -> Row:
        """Open an incident and return its row; NotAllowed for who works with no cases or may not see the place."""
        if not scope.reports_cases or not self.places.inside(report.area_id, scope.area_id):
            raise NotAllowed("not_allowed", account=scope.account, detail=report.area_id)
        with self.operations.write() as connection:
            told = answered(connection, command_id, scope)
            if told is None:
                told = self._open(connection, scope, report)
                answer(connection, command_id, scope, told)
        return told

    def act(self, command: Command) -> Row:
        """Do what a command asks and return the incident's row.

        Raises Problem: unknown_incident, mirrored (another system decides), taken (somebody was faster: account, at,
        state), illegal_step, needs_field, bad_field, not_admitted; NotAllowed: not_allowed.
        """
        with self.operations.write() as connection:
            told = answered(connection, command.command_id, command.scope)
            if told is None:
                told = self._do(connection, command)
                answer(connection, command.command_id, command.scope, told)
        return told

    def _do(self, connection: Connection, command: Command) -> Row:
        self.operations.tick(connection, TOPIC, 0)
        row = row_of(connection, command.incident_id)
        last = last_step(connection, command.incident_id)
        _unmoved(row, command, last)
        act = find(command.act, row["state"])
        check(act, row, command.scope, self._rights(row, command.scope))
        _complete(act, row, command, self.now())
        if command.into and row_of(connection, command.into)["merged_into"]:
            raise Problem("bad_field", detail="into", known=command.into)
        at = _after(self.now(), latest_at(connection, command.incident_id))
        now = Situation(at, self._level(act, row, command), last["from_state"] if last else None)
        new = change(act, row, command, now, self.deadlines)
        new["max_level"] = self._highest(row["max_level"], now.level if act.level in ("unit", "leaf") else None)
        new |= self._listed(row, command)
        return self._write(connection, act, row | new, step_of(act, row, new, command, now))

    def _write(self, connection: Connection, act: Act, row: Row, taken: Row) -> Row:
        row |= {"version": row["version"] + 1, "seq": self.operations.tick(connection, TOPIC)}
        connection.execute(insert(step).values(**taken, seq=row["seq"], step_id=uuid4().hex))
        connection.execute(update(incident).where(incident.c.incident_id == row["incident_id"]).values(**row))
        if act.order:
            tell(connection, self.operations, act.name, row, taken)
        return row

    def _open(self, connection: Connection, scope: Scope, report: Report) -> Row:
        at = report.reported_at or self.now()
        seq = self.operations.tick(connection, TOPIC)  # first: whoever holds it numbers alone, whatever the database
        row = opened(report, report.incident_id or self._number(connection, at), at)
        row |= {"due_step": "accept", "due_at": self.deadlines.due("accept", row, at)}
        row["seq"] = seq
        keep(connection, row, first_step(row, scope))
        return row

    def _number(self, connection: Connection, at: datetime) -> str:
        """Return the next number of a local day: SJ-20261120-0412."""
        day = f"SJ-{local_day(at, self.config.zone):%Y%m%d}-"
        used = select(incident.c.incident_id).where(incident.c.incident_id.like(f"{day}%"))
        last = connection.execute(used.order_by(incident.c.incident_id.desc()).limit(1)).scalar()
        return f"{day}{int(last.rsplit('-', 1)[1]) + 1 if last else 1:04d}"

    def _rights(self, row: Mapping[str, Any], scope: Scope) -> frozenset[str]:
        """Return the rights to lead, dispatch and assess an account holds over an incident."""
        if not self.places.inside(row["area_id"], scope.area_id):
            return frozenset()
        return self.rights.of(scope, self.places.level(scope.area_id))

    def _listed(self, row: Row, command: Command) -> Row:
        """Return the mark of a case given to a worker although its kind is none of a grid's; refused if so set."""
        if not command.worker_id or self.admission.admits(row["kind"], row["subkind"], self.config.leaf):
            return {}
        if self.config.loop.unlisted == "refuse":
            raise Problem("not_admitted", detail=row["kind"], known=self.config.leaf)
        return {"unlisted": True}

    def _level(self, act: Act, row: Row, command: Command) -> str | None:
        """Return the level a step is written at."""
        if act.level == "leaf":
            return self.config.leaf
        if act.level == "unit":
            if command.worker_id:
                return self.config.leaf  # whoever employs them, grid workers act in the grid
            given = self.places.unit_level(command.unit_id) if command.unit_id else row["level"]
            return given or self.places.level(row["area_id"])
        own = self.places.level(command.scope.area_id)
        return self._above(row["level"] or own) if act.level == "above" else own

    def _above(self, level: str | None) -> str | None:
        ids = [one.id for one in self.config.levels]
        return ids[max(ids.index(level) - 1, 0)] if level in ids else level

    def _highest(self, known: str | None, level: str | None) -> str | None:
        return max((known, level), key=self.config.rank) if level else known


def _unmoved(row: Row, command: Command, last: Row | None) -> None:
    """Raise Problem `mirrored` or `taken` where the case is not this command's to change (any more)."""
    if row["owner"] == "mirror":
        raise Problem("mirrored", detail=row["incident_id"], source=row["source"])
    if command.version is not None and command.version != row["version"]:
        who = last["account"] or last["source"] if last else row["source"]
        at = last["stepped_at"] if last else row["reported_at"]
        raise Problem("taken", detail=row["incident_id"], account=who, at=at, state=row["state"])


def _complete(act: Act, row: Row, command: Command, now: datetime) -> None:
    """Raise Problem `needs_field` for what is missing, `bad_field` for what cannot be."""
    for field in act.needs:
        if not getattr(command, field):
            raise Problem("needs_field", detail=field, act=act.name)
    if act.name == "unmerge" and not row["merged_into"]:
        raise Problem("illegal_step", detail=act.name, state=row["state"], known="")
    for name, field, earliest in (("extend", "deadline_at", row["deadline_at"]), ("shelve", "review_at", now)):
        if act.name == name and earliest and getattr(command, field) <= earliest:
            raise Problem("bad_field", detail=field, known=earliest)
    if act.name == "merge" and command.into == row["incident_id"]:
        raise Problem("bad_field", detail="into", known=row["incident_id"])


def _after(now: datetime, latest: datetime | None) -> datetime:
    """Return now, or the first microsecond after the last step where clocks disagree."""
    return max(now, latest + timedelta(microseconds=1)) if latest else now


def utc_now() -> datetime:
    """Return the time, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)
