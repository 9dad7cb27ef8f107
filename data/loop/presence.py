"""Who is in which watched key area: written down in operations, so that entering and leaving survive a restart.

Somebody enters within `limit` metres of the border and has left beyond `release` metres: positions tremble.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from data.loop.alarm_settings import Setting
from data.loop.alarm_world import World
from data.loop.store import key_presence
from data.operations import Operations

FORGOTTEN = timedelta(days=1)  # after leaving
RULES = ("key_enter", "key_leave", "key_dwell")
STALE = timedelta(minutes=15)  # an older position says nothing of where its worker is

Pair = tuple[str, str]
Row = dict[str, Any]


def watched(area: Row, setting: Setting, now: datetime) -> bool:
    """Say whether a rule of presence watches a key area: by its kind, grade and days, and unless it is left out."""
    kind = not setting.kinds or area["kind"] in setting.kinds
    first, last = area.get("valid_from"), area.get("valid_to")
    valid = (first is None or first <= now.date()) and (last is None or now.date() < last)
    return bool(valid and kind and area["grade"] and area["grade"] <= setting.grade) and (
        area["key_area_id"] not in setting.but
    )


def follow(world: World, settings: dict[str, Setting], operations: Operations) -> None:
    """Write down who has entered or left since the round before; times are those of the fixes, naive UTC."""
    rules = [settings[rule] for rule in RULES if rule in settings and settings[rule].enabled]
    areas = world.shapes.key_areas
    kept = {area["key_area_id"] for area in areas if any(watched(area, rule, world.now) for rule in rules)}
    if not rules:
        return
    inside, near = (_pairs(world, kept, reach) for reach in (rules[0].limit, rules[0].release))
    with operations.engine.connect() as connection:
        known = {(row.worker_id, row.key_area_id): row for row in connection.execute(select(key_presence))}
    here = {pair for pair, row in known.items() if row.left_at is None}
    silent = {row["worker_id"] for row in world.people.rows if world.now - row["fixed_at"] > STALE}
    left = {pair for pair in here - near.keys() if pair[0] not in silent}
    entered = {pair: at for pair, at in inside.items() if pair not in here and pair[0] not in silent}
    old = {pair for pair, row in known.items() if row.left_at and row.left_at < world.now - FORGOTTEN}
    if left or entered or old:
        seen = {row["worker_id"]: row["fixed_at"] for row in world.people.rows}
        with operations.write() as connection:
            _leave(connection, {pair: seen.get(pair[0], world.now) for pair in left})
            _remove(connection, old | (entered.keys() & known.keys()))
            _enter(connection, entered)


def _pairs(world: World, kept: set[str], reach_m: float) -> dict[Pair, datetime]:
    """Return the workers within reach of the key areas that are watched, and when their fix was."""
    people, areas = world.people, world.shapes.key_areas
    point, shape = world.shapes.near(people.points, reach_m)
    watched = np.array([area["key_area_id"] in kept for area in areas], bool)
    mine = watched[shape] if len(shape) else np.empty(0, bool)
    pairs = zip(point[mine].tolist(), shape[mine].tolist(), strict=True)
    return {(people.rows[p]["worker_id"], areas[s]["key_area_id"]): people.rows[p]["fixed_at"] for p, s in pairs}


def _mine() -> Any:
    return (key_presence.c.worker_id == bindparam("w")) & (key_presence.c.key_area_id == bindparam("k"))


def _leave(connection: Connection, left: dict[Pair, datetime]) -> None:
    rows = [{"w": worker, "k": area, "left_at": at} for (worker, area), at in left.items()]
    if rows:
        connection.execute(update(key_presence).where(_mine()), rows)


def _remove(connection: Connection, pairs: set[Pair]) -> None:
    if pairs:
        connection.execute(delete(key_presence).where(_mine()), [{"w": worker, "k": area} for worker, area in pairs])


def _enter(connection: Connection, entered: dict[Pair, datetime]) -> None:
    rows = [{"worker_id": w, "key_area_id": k, "entered_at": at, "left_at": None} for (w, k), at in entered.items()]
    if rows:
        connection.execute(insert(key_presence), rows)
