"""Acknowledging alarms, and who is in one. Every command is done once: the same id again gets the same answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, select, update

from data.errors import NotAllowed, Problem
from data.loop.alarm_settings import load_settings
from data.loop.once import answer, answered
from data.loop.sos import RULE, Call, Sos
from data.loop.store import alarm, metadata
from data.masking import mask_text
from data.operations import Operations
from data.places import Places
from data.scope import Scope

TOPIC = "alarm"
LONGEST = 200  # characters of a note

Row = dict[str, Any]


class Alarms:
    """The alarms of one home; `ask` is the Door's query. Raises Problem: unknown_alarm, alarm_taken; NotAllowed."""

    def __init__(self, operations: Operations, places: Places, ask: Callable[..., pa.Table]) -> None:
        self.operations, self.places, self.ask = operations, places, ask
        operations.make(metadata)

    def acknowledge(self, command_id: str, scope: Scope, alarm_id: str, note: str = "") -> Row:
        """Write down that an account has seen an alarm, with a note (masked); the second one is told who was first."""
        if not scope.keeps_watch:
            raise NotAllowed("not_allowed", account=scope.account, detail=TOPIC)
        with self.operations.write() as connection:
            told = answered(connection, command_id, scope)
            if told is None:
                told = self._acknowledge(connection, scope, alarm_id, note)
                answer(connection, command_id, scope, told)
        return told

    def members(self, scope: Scope, alarm_id: str) -> list[Row]:
        """Return who or what is in an alarm: alarm_id, area_id, kind, subject_id, name, began_at, ended_at."""
        rows: list[Row] = self.ask("alarm_members", scope, alarm=alarm_id).to_pylist()
        return rows

    @property
    def takes_sos(self) -> bool:
        """Say whether calls for help are alarms here."""
        return load_settings(self.places.config.home)[RULE].enabled

    def raise_sos(self, call: Call) -> Row | None:
        """Raise a call for help at once; see data/loop/sos.py."""
        return Sos(self.operations, self.places).call(call)

    def _acknowledge(self, connection: Connection, scope: Scope, alarm_id: str, note: str) -> Row:
        mine = alarm.c.alarm_id == alarm_id
        seq = self.operations.tick(connection, TOPIC)  # before any row, or two wait for each other
        found = connection.execute(select(alarm).where(mine).with_for_update()).mappings().first()
        if found is None or found["raised_at"] is None:
            raise Problem("unknown_alarm", detail=alarm_id)
        if not self.places.inside(found["area_id"], scope.area_id):
            raise NotAllowed("not_allowed", account=scope.account, detail=alarm_id)
        if found["acked_at"] is not None:
            at = found["acked_at"].replace(tzinfo=UTC).astimezone(self.places.config.zone)
            raise Problem("alarm_taken", account=found["acked_by"], at=f"{at:%m-%d %H:%M}", detail=alarm_id)
        words = mask_text(note.strip()[:LONGEST]) or None
        changed: Row = {"acked_at": datetime.now(UTC).replace(tzinfo=None), "acked_by": scope.account}
        changed |= {"note": words, "seq": seq}
        connection.execute(update(alarm).where(mine).values(**changed))
        return dict(found) | changed
