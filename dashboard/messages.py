"""The messages of a case: to whom, delivered or not; one that is late offers the phone of the unit's duty desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from dashboard import case
from dashboard.place import level_name
from dashboard.queues import now
from dashboard.session import door, scope
from data.loop.acts import acts
from data.loop.store import message


@dataclass(frozen=True)
class Message:
    """One message of the outbox in words; `late`: not delivered within [outbox] undelivered_s, or given up."""

    order: str
    is_act: bool
    to: str
    state: str
    late: bool
    created_at: datetime
    delivered_at: datetime | None
    phone: str


def messages(incident_id: str) -> list[Message]:
    """Return the messages of a case, oldest first; whoever calls has seen that the account may see the case."""
    mine = select(message).where(message.c.incident_id == incident_id).order_by(message.c.id)
    patience = timedelta(seconds=door().config.outbox.undelivered_s)
    out = []
    with door().operations.engine.connect() as connection:
        rows = [row._asdict() for row in connection.execute(mine)]
    for row in rows:
        waited = row["state"] != "delivered" and now() - row["created_at"] > patience
        to = _receiver(row["to_kind"], row["to_id"])
        phone = str(case.units().get(row["to_id"], {}).get("phone") or "")
        late = waited or row["state"] == "failed"
        facts = (row["order"], row["order"] in acts(), to, row["state"], late)
        out.append(Message(*facts, row["created_at"], row["delivered_at"], phone))
    return out


def _receiver(kind: str, id_: str) -> str:
    if kind == "unit":
        return case.unit_name(id_)
    if kind == "level":
        return level_name(id_)
    names: dict[str, str | None] = {
        row["worker_id"]: row["name"] for row in door().query("positions", scope(), since=0).to_pylist()
    }
    return names.get(id_) or id_
