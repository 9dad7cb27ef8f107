"""Delivers cases into operations once a version is published, and lets them go when they are long over.

Every case that is not final is there, whatever its source, and those that ended within two days, for the flow of
24 hours; an older one that ended only updates a row that is. What people here
decided stands: the row they made is kept, except that a mirrored case always follows its source. Nothing is read or
written where neither a report nor a step is new.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, MetaData, String, Table, delete, func, insert, select, update

from data.config import Config
from data.lake import Folders, Manifest, read_current, read_manifest
from data.loop.due import Due
from data.loop.store import incident, message, note, step
from data.loop.store import metadata as loop
from data.opening import open_version
from data.operations import Operations
from data.states import FINAL
from etl.case_rows import case_row, owner
from etl.case_store import Case, put

AT_ONCE = 400  # cases in one write transaction, so that operators never wait long for it
LATELY = timedelta(days=2)
METADATA = MetaData()
# What was delivered last: one row.
delivery = Table("delivery", METADATA, Column("what", String, primary_key=True), Column("state", String))
WHAT = "cases"
SAID = ("state", "area_id", "located", "kind", "severity", "title")
Row = dict[str, Any]

CASES = """
    WITH wanted AS (
        SELECT * FROM incident
        WHERE NOT list_contains($final, state)
        OR incident_id IN (SELECT unnest($held::VARCHAR[]))
        OR greatest(reported_at, coalesce(handled_at, reported_at), coalesce(closed_at, reported_at)) > $since
    ), taken AS (
        SELECT incident_id, count(*) AS steps
        FROM incident_step SEMI JOIN wanted USING (incident_id)
        GROUP BY incident_id
    )
    SELECT wanted.*, coalesce(taken.steps, 0) AS steps
    FROM wanted LEFT JOIN taken USING (incident_id)
    ORDER BY incident_id
"""
STEPS = """
    SELECT incident_id, source, step_id, stepped_at, from_state, to_state, unit_id, level, actor_role, worker_id,
        deadline_at, reason
    FROM incident_step
    WHERE incident_id IN (SELECT unnest($wanted::VARCHAR[]))
    ORDER BY incident_id, stepped_at, coalesce(from_state LIKE 'X%', false), to_state LIKE 'X%', to_state, step_id
"""


def deliver(config: Config, now: datetime | None = None) -> int:
    """Bring the cases of the version served into operations and return how many changed; now: naive UTC."""
    now = now or datetime.now(UTC).replace(tzinfo=None)
    folders = Folders(config.home / "warehouse")
    current = read_current(folders)
    manifest = read_manifest(folders, current) if current else None
    if manifest is None or not manifest.of("incident_report"):
        return 0
    operations = Operations.of(config)
    operations.make(loop)
    operations.make(METADATA)
    changed, state = 0, _state(manifest, config)
    if state != _delivered(operations):
        for cases in _cases(config, manifest, _held(operations), now - LATELY):
            changed += put(operations, cases, config, now)
        _remember(operations, state)
    _let_go(operations, now - timedelta(days=config.loop.keep_days))
    return changed


def _cases(config: Config, manifest: Manifest, held: dict[str, Row], since: datetime) -> Iterator[list[Case]]:
    """Yield the cases operations has to know that are new to it or different, some at a time."""
    due, folders = Due(config), Folders(config.home / "warehouse")
    with open_version(folders, manifest, config) as connection, connection.cursor() as cursor:
        which = {"final": sorted(FINAL), "held": list(held), "since": since}
        found = cursor.sql(CASES, params=which).to_arrow_table().to_pylist()
        new = [row for row in found if _is_new(row, held.get(row["incident_id"]), config)]
        for first in range(0, len(new), AT_ONCE):
            told = new[first : first + AT_ONCE]
            wanted = [row["incident_id"] for row in told]
            steps: dict[str, list[dict[str, Any]]] = {incident_id: [] for incident_id in wanted}
            for row in cursor.sql(STEPS, params={"wanted": wanted}).to_arrow_table().to_pylist():
                steps[row["incident_id"]].append(row)
            mine = [(row, steps[row["incident_id"]]) for row in told]
            yield [Case(case_row(row, taken, config, due), taken) for row, taken in mine]


def _state(manifest: Manifest, config: Config) -> str:
    """Return a word that changes when a report or a step does, or whose cases are mirrored."""
    parts = sorted(part.sha256 for table in ("incident_report", "incident_step") for part in manifest.of(table))
    words = [*parts, manifest.made_by, *sorted(config.loop.mirror)]
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:16]


def _delivered(operations: Operations) -> str | None:
    with operations.engine.connect() as connection:
        return connection.execute(select(delivery.c.state).where(delivery.c.what == WHAT)).scalar()


def _remember(operations: Operations, state: str) -> None:
    with operations.write() as connection:
        if not connection.execute(update(delivery).where(delivery.c.what == WHAT).values(state=state)).rowcount:
            connection.execute(insert(delivery).values(what=WHAT, state=state))


def _is_new(told: Row, held: Row | None, config: Config) -> bool:
    """Say whether the warehouse knows more of a case, or something else; steps are only ever added."""
    if held is None or told["steps"] > held["steps"] or told["state"] in FINAL:
        return True
    return any(told[name] != held[name] for name in SAID) or held["owner"] != owner(told["source"], config)


def _held(operations: Operations) -> dict[str, Row]:
    """Return what operations holds of the cases whose final state is not published yet."""
    taken = select(step.c.incident_id, func.count().label("steps")).group_by(step.c.incident_id).subquery()
    columns = (incident.c.incident_id, incident.c.owner, *(incident.c[name] for name in SAID))
    query = select(*columns, func.coalesce(taken.c.steps, 0).label("steps"))
    query = query.outerjoin(taken, taken.c.incident_id == incident.c.incident_id)
    with operations.engine.connect() as connection:
        rows = connection.execute(query.where(incident.c.published_at.is_(None)))
        return {row.incident_id: row._asdict() for row in rows}


def _let_go(operations: Operations, before: datetime) -> None:
    """Remove cases whose final state was published before a moment, with their steps, notes and messages."""
    over = select(incident.c.incident_id).where(incident.c.published_at < before, incident.c.state.in_(FINAL))
    with operations.engine.connect() as connection:
        if connection.execute(over.limit(1)).first() is None:
            return
    with operations.write() as connection:
        for table in (step, note, message, incident):
            connection.execute(delete(table).where(table.c.incident_id.in_(over)))
