"""Rows of the desk's transactions: an incident and its last step, a new incident and its first step."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert, select

from data.errors import Problem
from data.loop.command import Report
from data.loop.store import incident, step
from data.masking import mask_text
from data.scope import Scope

Row = dict[str, Any]


def row_of(connection: Connection, incident_id: str) -> Row:
    """Return an incident's row, locked until the transaction ends; raises Problem `unknown_incident`."""
    query = select(incident).where(incident.c.incident_id == incident_id).with_for_update()
    row = connection.execute(query).first()
    if row is None:
        raise Problem("unknown_incident", detail=incident_id)
    return row._asdict()


def last_step(connection: Connection, incident_id: str) -> Row | None:
    """Return the last step that changed the state of an incident."""
    mine = select(step).where(step.c.incident_id == incident_id, step.c.to_state.not_in(("X2", "X4")))
    found = connection.execute(mine.order_by(step.c.stepped_at.desc(), step.c.seq.desc()).limit(1)).first()
    return found._asdict() if found else None


def latest_at(connection: Connection, incident_id: str) -> datetime | None:
    """Return the moment of the last step of any kind."""
    times = select(step.c.stepped_at).where(step.c.incident_id == incident_id)
    return connection.execute(times.order_by(step.c.stepped_at.desc()).limit(1)).scalar()


def opened(report: Report, incident_id: str, at: datetime) -> Row:
    """Return the row of a new incident, without its clock; texts are masked here."""
    row: Row = {column.name: None for column in incident.columns}
    row |= {field.name: getattr(report, field.name) for field in fields(report)}
    row |= {"incident_id": incident_id, "owner": "own", "reported_at": at, "state": "S10"}
    row |= {"level": report.discovered_level, "max_level": None}
    row |= {"title": mask_text(report.title), "detail": mask_text(report.detail)}
    return row | {"supervised": False, "unlisted": False, "cycle": 1, "version": 1}


def first_step(row: Row, scope: Scope) -> Row:
    """Return the step S10 of a new incident."""
    first: Row = {column.name: None for column in step.columns}
    first |= {key: row[key] for key in ("incident_id", "level", "seq")}
    first |= {"stepped_at": row["reported_at"], "act": "report", "to_state": "S10", "worker_id": row["reporter_id"]}
    first |= {"actor_role": " ".join(sorted(scope.roles)) or None, "account": scope.account, "decided": True}
    return first | {"source": "gridlink", "step_id": uuid4().hex}


def keep(connection: Connection, row: Row, first: Row) -> None:
    """Store a new incident with its first step."""
    connection.execute(insert(incident).values(**row))
    connection.execute(insert(step).values(**first))
