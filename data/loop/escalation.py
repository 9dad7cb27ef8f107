"""The ladder grid -> community -> street -> city: a case that is late goes up one level after the other, as a reminder.

A case is late when the limit of its running step has passed, or when it stays at a level for longer than the limit
`escalate_<level>` of limits.csv. The level above is told and the case supervised (X4, 督办) once per level, by a timer:
it never closes a case or gives it to somebody else, and it keeps the row's version, so that no operator is told that
somebody was faster. A shelved case is not late: whoever leads it is reminded when its review is due. Mirrored cases
are their own system's to hurry, and what is late for longer than [loop] keep_days is a backlog that an import
brought, not news.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from data.config import Config
from data.loop.admission import Admission
from data.loop.late import TIMER, running, to_review, told
from data.loop.limits import ESCALATE
from data.loop.orders import FACTS, post
from data.loop.store import incident, metadata, step
from data.operations import Operations

TOPIC = "incident"
REASON = "timeout"
HANDLED = ("S60", "S65")  # what is waited for is the check: only its own limit counts
AT_ONCE = 25  # cases of one transaction, so that operators never wait long for it
KEPT = 50_000  # limits remembered
MOST = 200  # and of one run: the rest comes with the next

Row = dict[str, Any]


class Tree(Protocol):
    """What the ladder must know of the areas."""

    def level(self, area_id: str) -> str | None:
        """Return the level of an area."""

    def up(self, area_id: str) -> list[str]:
        """Return an area and those above it, the city last."""


class Clock(Protocol):
    """By when."""

    def due(self, step: str, row: Mapping[str, Any], at: datetime) -> datetime | None:
        """Return the end of a step's limit that begins at `at`; None where the table sets none."""


@dataclass(frozen=True)
class Late:
    """A case that is late and who is to be told: the area of `level` above it."""

    row: Row
    level: str
    area_id: str


class Escalation:
    """The ladder of one home; `run` is called by a timer, moments are naive UTC."""

    def __init__(self, operations: Operations, config: Config, places: Tree, clock: Clock) -> None:
        self.operations, self.config, self.places, self.clock = operations, config, places, clock
        self.admission = Admission(config)
        self._limits: dict[tuple[str, int, str, datetime], datetime | None] = {}
        self.levels = [level.id for level in config.levels]  # the city first
        operations.make(metadata)

    def run(self, now: datetime) -> int:
        """Tell of everything that is late or to be reviewed; returns how many messages were written."""
        told = 0
        with self.operations.engine.connect() as connection:
            late, reviews = self._late(connection, now), connection.execute(to_review(now)).all()
        for first in range(0, min(len(late), MOST), AT_ONCE):
            told += self._supervise(late[first : first + AT_ONCE], now)
        for row in reviews:
            told += self._remind(row.incident_id, now)
        return told

    def due_escalations(self, now: datetime) -> list[Late]:
        """Return the cases somebody above has to be told of now, the longest overdue first."""
        with self.operations.engine.connect() as connection:
            return self._late(connection, now)

    def _late(self, connection: Connection, now: datetime) -> list[Late]:
        rows = [row._asdict() for row in connection.execute(running())]
        known = told(connection)
        found = [self._judge(row, known.get(row["incident_id"], {}), now) for row in rows]
        return [late for late in found if late]

    def _judge(self, row: Row, told: Mapping[str, datetime], now: datetime) -> Late | None:
        """Say who is to be told of a case; `told`: level -> when it was told in this cycle."""
        here = row["level"] if row["level"] in self.levels else self.places.level(row["area_id"]) or self.levels[-1]
        highest = min([here, *told], key=self.levels.index)
        if highest == self.levels[0] and highest in told:
            return None
        since = told.get(highest) or row["dispatched_at"] or row["filed_at"] or row["reported_at"]
        if not self._is_late(row, (highest, since), bool(told), now):
            return None
        above = self._above(highest, row)
        area = next((area for area in self.places.up(row["area_id"]) if self.places.level(area) == above), None)
        return Late(row, above, area or self.config.city.area_id) if above not in told else None

    def _is_late(self, row: Row, stay: tuple[str, datetime], again: bool, now: datetime) -> bool:
        """Say whether a case is late enough to go up: once told, both its own limit and the level's have to pass."""
        oldest = now - timedelta(days=self.config.loop.keep_days)
        overdue = row["due_at"] is not None and oldest < row["due_at"] <= now
        if overdue != again:  # late for the first time, or told once and in time since
            return overdue
        if not again and row["state"] in HANDLED:
            return False
        limit = self._limit(row, stay)
        return limit is not None and oldest < limit <= now

    def _limit(self, row: Row, stay: tuple[str, datetime]) -> datetime | None:
        """Return until when a case may stay at a level since a moment; computed once, as cases wait for days."""
        level, since = stay
        key = (row["kind"], row["severity"], level, since)
        if key not in self._limits:
            if len(self._limits) >= KEPT:
                self._limits.clear()
            self._limits[key] = self.clock.due(f"{ESCALATE}_{level}", row | {"level": level}, since)
        return self._limits[key]

    def _above(self, level: str, row: Row) -> str:
        """Return the next level that may be given such a case; that of the city is the last."""
        at = max(self.levels.index(level) - 1, 0)
        while at and not self.admission.admits(row["kind"], row["subkind"], self.levels[at]):
            at -= 1
        return self.levels[at]

    def _supervise(self, late: Sequence[Late], now: datetime) -> int:
        """Write the steps and messages of some cases in one transaction; those that moved meanwhile are left out."""
        done = 0
        with self.operations.write() as connection:
            self.operations.tick(connection, TOPIC, 0)
            for one in late:
                mine = incident.c.incident_id == one.row["incident_id"]
                row = connection.execute(select(incident).where(mine).with_for_update()).first()
                if row is None or row.version != one.row["version"]:
                    continue
                seq = self.operations.tick(connection, TOPIC)
                connection.execute(update(incident).where(mine).values(supervised=True, seq=seq))
                connection.execute(insert(step).values(**_step(one, now), seq=seq, step_id=uuid4().hex))
                self._tell(connection, "escalate", one)
                done += 1
        return done

    def _remind(self, incident_id: str, now: datetime) -> int:
        """Tell the level above a shelved case that its review is due, once."""
        with self.operations.write() as connection:
            one = connection.execute(to_review(now).where(incident.c.incident_id == incident_id)).first()
            if one is None:
                return 0
            row: Row = one._asdict()
            here = row["level"] if row["level"] in self.levels else self.levels[-1]
            above = self._above(here, row)
            area = next((area for area in self.places.up(row["area_id"]) if self.places.level(area) == above), None)
            self._tell(connection, "review", Late(row, above, area or self.config.city.area_id))
        return 1

    def _tell(self, connection: Connection, order: str, one: Late) -> None:
        facts = {key: one.row[key] for key in FACTS} | {"order": order, "level": one.level, "reason": REASON}
        facts |= {"review_at": one.row["review_at"]} if order == "review" else {}
        post(connection, self.operations, order, ("level", one.area_id), facts)


def _step(one: Late, now: datetime) -> Row:
    row = one.row
    return {
        "incident_id": row["incident_id"],
        "source": "gridlink",
        "stepped_at": now,
        "act": "supervise",
        "from_state": row["state"],
        "to_state": "X4",
        "unit_id": row["unit_id"],
        "level": one.level,
        "actor_role": TIMER,
        "account": None,
        "worker_id": row["worker_id"],
        "deadline_at": None,
        "reason": REASON,
        "decided": True,
    }
