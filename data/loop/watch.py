"""The watch of the room (值班) and its handover (交接班): who keeps it, and what both sign when it changes hands.

Who is on watch says so by their own account. Whoever leaves writes a note to every open alarm and case that needs
care and signs; whoever comes sees the same words, signs too, and from that moment keeps the watch, or declines and
says why. All times are naive UTC. Every command is done once: the same id again gets the same answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from data.errors import NotAllowed, Problem
from data.loop.once import answer, answered
from data.loop.store import metadata
from data.loop.watch_tables import handover, handover_item, watch
from data.masking import mask_text
from data.operations import Operations
from data.scope import Scope

TOPIC = "watch"
LONGEST = 500
UNANSWERED = handover.c.taken_at.is_(None) & handover.c.declined_at.is_(None)

Row = dict[str, Any]


@dataclass(frozen=True)
class Item:
    """One open alarm or case that is handed over: 'alarm' | 'case', its id, how it is shown, and the note to it."""

    kind: str
    subject_id: str
    words: str
    note: str


@dataclass(frozen=True)
class Given:
    """What a watch hands over: to whose account, every item with its note, and a remark."""

    to: str
    items: tuple[Item, ...]
    remark: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of what both sign: every item with its note, and the remark."""
        signed = [sorted(astuple(item) for item in self.items), self.remark]
        return hashlib.sha256(json.dumps(signed, ensure_ascii=False).encode()).hexdigest()

    def masked(self) -> Given:
        """The same with identity, telephone and plate numbers hidden."""
        items = (replace(item, note=_masked(item.note), words=_masked(item.words)) for item in self.items)
        return replace(self, items=tuple(items), remark=_masked(self.remark))


class Watches:
    """The watches of one home. Raises Problem: needs_field, no_watch, no_handover, handover_ended; NotAllowed."""

    def __init__(self, operations: Operations) -> None:
        self.operations = operations
        operations.make(metadata)

    def begin(self, command_id: str, scope: Scope) -> Row:
        """Begin a watch, or return the one the account keeps already."""
        return self._do(command_id, scope, lambda connection, at: self._begin(connection, scope, at))

    def end(self, command_id: str, scope: Scope) -> Row:
        """End one's watch without a handover: the log shows that nobody signed for it."""
        return self._do(command_id, scope, lambda connection, at: self._end(connection, scope.account, at))

    def give(self, command_id: str, scope: Scope, given: Given) -> Row:
        """Sign what is handed over; every item needs a note. The giver keeps the watch until it is taken."""
        missing = any(not item.note.strip() for item in given.items)
        if missing or given.to in ("", scope.account):
            raise Problem("needs_field", detail="note" if missing else "to", act=TOPIC)
        return self._do(command_id, scope, lambda connection, at: self._give(connection, scope, given.masked(), at))

    def take(self, command_id: str, scope: Scope, handover_id: str, digest: str) -> Row:
        """Sign for what was handed over, as it was shown (`digest`), and keep the watch from now on."""
        return self._do(command_id, scope, lambda c, at: self._take(c, scope, (handover_id, digest), at))

    def decline(self, command_id: str, scope: Scope, handover_id: str, why: str) -> Row:
        """Send a handover back with a reason; the giver goes on keeping the watch."""
        if not why.strip():
            raise Problem("needs_field", detail="reason", act=TOPIC)
        words = _masked(why)
        return self._do(
            command_id, scope, lambda c, at: self._reply(c, scope, handover_id, {"declined_at": at, "answer": words})
        )

    def on_watch(self) -> list[Row]:
        """Return the running watches, those who lead first: watch_id, account, area_id, leads, began_at."""
        running = select(watch).where(watch.c.ended_at.is_(None)).order_by(watch.c.leads.desc(), watch.c.began_at)
        with self.operations.engine.connect() as connection:
            return [row._asdict() for row in connection.execute(running)]

    def waiting(self, account: str) -> list[Row]:
        """Return the handovers an account gave or is to take that nobody answered yet, oldest first."""
        mine = (handover.c.from_account == account) | (handover.c.to_account == account)
        with self.operations.engine.connect() as connection:
            found = connection.execute(select(handover).where(mine & UNANSWERED).order_by(handover.c.given_at))
            return [row._asdict() for row in found]

    def items(self, handover_id: str) -> list[Item]:
        """Return what was handed over, as it was signed."""
        mine = select(handover_item).where(handover_item.c.handover_id == handover_id)
        with self.operations.engine.connect() as connection:
            found = connection.execute(mine.order_by(handover_item.c.kind, handover_item.c.subject_id)).all()
        return [Item(row.kind, row.subject_id, row.words, row.note) for row in found]

    def _do(self, command_id: str, scope: Scope, act: Callable[[Connection, datetime], Row]) -> Row:
        if not scope.keeps_watch:
            raise NotAllowed("not_allowed", account=scope.account, detail=TOPIC)
        with self.operations.write() as connection:
            told = answered(connection, command_id, scope)
            if told is None:
                told = act(connection, datetime.now(UTC).replace(tzinfo=None))
                answer(connection, command_id, scope, told)
        return told

    def _begin(self, connection: Connection, scope: Scope, at: datetime) -> Row:
        kept = _running(connection, scope.account)
        if kept:
            return kept
        row = {"watch_id": uuid4().hex, "account": scope.account, "area_id": scope.area_id, "began_at": at}
        row |= {"leads": scope.has("leader"), "ended_at": None, "seq": self.operations.tick(connection, TOPIC)}
        connection.execute(insert(watch).values(**row))
        return row

    def _end(self, connection: Connection, account: str, at: datetime) -> Row:
        kept = _running(connection, account)
        if kept is None:
            raise Problem("no_watch", detail=account)
        changed = {"ended_at": at, "seq": self.operations.tick(connection, TOPIC)}
        connection.execute(update(watch).where(watch.c.watch_id == kept["watch_id"]).values(**changed))
        return kept | changed

    def _give(self, connection: Connection, scope: Scope, given: Given, at: datetime) -> Row:
        if _running(connection, scope.account) is None:
            raise Problem("no_watch", detail=scope.account)
        # what was given before and not yet answered is taken back: only the newest can be signed
        mine = (handover.c.from_account == scope.account) & UNANSWERED
        connection.execute(update(handover).where(mine).values(declined_at=at))
        row: Row = {"handover_id": uuid4().hex, "area_id": scope.area_id, "from_account": scope.account}
        row |= {"to_account": given.to, "remark": given.remark or None, "digest": given.digest, "given_at": at}
        row |= {"taken_at": None, "declined_at": None, "answer": None, "seq": self.operations.tick(connection, TOPIC)}
        connection.execute(insert(handover).values(**row))
        items = [{"handover_id": row["handover_id"], **vars(item)} for item in given.items]
        if items:
            connection.execute(insert(handover_item), items)
        return row

    def _take(self, connection: Connection, scope: Scope, shown: tuple[str, str], at: datetime) -> Row:
        handover_id, digest = shown
        row = self._reply(connection, scope, handover_id, {"taken_at": at})
        if row["digest"] != digest:
            raise Problem("handover_ended", detail=handover_id)
        if _running(connection, row["from_account"]):
            self._end(connection, row["from_account"], at)
        self._begin(connection, scope, at)
        return row

    def _reply(self, connection: Connection, scope: Scope, handover_id: str, told: Row) -> Row:
        mine = handover.c.handover_id == handover_id
        found = connection.execute(select(handover).where(mine).with_for_update()).first()
        if found is None or found.to_account != scope.account:
            raise Problem("no_handover", detail=handover_id)
        if found.taken_at or found.declined_at:
            raise Problem("handover_ended", detail=handover_id)
        changed = told | {"seq": self.operations.tick(connection, TOPIC)}
        connection.execute(update(handover).where(mine).values(**changed))
        return found._asdict() | changed


def _running(connection: Connection, account: str) -> Row | None:
    mine = select(watch).where(watch.c.account == account, watch.c.ended_at.is_(None))
    found = connection.execute(mine).first()
    return found._asdict() if found else None


def _masked(words: str) -> str:
    return mask_text(words.strip()[:LONGEST]) or ""
