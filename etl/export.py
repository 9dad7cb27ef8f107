"""Carries what people decided into the warehouse: every run takes along the steps since the version it is built on.

The version names the clock of the last step it holds (`exported_seq`) and its store (`exported_from`), so that a
version built on an older one takes them along again; the keys of the steps make that harmless. Nothing waits for it:
the board reads operations.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Row, inspect, select

from data.config import Config
from data.days import local_day
from data.lake import Folders, Manifest, read_current, read_manifest
from data.loop.store import incident, step
from data.operations import Operations
from data.schema import arrow_schema
from etl.load_incidents import append_rows
from etl.merge import FILE
from etl.run import Run

TOPIC = "incident"
REPORT = "report"  # the act that opens a case here
POINTS = ("point", "outside")
Held = tuple[int, str]


def export(run: Run) -> int:
    """Append new reports and decided steps to the draft and return how many steps there were.

    Of another store than the one the version took its steps from, everything is taken along.
    """
    operations = Operations.of(run.config)
    with operations.engine.connect() as connection:
        if not inspect(connection).has_table(step.name):
            return 0
        found = _waiting(connection, since(operations, (run.draft.exported_seq, run.draft.exported_from)))
        cases = sorted({row.incident_id for row in found if row.act == REPORT})
        opened = [row for first in range(0, len(cases), 500) for row in _cases(connection, cases[first : first + 500])]
    if found:
        append_rows(run, "incident_report", _table("incident_report", [_report(row, run.config) for row in opened]))
        append_rows(run, "incident_step", _table("incident_step", [_step(row, run.config) for row in found]))
        run.draft.exported_seq, run.draft.exported_from = found[-1].seq, operations.id
    return len(found)


def waits(config: Config) -> bool:
    """Say whether people decided something the version served does not hold; nothing waits before the first version."""
    folders = Folders(config.home / "warehouse")
    current = read_current(folders)
    if current is None:
        return False
    return is_waiting(Operations.of(config), held_by(read_manifest(folders, current, parts=False)))


def held_by(manifest: Manifest) -> Held:
    """Return up to which step, and of which store, a version holds what people decided."""
    return manifest.exported_seq, manifest.exported_from


def is_waiting(operations: Operations, held: Held) -> bool:
    """Say whether people decided something a version that holds so much does not have."""
    mine = select(step.c.seq).where(step.c.decided.is_(True), step.c.seq > since(operations, held))
    with operations.engine.connect() as connection:
        made = inspect(connection).has_table(step.name)
        return made and connection.execute(mine.limit(1)).first() is not None


def since(operations: Operations, held: Held) -> int:
    """Return the clock after which steps are new to a version; everything of another store is, and of one set back."""
    seq, store = held
    return seq if store == operations.id and seq <= operations.clock(TOPIC) else 0


def _waiting(connection: Connection, after: int) -> Sequence[Row[Any]]:
    query = select(step).where(step.c.decided.is_(True), step.c.seq > after)
    return connection.execute(query.order_by(step.c.seq)).all()


def _cases(connection: Connection, ids: list[str]) -> Sequence[Row[Any]]:
    return connection.execute(select(incident).where(incident.c.incident_id.in_(ids))).all()


def _report(row: Row[Any], config: Config) -> dict[str, Any]:
    told = row._asdict()
    exact = told["located"] in POINTS
    point = {name: told[name] if exact else None for name in ("lon", "lat")}
    return told | point | {"day": local_day(told["reported_at"], config.zone), "worker_id": told["reporter_id"]}


def _step(row: Row[Any], config: Config) -> dict[str, Any]:
    return row._asdict() | {"day": local_day(row.stepped_at, config.zone)}


def _table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    schema = arrow_schema(name)
    table = pa.Table.from_pylist([{field: row.get(field) for field in schema.names} for row in rows], schema)
    return table.append_column(FILE, pa.array([0] * len(rows), pa.int32()))
