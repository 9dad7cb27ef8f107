"""An SMS gateway on the intranet, asked by an address with {to_kind}, {to_id} and {text} in it.

The text is made of an incident's number, its kind, area and deadline; who reported it, its title and every number of
a person stay here. The gateway knows the telephone of a worker or of a unit's duty desk by its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from string import Formatter
from typing import Any
from urllib.parse import quote

from data.config import Config
from data.loop.outbox import NotSent
from data.words import word
from etl.adapter_http import call

FIELDS = ("to_kind", "to_id", "text")
LANGUAGE = "zh-CN"


def send(message: Mapping[str, Any], config: Config) -> None:
    """Ask the gateway of [outbox] target to send the text of a message."""
    known = {field for _, field, _, _ in Formatter().parse(config.outbox.target) if field is not None}
    if not known <= set(FIELDS) or "text" not in known:
        raise NotSent("not_sent", detail="[outbox] target: {to_kind} {to_id} {text}")
    told = {"to_kind": message["to_kind"], "to_id": message["to_id"], "text": text(message, config)}
    call(config.outbox.target.format(**{name: quote(str(value), safe="") for name, value in told.items()}), None, {})


def text(message: Mapping[str, Any], config: Config) -> str:
    """Return the text of a message: no name, no number of a person, no place but the area's id."""
    body = message["body"]
    due = body.get("due_at") or body.get("deadline_at") or body.get("confirm_by")
    by = _local(str(due), config) if due else "-"
    subject = message["incident_id"] or message["whistle_id"] or ""
    facts = {"kind": body.get("kind") or "", "area": body.get("area_id") or ""}
    return word("sms_order", LANGUAGE, order=message["order"], id=subject, due=by, **facts)


def _local(due: str, config: Config) -> str:
    return datetime.fromisoformat(due).replace(tzinfo=UTC).astimezone(config.zone).strftime("%m-%d %H:%M")


ADAPTER = send
