"""One round of the alarms: asks every rule, and writes what has begun, been raised, ended or escalated.

Everything a round needs stands in operations, so that whoever takes over goes on where the other one ended.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from data.loop.alarm_plan import Row, State, weigh
from data.loop.alarm_rules import RULES
from data.loop.alarm_settings import Setting, load_settings
from data.loop.alarm_sign import KINDS, Sign
from data.loop.alarm_world import Home, World
from data.loop.orders import post
from data.loop.presence import follow
from data.loop.store import alarm, alarm_member, metadata
from data.loop.watch_tables import watch
from data.operations import Operations
from data.warehouse import Warehouse

TOPIC = "alarm"
AT_ONCE = 400  # alarms of one statement
ABOUT = ("subject", "lon", "lat", "value", "limit", *KINDS.values())
OURS = ("raised_at", "ended_at", "joined_at", "n_members", "escalated_at", "area_id", "area_name", "level", *ABOUT)
TOLD = ("alarm_id", "rule", "severity", "area_id", "subject", "key_area_id", "camera_id", "incident_id", "began_at")

Signs = dict[str, list[Sign]]


class AlarmRound:
    """The alarms of one home; `run` is called by a timer, moments are naive UTC."""

    def __init__(
        self, operations: Operations, warehouse: Warehouse, settings: dict[str, Setting] | None = None
    ) -> None:
        self.operations, self.home = operations, Home(operations, warehouse)
        self.settings = load_settings(warehouse.config.home) if settings is None else settings
        operations.make(metadata)

    def run(self, now: datetime) -> int:
        """Look at the city once; returns how many alarms have changed."""
        world = World(self.home, now)
        follow(world, self.settings, self.operations)
        rules = {rule: find for rule, find in RULES.items() if self.settings[rule].enabled}
        signs = {rule: find(world, self.settings[rule]) for rule, find in rules.items()}
        with self.operations.engine.connect() as connection:
            if not self._weigh(connection, signs, now):
                return 0
        with self.operations.write() as connection:
            seq = self.operations.tick(connection, TOPIC)  # from here on nobody else changes an alarm
            changed = self._weigh(connection, signs, now)  # again: meanwhile somebody may have acknowledged
            self._write(connection, changed, world, seq)
        return len(changed)

    def _weigh(self, connection: Connection, signs: Signs, now: datetime) -> list[State]:
        states = _open(connection)
        listed = self.settings.keys() & (states.keys() | signs.keys())
        found = (weigh(rule, self.settings[rule], signs.get(rule, []), states[rule], now) for rule in sorted(listed))
        return [state for changed in found for state in changed]

    def _write(self, connection: Connection, changed: list[State], world: World, seq: int) -> None:
        """Write rows and members of what has changed; one number of the clock for all of it."""
        _remove_members(connection, [state.row["alarm_id"] for state in changed if not state.is_new])
        kept = [state for state in changed if not state.is_gone]
        gone = [{"mine": state.row["alarm_id"]} for state in changed if state.is_gone and not state.is_new]
        if gone:
            connection.execute(delete(alarm).where(alarm.c.alarm_id == bindparam("mine")), gone)
        for state in kept:
            self._describe(state, world)
        _write_rows(
            connection, [state.row | {"seq": seq} for state in kept], {s.row["alarm_id"] for s in kept if s.is_new}
        )
        members = [row for state in kept for row in _member_rows(state)]
        if members:
            connection.execute(insert(alarm_member), members)
        for state in kept:
            if state.is_late:
                self._tell(connection, state.row, world)

    def _describe(self, state: State, world: World) -> None:
        """Say what an alarm is about: of one member all that is known, of several what they share."""
        row, signs = state.row, state.signs
        if signs:
            one = len(state.members) == 1
            about = dict.fromkeys(ABOUT) | signs[-1].about
            persons = signs[0].kind == "worker"
            if one:
                about[KINDS[signs[0].kind]] = signs[0].subject_id
            elif not about["key_area_id"] or not persons:
                about |= {"key_area_id": None, "subject": about["subject"] if not about["key_area_id"] else None}
            if not one and persons and not about["key_area_id"]:
                about |= {"lon": None, "lat": None, "value": None}
            row |= about | {"area_id": world.common([sign.area_id for sign in signs])}
        row["area_name"] = world.names.get(row["area_id"].removesuffix("~"))
        row["level"] = self._level(row, world)

    def _level(self, row: Row, world: World) -> str:
        """Return the level an alarm goes up to: that of its rule, or the one above its area."""
        levels = [level.id for level in world.config.levels]
        here = world.places.level(row["area_id"]) or levels[0]
        above = levels[max(levels.index(here) - 1, 0)] if here in levels else levels[0]
        return self.settings[row["rule"]].to_level or above

    def _tell(self, connection: Connection, row: Row, world: World) -> None:
        """Tell the level above and whoever leads the watch, once: escalated_at remembers it."""
        ups = world.places.up(row["area_id"])
        area = next((up for up in ups if world.places.level(up) == row["level"]), world.config.city.area_id)
        leads = select(watch.c.account, watch.c.area_id).where(watch.c.leads, watch.c.ended_at.is_(None))
        leaders = [one.account for one in connection.execute(leads) if world.places.inside(row["area_id"], one.area_id)]
        facts = {key: row.get(key) for key in TOLD} | {"order": "alarm", "level": row["level"], "accounts": leaders}
        post(connection, self.operations, "alarm", ("level", area), facts)


def _open(connection: Connection) -> dict[str, list[State]]:
    """Return every alarm that has not ended with its members, by rule."""
    held = {row.alarm_id: State(dict(row._mapping), {}) for row in connection.execute(_unended()).all()}
    mine = select(alarm_member).where(
        alarm_member.c.alarm_id.in_(select(alarm.c.alarm_id).where(alarm.c.ended_at.is_(None)))
    )
    for row in connection.execute(mine).all():
        if row.alarm_id in held:
            held[row.alarm_id].members[row.kind, row.subject_id] = {"began_at": row.began_at, "ended_at": row.ended_at}
    states: dict[str, list[State]] = defaultdict(list)
    for state in held.values():
        states[state.row["rule"]].append(state)
    return states


def _unended() -> Any:
    return select(alarm).where(alarm.c.ended_at.is_(None)).order_by(alarm.c.began_at, alarm.c.alarm_id)


def _write_rows(connection: Connection, rows: list[Row], new: set[str]) -> None:
    """Insert new alarms and change the others; one whose very beginning is known goes on, as its data say it does."""
    known: set[str] = set()
    listed = sorted(new)
    for first in range(0, len(listed), AT_ONCE):
        some = alarm.c.alarm_id.in_(listed[first : first + AT_ONCE])
        known |= set(connection.execute(select(alarm.c.alarm_id).where(some)).scalars())
    _remove_members(connection, sorted(known))
    fresh = [row for row in rows if row["alarm_id"] in new - known]
    if fresh:
        connection.execute(insert(alarm), [dict.fromkeys(alarm.c.keys()) | row for row in fresh])
    moved = [row for row in rows if row["alarm_id"] not in new - known]
    if moved:
        values = [{key: row.get(key) for key in (*OURS, "seq")} | {"mine": row["alarm_id"]} for row in moved]
        connection.execute(update(alarm).where(alarm.c.alarm_id == bindparam("mine")), values)


def _remove_members(connection: Connection, alarm_ids: list[str]) -> None:
    for first in range(0, len(alarm_ids), AT_ONCE):
        some = alarm_member.c.alarm_id.in_(alarm_ids[first : first + AT_ONCE])
        connection.execute(delete(alarm_member).where(some))


def _member_rows(state: State) -> list[Row]:
    return [
        {"alarm_id": state.row["alarm_id"], "kind": kind, "subject_id": subject}
        | {"began_at": one["began_at"], "ended_at": one["ended_at"]}
        for (kind, subject), one in state.members.items()
    ]
