"""By when: the limits of a home put on the city's working clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from data.config import Config
from data.loop.calendar import Calendar
from data.loop.limits import Limits
from data.loop.working import Limit, WorkingTime


class Due:
    """Deadlines of one home; all times naive UTC."""

    def __init__(self, config: Config) -> None:
        self.limits = Limits(config)
        self.time = WorkingTime(Calendar(config), config)

    def due(self, step: str, row: Mapping[str, Any], at: datetime) -> datetime | None:
        """Return the end of a step's limit that begins at `at`; None where the table sets none."""
        limit = self.limits.of(step, row["kind"], row["severity"], row["level"])
        return self.time.after(at, limit) if limit else None

    def resumed(self, row: Mapping[str, Any], at: datetime) -> datetime | None:
        """Return the deadline in force after a pause that ends at `at`."""
        if row["deadline_at"] is None or row["paused_at"] is None:
            known: datetime | None = row["deadline_at"]
            return known
        # a deadline somebody set by hand has no limit of the table: what was left runs on by the clock on the wall
        limit = self.limits.of("handle", row["kind"], row["severity"], row["level"]) or Limit("urgent_hour", 0)
        return self.time.resumed(row["deadline_at"], row["paused_at"], at, limit)
