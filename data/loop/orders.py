"""Orders to whoever a case was given to: messages in the outbox, written in the transaction of the act itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert

from data.loop.store import message
from data.operations import Operations

TOPIC = "order"
FACTS = ("incident_id", "kind", "subkind", "severity", "area_id", "deadline_at", "due_at")
# Of the place and the kind only what the receiver needs to begin; who reported it is nobody's business.


def tell(
    connection: Connection, operations: Operations, order: str, row: Mapping[str, Any], step: Mapping[str, Any]
) -> None:
    """Put an order for the worker a case was given to, or else its unit, into the outbox."""
    to = next(((kind, row[f"{kind}_id"]) for kind in ("worker", "unit") if row[f"{kind}_id"]), None)
    if to is None:
        return
    facts = {key: row[key] for key in FACTS} | {"order": order, "reason": step["reason"]}
    post(connection, operations, order, to, facts)


def post(
    connection: Connection, operations: Operations, order: str, to: tuple[str, str], facts: Mapping[str, Any]
) -> None:
    """Put one message into the outbox; `to` is (worker | unit | level, its id), `facts` whatever JSON can say."""
    at = datetime.now(UTC).replace(tzinfo=None)
    row = {
        "incident_id": facts.get("incident_id"),
        "whistle_id": facts.get("whistle_id"),
        "order": order,
        "to_kind": to[0],
        "to_id": to[1],
        "body": json.dumps(facts, ensure_ascii=False, default=str),
        "state": "waiting",
        "attempts": 0,
        "next_at": at,
        "created_at": at,
        "seq": operations.tick(connection, TOPIC),
    }
    connection.execute(insert(message).values(**row))
