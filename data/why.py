"""Whether enough was said for seeing persons: a reason, and for tracks of long ago a second one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from data.config import Config
from data.errors import Problem
from data.scope import Scope
from data.sqlfile import SqlFile


def is_old(config: Config, first: date) -> bool:
    """Say whether a track from `first` on (local day, or naive UTC) is older than [privacy] old_track_days."""
    days, zone = config.privacy.old_track_days, config.zone
    day = first.replace(tzinfo=UTC).astimezone(zone).date() if isinstance(first, datetime) else first
    return days > 0 and day < datetime.now(zone).date() - timedelta(days=days)


def check_reasons(config: Config, file: SqlFile, scope: Scope, params: dict[str, Any]) -> None:
    """Refuse a personal query for which too little was said.

    Raises Problem `needs_reason`; for queries whose header says `track`, of old days, `too_long_ago` (an operator) or
    `needs_second_reason`: a text of its own, not the first one again.
    """
    if not scope.reason:
        raise Problem("needs_reason")
    first = params.get("day") or params.get("start")
    if not file.header.get("track") or first is None or not is_old(config, first):
        return
    if not scope.sees_old_tracks:
        raise Problem("too_long_ago", known=config.privacy.old_track_days)
    if scope.second_reason in ("", scope.reason):
        raise Problem("needs_second_reason", known=config.privacy.old_track_days)
