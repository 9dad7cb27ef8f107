"""Tasks given by leaders (交办): who does what about which place until when, from which evidence, and what came of it.

All times are naive UTC, `due` is a local day. Every command is done once: the same id again gets the same answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, or_, select, update

from data.accounts import Accounts
from data.days import local_day
from data.errors import NotAllowed, Problem
from data.loop.assignment_table import assignment
from data.loop.once import answer, answered
from data.loop.store import metadata
from data.masking import mask_text
from data.operations import Operations
from data.places import Places
from data.scope import Scope

TOPIC = "task"
OPEN, DONE, WITHDRAWN = "open", "done", "withdrawn"
LONGEST = {"title": 120, "about": 2000, "note": 500}
Row = dict[str, Any]
Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Task:
    """What is given: a title, whom to, a place, until which local day, and the address of its evidence ('/...')."""

    title: str
    owner: str
    area_id: str
    due: date
    about: str


class Assignments:
    """The tasks of one home; raises needs_field, bad_field, unknown_account, task_over, unknown_task, NotAllowed."""

    def __init__(self, operations: Operations, places: Places) -> None:
        self.operations, self.places = operations, places
        operations.make(metadata)

    def give(self, command_id: str, scope: Scope, task: Task, before: Figures) -> Row:
        """Give a task; `before` are the figures of its place as they stand now."""
        if not scope.gives_tasks or not self.places.inside(task.area_id, scope.area_id):
            raise NotAllowed("not_allowed", account=scope.account, detail=task.area_id)
        self._check(task)
        return self._do(command_id, scope, lambda connection, at: self._give(connection, (scope, task), before, at))

    def done(self, command_id: str, scope: Scope, task_id: str, ended: tuple[str, Figures]) -> Row:
        """Report a task done: its owner, or who gave it, says what was done; `ended`: the note, the figures now."""
        note, after = ended
        if not note.strip():
            raise Problem("needs_field", detail="note", act="done")
        told = {"state": DONE, "note": mask_text(note.strip()[: LONGEST["note"]]), "after": _json(after)}
        return self._do(command_id, scope, lambda connection, at: self._end(connection, scope, task_id, told, at))

    def withdraw(self, command_id: str, scope: Scope, task_id: str, why: str) -> Row:
        """Withdraw a task: who gave it, saying why."""
        if not why.strip():
            raise Problem("needs_field", detail="note", act="withdraw")
        told = {"state": WITHDRAWN, "note": mask_text(why.strip()[: LONGEST["note"]])}
        return self._do(command_id, scope, lambda connection, at: self._end(connection, scope, task_id, told, at))

    def extend(self, command_id: str, scope: Scope, task_id: str, due: date) -> Row:
        """Move the due day of an open task: who gave it."""
        return self._do(command_id, scope, lambda connection, at: self._extend(connection, scope, task_id, due))

    def all(self, scope: Scope) -> list[Row]:
        """Return the tasks a scope may see: given to it, by it, or about its area; the earliest due first."""
        if scope.has("kiosk"):
            return []
        ordered = select(assignment).order_by(assignment.c.due, assignment.c.given_at, assignment.c.task_id)
        own = or_(assignment.c.owner == scope.account, assignment.c.given_by == scope.account)
        with self.operations.engine.connect() as connection:
            rows = [row._asdict() for row in connection.execute(ordered)]
            mine = {row.task_id for row in connection.execute(select(assignment.c.task_id).where(own))}
        sees = scope.gives_tasks or scope.reports_cases
        shown = [r for r in rows if r["task_id"] in mine or (sees and self.places.inside(r["area_id"], scope.area_id))]
        return [_told(row) for row in shown]

    def owners(self, scope: Scope) -> list[str]:
        """Return the accounts a task may be given to: people, never walls, that reach into the giver's area."""
        known = Accounts(self.operations).list()
        people = [one for one in known if not one.disabled and "kiosk" not in one.roles and "worker" not in one.roles]
        reach = [one.name for one in people if self._meets(one.scope().area_id, scope.area_id)]
        return sorted(reach)

    def _meets(self, one: str, other: str) -> bool:
        return self.places.inside(one, other) or self.places.inside(other, one)

    def _check(self, task: Task) -> None:
        for name in ("title", "owner"):
            if not getattr(task, name).strip():
                raise Problem("needs_field", detail=name, act="give")
        too_long = next((name for name in ("title", "about") if len(getattr(task, name)) > LONGEST[name]), None)
        if too_long or not task.about.startswith("/") or task.about.startswith("//"):
            raise Problem("bad_field", detail=too_long or "about", known="/")
        account = Accounts(self.operations).get(task.owner)
        if account is None or account.disabled or "kiosk" in account.roles:
            known = ", ".join(one.name for one in Accounts(self.operations).list())
            raise Problem("unknown_account", account=task.owner, known=known)

    def _give(self, connection: Connection, given: tuple[Scope, Task], before: Figures, at: datetime) -> Row:
        scope, task = given
        row = {"task_id": uuid4().hex, **vars(task), "given_by": scope.account, "given_at": at, "before": _json(before)}
        row |= {"title": mask_text(task.title), "state": OPEN}
        row |= dict.fromkeys(("note", "ended_at", "ended_by", "after"))
        row["seq"] = self.operations.tick(connection, TOPIC)
        connection.execute(insert(assignment).values(**row))
        return _plain(row)

    def _end(self, connection: Connection, scope: Scope, task_id: str, told: Row, at: datetime) -> Row:
        found = self._open(connection, scope, task_id, owner=told["state"] == DONE)
        changed = told | {"ended_at": at, "ended_by": scope.account, "seq": self.operations.tick(connection, TOPIC)}
        connection.execute(update(assignment).where(assignment.c.task_id == task_id).values(**changed))
        return _plain(found | changed)

    def _extend(self, connection: Connection, scope: Scope, task_id: str, due: date) -> Row:
        found = self._open(connection, scope, task_id, owner=False)
        changed = {"due": due, "seq": self.operations.tick(connection, TOPIC)}
        connection.execute(update(assignment).where(assignment.c.task_id == task_id).values(**changed))
        return _plain(found | changed)

    def _open(self, connection: Connection, scope: Scope, task_id: str, owner: bool) -> Row:
        """Return an open task the account may end: who gave it, and who is to do it where `owner`."""
        wanted = select(assignment).where(assignment.c.task_id == task_id).with_for_update()
        found = connection.execute(wanted).first()
        if found is None:
            raise Problem("unknown_task", detail=task_id)
        if scope.account not in ({found.given_by, found.owner} if owner else {found.given_by}) or scope.has("kiosk"):
            raise NotAllowed("not_allowed", account=scope.account, detail=found.title)
        if found.state != OPEN:
            raise Problem("task_over", detail=found.title, known=found.ended_by)
        return dict(found._asdict())

    def _do(self, command_id: str, scope: Scope, act: Callable[[Connection, datetime], Row]) -> Row:
        with self.operations.write() as connection:
            told = answered(connection, command_id, scope)
            if told is None:
                told = act(connection, datetime.now(UTC).replace(tzinfo=None))
                answer(connection, command_id, scope, told)
        return told


def is_late(row: Row, today: date, zone: ZoneInfo) -> bool:
    """Say whether a task is open after its due day, or was done after it; a withdrawn one never is."""
    if row["state"] == WITHDRAWN:
        return False
    day = local_day(row["ended_at"], zone) if row["ended_at"] else today
    return bool(day > row["due"])


def _json(figures: Figures) -> str:
    return json.dumps(dict(figures), ensure_ascii=False)


def _plain(row: Row) -> Row:
    return row | {"due": row["due"].isoformat()}


def _told(row: Row) -> Row:
    return row | {key: json.loads(row[key]) if row[key] else {} for key in ("before", "after")}
