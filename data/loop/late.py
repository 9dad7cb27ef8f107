"""What the ladder reads: cases somebody has to do something about, reviews that are due, and which levels were told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, select

from data.loop.store import incident, message, step
from data.states import FINAL

TIMER = "timer"  # the actor of steps nobody but the clock made


def running() -> Select[Any]:
    """Select the cases of our own that somebody has to do something about."""
    open_ = and_(incident.c.owner == "own", incident.c.state.not_in([*FINAL, "X3"]))
    order = (incident.c.due_at.is_(None), incident.c.due_at, incident.c.incident_id)
    return select(incident).where(open_).order_by(*order)


def to_review(now: datetime) -> Select[Any]:
    """Select the shelved cases whose review is due and that nobody was reminded of since."""
    reminded = exists().where(
        message.c.incident_id == incident.c.incident_id,
        message.c.order == "review",
        message.c.created_at >= incident.c.review_at,
    )
    mine = and_(incident.c.owner == "own", incident.c.state == "X3", incident.c.review_at <= now)
    return select(incident).where(mine, ~reminded)


def told(connection: Connection) -> dict[str, dict[str, datetime]]:
    """Return per open case which levels a timer told in its present cycle, and when."""
    again = select(step.c.incident_id, step.c.stepped_at).where(step.c.to_state == "X6")
    timed = select(step.c.incident_id, step.c.level, step.c.stepped_at)
    timed = timed.where(step.c.to_state == "X4", step.c.actor_role == TIMER)
    open_ = select(incident.c.incident_id).where(incident.c.state.not_in(FINAL))
    began: dict[str, datetime] = {}
    for row in connection.execute(again.where(step.c.incident_id.in_(open_)).order_by(step.c.stepped_at)):
        began[row.incident_id] = row.stepped_at
    told: dict[str, dict[str, datetime]] = {}
    for one in connection.execute(timed.where(step.c.incident_id.in_(open_)).order_by(step.c.stepped_at)):
        if one.stepped_at >= began.get(one.incident_id, datetime.min):
            told.setdefault(one.incident_id, {})[one.level] = one.stepped_at
    return told
