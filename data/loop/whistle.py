"""吹哨报到: a street calls departments to an affair; they confirm, arrive and report within its limits.

Every call goes confirm -> arrive -> report. Who arrives without having confirmed is on site all the same: the arrival
counts, `confirmed_at` stays empty and says so, and confirming afterwards is refused. Nothing happens after the end.
A whistle nobody arrived for cannot end as resolved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from data.config import Config
from data.days import local_day
from data.errors import NotAllowed, Problem
from data.loop.calls import call_of, calls_of, in_order, is_mine, still_open, whistle_of
from data.loop.change import Deadlines
from data.loop.once import answer, answered
from data.loop.orders import post
from data.loop.rights import Places, Rights
from data.loop.rows import row_of
from data.loop.store import whistle, whistle_call
from data.masking import mask_text
from data.operations import Operations
from data.scope import Scope

TOPIC = "whistle"
OUTCOMES = ("resolved", "unresolved", "cancelled")
URGENT, NORMAL = 2, 3  # severities under which limits.csv is asked
STREET_RANK = 3  # grid 1, community 2, street 3; in a lower tree the level under the city
TOLD = ("whistle_id", "incident_id", "topic", "area_id", "urgent", "confirm_by", "arrive_by")

Row = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """What a street blows for: the affair, where, and whom it needs. Texts are masked before they are stored."""

    topic: str
    area_id: str
    units: tuple[str, ...]
    urgent: bool = False
    incident_id: str | None = None


class Whistles:
    """The whistles of one home, in the tables the desk makes; all times naive UTC.

    Every command is done once: the same `command_id` again gets the same answer. Raises Problem: needs_field,
    unknown_unit, unknown_incident, unknown_whistle, not_called, whistle_ended, whistle_step, bad_field; NotAllowed:
    not_allowed.
    """

    def __init__(self, operations: Operations, config: Config, places: Places, deadlines: Deadlines) -> None:
        self.operations, self.config, self.places, self.deadlines = operations, config, places, deadlines
        self.rights = Rights(config)

    def blow(self, command_id: str, scope: Scope, call: Call) -> str:
        """Call units together and return the whistle's id: for who may dispatch at street level or above."""
        if not self.may_blow(scope) or not self.places.inside(call.area_id, scope.area_id):
            raise NotAllowed("not_allowed", account=scope.account, detail=TOPIC)
        with self.operations.write() as connection:
            told = answered(connection, command_id, scope)
            if told is None:
                told = {"whistle_id": self._blow(connection, scope, call)}
                answer(connection, command_id, scope, told)
        return str(told["whistle_id"])

    def confirm(self, command_id: str, scope: Scope, whistle_id: str, unit_id: str) -> Row:
        """Note that a unit has heard; returns its call."""
        return self._note(command_id, scope, (whistle_id, unit_id), {"confirmed_at": None})

    def arrive(self, command_id: str, scope: Scope, whistle_id: str, unit_id: str) -> Row:
        """Note that a unit is on site, confirmed or not; returns its call."""
        return self._note(command_id, scope, (whistle_id, unit_id), {"arrived_at": None})

    def report(self, command_id: str, scope: Scope, call: tuple[str, str], outcome: str) -> Row:
        """Note what a unit did; `call` is (whistle_id, unit_id), `outcome` its words. Returns its call."""
        if not outcome.strip():
            raise Problem("needs_field", detail="outcome", act="report")
        return self._note(command_id, scope, call, {"reported_at": None, "report": mask_text(outcome.strip())})

    def end(self, command_id: str, scope: Scope, whistle_id: str, outcome: str) -> Row:
        """End a whistle as one of OUTCOMES, by who may dispatch there; returns whistle_id, ended_at and outcome."""
        with self.operations.write() as connection:
            told = answered(connection, command_id, scope)
            if told is None:
                row = whistle_of(connection, whistle_id)
                if not self._may_dispatch(scope, row["area_id"]):
                    raise NotAllowed("not_allowed", account=scope.account, detail="end")
                told = self._end(connection, row, outcome)
                answer(connection, command_id, scope, told)
        return told

    def get(self, whistle_id: str) -> Row:
        """Return a whistle with its `calls`; raises Problem `unknown_whistle`."""
        with self.operations.engine.connect() as connection:
            return whistle_of(connection, whistle_id) | {"calls": calls_of(connection, whistle_id)}

    def open(self, scope: Scope) -> list[Row]:
        """Return the whistles not ended, each with its `calls`, first to arrive first.

        A unit's account sees those its unit is called by, everybody else those of their area.
        """
        query = select(whistle).where(whistle.c.ended_at.is_(None)).order_by(whistle.c.arrive_by, whistle.c.whistle_id)
        with self.operations.engine.connect() as connection:
            rows = [row._asdict() for row in connection.execute(query)]
            rows = [row | {"calls": calls_of(connection, row["whistle_id"])} for row in rows]
        return [row for row in rows if self._sees(scope, row)]

    def of_case(self, incident_id: str) -> list[Row]:
        """Return the whistles blown for a case with their `calls`, newest first; who may see the case may see them."""
        mine = select(whistle).where(whistle.c.incident_id == incident_id).order_by(whistle.c.issued_at.desc())
        with self.operations.engine.connect() as connection:
            rows = [row._asdict() for row in connection.execute(mine)]
            return [row | {"calls": calls_of(connection, row["whistle_id"])} for row in rows]

    def may_blow(self, scope: Scope) -> bool:
        """Say whether an account may blow at all."""
        level = self.places.level(scope.area_id)
        lowest = min(STREET_RANK, max(len(self.config.levels) - 1, 1))
        return "dispatch" in self.rights.of(scope, level) and self.config.rank(level) >= lowest

    def _sees(self, scope: Scope, row: Mapping[str, Any]) -> bool:
        if scope.is_handler:
            return any(is_mine(scope, call["unit_id"]) for call in row["calls"])
        return self.places.inside(row["area_id"], scope.area_id)

    def _may_dispatch(self, scope: Scope, area_id: str) -> bool:
        held = self.rights.of(scope, self.places.level(scope.area_id))
        return "dispatch" in held and self.places.inside(area_id, scope.area_id)

    def _blow(self, connection: Connection, scope: Scope, call: Call) -> str:
        units = tuple(dict.fromkeys(call.units))
        for field, given in (("topic", call.topic.strip()), ("units", units)):
            if not given:
                raise Problem("needs_field", detail=field, act=TOPIC)
        for unit in units:
            self.places.unit_level(unit)
        if call.incident_id and not self.places.inside(row_of(connection, call.incident_id)["area_id"], scope.area_id):
            raise NotAllowed("not_allowed", account=scope.account, detail=call.incident_id)
        row = self._row(connection, scope, call)
        connection.execute(insert(whistle).values(**row))
        connection.execute(insert(whistle_call), [{"whistle_id": row["whistle_id"], "unit_id": unit} for unit in units])
        for unit in units:
            post(connection, self.operations, TOPIC, ("unit", unit), {key: row[key] for key in TOLD})
        return str(row["whistle_id"])

    def _row(self, connection: Connection, scope: Scope, call: Call) -> Row:
        at = _now()
        about = {"kind": None, "severity": URGENT if call.urgent else NORMAL, "level": self.places.level(scope.area_id)}
        due = {key: self.deadlines.due(f"whistle_{key}", about, at) for key in ("confirm", "arrive")}
        missing = next((key for key, end in due.items() if end is None), None)
        if missing:
            raise Problem("no_limit", detail=f"whistle_{missing}")
        return {
            "seq": self.operations.tick(connection, TOPIC),
            "whistle_id": self._number(connection, at),
            "incident_id": call.incident_id,
            "topic": mask_text(call.topic.strip()),
            "area_id": call.area_id,
            "urgent": call.urgent,
            "issued_at": at,
            "issued_by": scope.account,
            "confirm_by": due["confirm"],
            "arrive_by": due["arrive"],
        }

    def _number(self, connection: Connection, at: datetime) -> str:
        """Return the next number of a local day: CS-20261120-0003."""
        day = f"CS-{local_day(at, self.config.zone):%Y%m%d}-"
        last = connection.execute(select(func.max(whistle.c.whistle_id)).where(whistle.c.whistle_id.like(f"{day}%")))
        known = last.scalar()
        return f"{day}{int(known.rsplit('-', 1)[1]) + 1 if known else 1:04d}"

    def _note(self, command_id: str, scope: Scope, call: tuple[str, str], new: Row) -> Row:
        """Write a moment of one unit's call; the key of `new` that ends in _at says which."""
        moment = next(key for key in new if key.endswith("_at"))
        with self.operations.write() as connection:
            told = answered(connection, command_id, scope)
            if told is None:
                row = whistle_of(connection, call[0])
                if not is_mine(scope, call[1]) and not self._may_dispatch(scope, row["area_id"]):
                    raise NotAllowed("not_allowed", account=scope.account, detail=moment.removesuffix("_at"))
                still_open(row)
                by = {"confirmed_by": scope.account} if moment == "confirmed_at" else {}
                told = self._write(connection, call_of(connection, call), moment, new | by)
                answer(connection, command_id, scope, told)
        return told

    def _write(self, connection: Connection, row: Row, moment: str, new: Row) -> Row:
        in_order(row, moment)
        new = new | {moment: _now()}
        mine = (whistle_call.c.whistle_id == row["whistle_id"], whistle_call.c.unit_id == row["unit_id"])
        connection.execute(update(whistle_call).where(*mine).values(**new))
        self._touch(connection, row["whistle_id"], {})
        return row | new

    def _end(self, connection: Connection, row: Row, outcome: str) -> Row:
        still_open(row)
        calls = calls_of(connection, row["whistle_id"])
        arrived = any(call["arrived_at"] for call in calls)
        if outcome not in OUTCOMES or (outcome == "resolved" and not arrived):
            raise Problem("bad_field", detail="outcome", known=", ".join(OUTCOMES if arrived else OUTCOMES[1:]))
        new = {"ended_at": _now(), "outcome": outcome}
        self._touch(connection, row["whistle_id"], new)
        for call in calls:
            facts = {key: row[key] for key in TOLD} | new
            post(connection, self.operations, "whistle_end", ("unit", call["unit_id"]), facts)
        return {"whistle_id": row["whistle_id"], **new}

    def _touch(self, connection: Connection, whistle_id: str, new: Row) -> None:
        seq = self.operations.tick(connection, TOPIC)
        connection.execute(update(whistle).where(whistle.c.whistle_id == whistle_id).values(**new, seq=seq))


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
