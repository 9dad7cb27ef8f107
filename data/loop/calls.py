"""The calls of a whistle: one for each unit, and the order in which a unit may confirm, arrive and report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from data.errors import Problem
from data.loop.store import whistle, whistle_call
from data.scope import Scope

# the moments of a call: which one needs another before it, and which ones forbid it
NEEDS = {"confirmed_at": None, "arrived_at": None, "reported_at": "arrived_at"}
FORBIDS = {
    "confirmed_at": ("confirmed_at", "arrived_at"),
    "arrived_at": ("arrived_at",),
    "reported_at": ("reported_at",),
}

Row = dict[str, Any]


def whistle_of(connection: Connection, whistle_id: str) -> Row:
    """Return a whistle, locked until the transaction ends; raises Problem `unknown_whistle`."""
    found = connection.execute(select(whistle).where(whistle.c.whistle_id == whistle_id).with_for_update()).first()
    if found is None:
        raise Problem("unknown_whistle", detail=whistle_id)
    return found._asdict()


def calls_of(connection: Connection, whistle_id: str) -> list[Row]:
    """Return the calls of a whistle by unit."""
    query = select(whistle_call).where(whistle_call.c.whistle_id == whistle_id).order_by(whistle_call.c.unit_id)
    return [row._asdict() for row in connection.execute(query)]


def call_of(connection: Connection, call: tuple[str, str]) -> Row:
    """Return the call of (whistle_id, unit_id); raises Problem `not_called`."""
    found = next((row for row in calls_of(connection, call[0]) if row["unit_id"] == call[1]), None)
    if found is None:
        raise Problem("not_called", unit=call[1], detail=call[0])
    return found


def still_open(row: Mapping[str, Any]) -> None:
    """Raise Problem `whistle_ended` where a whistle has ended."""
    if row["ended_at"] is not None:
        raise Problem("whistle_ended", detail=row["whistle_id"], at=row["ended_at"], known=row["outcome"])


def in_order(call: Mapping[str, Any], moment: str) -> None:
    """Raise Problem `whistle_step` where a unit cannot do that now: done before, overtaken, or not yet its turn."""
    need = NEEDS[moment]
    if any(call[key] for key in FORBIDS[moment]) or (need and call[need] is None):
        known = [key.removesuffix("_at") for key in NEEDS if call[key]]
        detail = moment.removesuffix("_at")
        raise Problem("whistle_step", unit=call["unit_id"], detail=detail, known=known[-1] if known else "called")


def is_mine(scope: Scope, unit_id: str) -> bool:
    """Say whether an account speaks for a unit."""
    return scope.has("department") and bool(scope.unit_id) and scope.unit_id == unit_id
