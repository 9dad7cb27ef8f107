"""Which instant a screen speaks of: now, a chosen day or an instant of it, or the end of the data when it is old.

All instants are naive UTC; days are local days of the city.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from dashboard.session import door, scope
from data.analysis.periods import Period, parse
from data.days import bounds, local_day

# Panels are drawn anew at least this often, because deadlines pass without any new row.
STEP = timedelta(minutes=5)
# Data older than this is history: the screen then speaks of its end and says so.
HISTORY = timedelta(hours=36)
EVENTS = ("incident", "incident_step", "fix")
PERIOD = "30d"


def bucket() -> datetime:
    """Return the current instant, rounded down so that many screens ask the same question."""
    now = datetime.now(UTC).replace(tzinfo=None)
    return now - (now - datetime.min) % STEP


def now(view: dict[str, Any]) -> datetime:
    """Return the instant a view speaks of: `day` with `t` (seconds since its midnight), or the day's end."""
    current = bucket()
    if view.get("day"):
        start, end = bounds(date.fromisoformat(view["day"]), door().config.zone)
        return min(start + timedelta(seconds=float(view["t"])) if view.get("t") else end, current)
    last = last_event()
    return last if last and current - last > HISTORY else current


def is_history(view: dict[str, Any]) -> bool:
    """Say whether the view speaks of another instant than now."""
    return now(view) != bucket()


def today(view: dict[str, Any]) -> date:
    """Return the local day the view speaks of."""
    return local_day(now(view) - timedelta(microseconds=1), door().config.zone)


def last_event() -> datetime | None:
    """Return the time of the newest fix, incident or step, or None before the first load."""
    rows = door().query("feed_status", scope()).to_pylist()
    return max((r["last_at"] for r in rows if r["feed"] in EVENTS and r["last_at"]), default=None)


def span(view: dict[str, Any], default: str = PERIOD) -> Period:
    """Return the view's period: `30d` = that many whole local days, the view's day the last; `m:2026-11` = a month."""
    return parse(view.get("period") or default, today(view))


def period(view: dict[str, Any], default: str = PERIOD) -> tuple[datetime, datetime]:
    """Return start and end (naive UTC) of the view's period."""
    return span(view, default).bounds(door().config.zone)
