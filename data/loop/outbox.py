"""The outbox: which messages are to be sent now, and what became of each; how they leave is an adapter's business.

A message is sent at least once: it is counted as tried before it is handed over, so that whoever is killed in between
sends it again, with the same id. After a failed try the next one waits [outbox] retry_s, then twice as long, and so
on up to LONGEST; what the receiver refuses for good, and what is older than GIVE_UP, has failed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from data.config import Config
from data.errors import Problem
from data.loop.store import message, metadata
from data.operations import Operations

WAITING, DELIVERED, FAILED = "waiting", "delivered", "failed"
TOPIC = "order"
LONGEST = timedelta(minutes=10)
GIVE_UP = timedelta(days=1)
AT_ONCE = 20  # messages of one round, so that new ones never wait long behind old ones
ERROR = 200  # characters kept of why one was not sent

Row = dict[str, Any]
Send = Callable[[Mapping[str, Any], Config], None]


class NotSent(Problem):
    """A message that did not get through; `final`: the receiver refuses it for good."""

    def __init__(self, reason: str, *, final: bool = False, **facts: object) -> None:
        super().__init__(reason, **facts)
        self.final = final


class Outbox:
    """The outbox of one home; all times naive UTC."""

    def __init__(self, operations: Operations, config: Config) -> None:
        self.operations, self.config = operations, config
        operations.make(metadata)

    def undelivered(self, now: datetime) -> list[Row]:
        """Return the messages that should have been delivered by now ([outbox] undelivered_s), oldest first."""
        before = now - timedelta(seconds=self.config.outbox.undelivered_s)
        late = select(message).where(message.c.state != DELIVERED, message.c.created_at <= before)
        with self.operations.engine.connect() as connection:
            return [row._asdict() for row in connection.execute(late.order_by(message.c.created_at, message.c.id))]

    def send_due(self, send: Send, now: datetime) -> dict[str, int]:
        """Send what is due, first what was tried least; returns how many messages ended in which state."""
        due = select(message).where(message.c.state == WAITING, message.c.next_at <= now)
        order = due.order_by(message.c.attempts, message.c.next_at, message.c.id).limit(AT_ONCE)
        with self.operations.engine.connect() as connection:
            rows = [row._asdict() for row in connection.execute(order)]
        counts: dict[str, int] = {}
        for row in rows:
            state = self._send(send, row, now)
            counts[state] = counts.get(state, 0) + 1
        return counts

    def _send(self, send: Send, row: Row, now: datetime) -> str:
        tried = {"attempts": row["attempts"] + 1, "next_at": now + self._wait(row["attempts"])}
        self._note(row["id"], tried)
        try:
            send(as_sent(row), self.config)
        except NotSent as fault:
            over = fault.final or now - row["created_at"] >= GIVE_UP
            told: Row = {"state": FAILED if over else WAITING, "error": fault.sentence("en")[:ERROR]}
        else:
            told = {"state": DELIVERED, "delivered_at": now, "error": None}
        self._note(row["id"], told)
        return str(told["state"])

    def _wait(self, attempts: int) -> timedelta:
        """Return how long to wait after a try that failed, `attempts` having failed before it."""
        wait = timedelta(seconds=self.config.outbox.retry_s * 2.0 ** min(attempts, 16))
        return min(wait, LONGEST)

    def _note(self, id: int, told: Row) -> None:
        with self.operations.write() as connection:
            seq = self.operations.tick(connection, TOPIC)
            connection.execute(update(message).where(message.c.id == id).values(**told, seq=seq))


def as_sent(row: Mapping[str, Any]) -> Row:
    """Return a message as every adapter gives it away: JSON types only, the moment in ISO with Z."""
    facts = {name: row[name] for name in ("id", "incident_id", "whistle_id", "order", "to_kind", "to_id")}
    return facts | {"created_at": row["created_at"].isoformat() + "Z", "body": json.loads(row["body"])}
