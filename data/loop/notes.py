"""Notes on an incident: what somebody wants the next one to know. Written once, masked, never changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from data.errors import NotAllowed, Problem
from data.loop.once import answer, answered
from data.loop.store import metadata, note
from data.masking import mask_text
from data.operations import Operations
from data.scope import Scope

TOPIC = "note"
LONGEST = 500

Row = dict[str, Any]


class Notes:
    """The notes of one home."""

    def __init__(self, operations: Operations) -> None:
        self.operations = operations
        operations.make(metadata)

    def add(self, command_id: str, scope: Scope, incident_id: str, text: str | None) -> Row:
        """Keep a note and return it: incident_id, noted_at (naive UTC), account, text (masked), seq.

        The same command twice is one note. Raises Problem `needs_field` for an empty text; NotAllowed where the
        command was another account's. Whether the account may see the incident is for the caller to ask first.
        """
        words = mask_text((text or "").strip()[:LONGEST])
        if not words:
            raise Problem("needs_field", detail="text", act="note")
        if not scope.reports_cases:
            raise NotAllowed("not_allowed", account=scope.account, detail="note")
        with self.operations.write() as connection:
            told = answered(connection, command_id, scope)
            if told is None:
                told = {"incident_id": incident_id, "noted_at": datetime.now(UTC).replace(tzinfo=None)}
                told |= {"account": scope.account, "text": words, "seq": self.operations.tick(connection, TOPIC)}
                connection.execute(insert(note).values(**told))
                answer(connection, command_id, scope, told)
        return told

    def of(self, incident_id: str) -> list[Row]:
        """Return an incident's notes, oldest first."""
        mine = select(note).where(note.c.incident_id == incident_id).order_by(note.c.noted_at, note.c.id)
        with self.operations.engine.connect() as connection:
            return [row._asdict() for row in connection.execute(mine)]
