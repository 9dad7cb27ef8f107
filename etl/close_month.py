"""Closes a month (封账) and tells what would be counted otherwise since."""

from __future__ import annotations

from typing import Any

from data.audit import Audit
from data.closing import Closed, Closings, Row
from data.config import Config
from data.corrections import Corrections
from data.query import Door
from data.scope import Scope


def close_month(config: Config, month: str, account: str, note: str = "") -> Closed:
    """Close a month on the version served now; raises `already_closed`, `month_runs`, `bad_month`, `no_audit`."""
    door, scope = _anew(config, account)
    about = {"account": account, "version": door.version(), "note": note}
    Audit.of(config).record(scope, "close_month", subjects=month, period={})
    return Closings(config).close(month, _compute(door, scope), about)


def differences(config: Config, month: str) -> list[Row]:
    """Return the figures of a closed month that would come out otherwise today and are not accounted for."""
    door, scope = _anew(config, "command")
    found = Closings(config).differences(month, _compute(door, scope))
    return Corrections(door.operations).open(month, found)


def correct(config: Config, month: str, scope: Scope, reason: str) -> int:
    """Write every open difference of a month down as a correction; returns how many figures."""
    door, _ = _anew(config, scope.account)
    return Corrections(door.operations).add(scope, month, differences(config, month), reason)


def _anew(config: Config, account: str) -> tuple[Door, Scope]:
    door = Door(config)
    door.closings = None
    return door, Scope(account, frozenset({"analyst"}), config.city.area_id)


def _compute(door: Door, scope: Scope) -> Any:
    return lambda name, **about: door.metric(name, scope, **about)
