"""Puts delivered cases into operations: one short transaction for some of them, only what is new or different."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from data.config import Config
from data.loop.store import incident, step
from data.operations import Operations
from data.states import FINAL
from etl.case_rows import owner, step_row
from etl.decided import BY_PERSON

TOPIC = "incident"
# Columns of a new case that no import tells.
FRESH: dict[str, Any] = {
    "detail": None,
    "arrived_at": None,
    "arrived_track_at": None,
    "review_at": None,
    "merged_into": None,
    "unlisted": False,
    "version": 0,
    "published_at": None,
}
Row = dict[str, Any]
Key = tuple[str, str, str]


class Case(NamedTuple):
    """A case as the warehouse knows it: the columns of its row here, and its steps in order."""

    row: Row
    steps: list[Row]


class Held(NamedTuple):
    """What operations holds of some cases: rows, keys of steps, and who of them people here decided on."""

    rows: dict[str, Row]
    steps: set[Key]
    decided: set[str]


def put(operations: Operations, cases: list[Case], config: Config, now: datetime, *, only_new: bool = False) -> int:
    """Write what is new of these cases in one transaction and return how many rows changed.

    only_new: cases that are there already are left as they are.
    """
    with operations.write() as connection:
        operations.tick(connection, TOPIC, 0)
        held = _held(connection, [case.row["incident_id"] for case in cases])
        rows, steps = [], []
        for case in cases:
            mine = held.rows.get(case.row["incident_id"])
            if mine and only_new:
                continue
            fresh = [told for told in case.steps if _key(told) not in held.steps]
            if mine and mine["incident_id"] in held.decided and owner(mine["source"], config) == "own":
                new, fresh = _published(mine, case, now), []
            else:
                new = _published(_merged(mine, case), case, now)
            if mine is None or fresh or new != mine:
                rows.append(new)
            steps += [step_row(told) for told in fresh]
        _write(connection, operations, (rows, set(held.rows)), steps)
    return len(rows)


def _merged(mine: Row | None, case: Case) -> Row:
    """Return the row of a case that follows its import; who else supervised or arrived is not forgotten."""
    row: Row = (mine or FRESH) | case.row
    row["supervised"] = bool(row["supervised"] or (mine and mine["supervised"]))
    return row


def _published(row: Row, case: Case, now: datetime) -> Row:
    """Return the row with the moment at which its final state was first seen in a published version."""
    over = row["state"] in FINAL and row["state"] == case.row["state"]
    return row | {"published_at": (row["published_at"] or now) if over else None}


def _write(connection: Connection, operations: Operations, new: tuple[list[Row], set[str]], steps: list[Row]) -> None:
    rows, known = new
    if not rows and not steps:
        return
    top = operations.tick(connection, TOPIC, len(steps) + 1)
    for number, row in enumerate(steps):
        row["seq"] = top - len(steps) + number
    if steps:
        connection.execute(insert(step), steps)
    rows = [row | {"seq": top, "version": row["version"] + 1} for row in rows]
    inserted = [row for row in rows if row["incident_id"] not in known]
    if inserted:
        connection.execute(insert(incident), inserted)
    changed = [row | {"mine": row["incident_id"]} for row in rows if row["incident_id"] in known]
    if changed:
        connection.execute(update(incident).where(incident.c.incident_id == bindparam("mine")), changed)


def _held(connection: Connection, ids: list[str]) -> Held:
    rows = connection.execute(select(incident).where(incident.c.incident_id.in_(ids)).with_for_update())
    columns = (step.c.source, step.c.incident_id, step.c.step_id, BY_PERSON.label("by_person"))
    steps = connection.execute(select(*columns).where(step.c.incident_id.in_(ids))).all()
    return Held(
        {row.incident_id: row._asdict() for row in rows},
        {(row.source, row.incident_id, row.step_id) for row in steps},
        {row.incident_id for row in steps if row.by_person},
    )


def _key(told: Row) -> Key:
    return told["source"], told["incident_id"], told["step_id"]
