"""The SQL console of the screen: what was asked stands in the view, so that a link asks the same again."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pyarrow as pa

from dashboard import moment
from dashboard.session import door, scope
from data.cache import SingleFlight
from data.console.ask import Answer, ask
from data.console.tables import kept
from data.errors import NotAllowed

LONGEST = 6000  # characters of a question: it stands in the address
_answers = SingleFlight(32)


def tables(view: dict[str, Any] | None) -> dict[str, pa.Table]:
    """Return the tables the account may ask, by name; NotAllowed for who asks no SQL."""
    if not scope().asks_sql:
        raise NotAllowed("not_allowed", account=scope().account, detail="sql")
    return kept(door(), scope(), moment.now(view or {}))


def question(view: dict[str, Any] | None) -> str:
    """Return the question of the view, '' where there is none."""
    return str((view or {}).get("sql") or "").strip()[:LONGEST]


def answer(view: dict[str, Any] | None) -> Answer:
    """Return the answer of the view's question; every question that is really put is logged first."""
    given, sql, who = tables(view), question(view), scope()

    def put() -> Answer:
        door().audit.record(who, "sql", subjects=who.area_id, period={}, sql=sql)
        return ask(sql, given, door().config.console)

    key: Hashable = (door().config.home, door().version(), who.account, who.area_id, who.roles, sql)
    found: Answer = _answers.get(key, put)
    return found
