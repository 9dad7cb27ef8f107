"""Commands are done once: the same id again gets the answer of the first time and does nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from data.errors import NotAllowed
from data.loop.store import command
from data.scope import Scope

Row = dict[str, Any]


def answered(connection: Connection, command_id: str, scope: Scope) -> Row | None:
    """Return what a command was answered before, or None; NotAllowed where it was somebody else's."""
    found = connection.execute(select(command).where(command.c.command_id == command_id)).first()
    if found is None:
        return None
    if found.account != scope.account:
        raise NotAllowed("not_allowed", account=scope.account, detail=command_id)
    row: Row = json.loads(found.answer)
    return row | {key: datetime.fromisoformat(row[key]) for key in row if key.endswith("_at") and row[key]}


def answer(connection: Connection, command_id: str, scope: Scope, row: Row) -> None:
    """Keep the answer of a command, in the transaction that does it."""
    told = json.dumps(row, ensure_ascii=False, default=lambda value: value.isoformat())
    at = datetime.now(UTC).replace(tzinfo=None)
    connection.execute(insert(command).values(command_id=command_id, account=scope.account, done_at=at, answer=told))
