"""Closes a month (封账), compares a closed one with today, or writes corrections down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from data.config import Config
from data.scope import Scope
from etl.close_month import close_month, correct, differences

MOST = 500  # differences told one by one


def run(config: Config, arguments: dict[str, Any], report: Callable[[str], None]) -> dict[str, Any]:
    """Do `act` (close | compare | correct) for `month`; arguments: account, roles, area_id, text (note or reason)."""
    month, act = arguments["month"], arguments["act"]
    report(month)
    scope = Scope(arguments["account"], frozenset(arguments["roles"]), arguments["area_id"])
    if act == "close":
        return asdict(close_month(config, month, scope.account, arguments["text"]))
    if act == "correct":
        return {"month": month, "corrected": correct(config, month, scope, arguments["text"])}
    found = differences(config, month)
    return {"month": month, "open": len(found), "rows": found[:MOST]}


JOB = run
