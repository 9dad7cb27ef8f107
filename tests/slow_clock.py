"""The working clock minute by minute: slow, obvious, and written without a look at data/loop."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import ceil, lcm
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


class SlowClock:
    """Every minute of a window of days, and what it counts. The first and the last day of it are not whole."""

    def __init__(self, zone: str, hours: tuple[str, ...], work_days: set[date], window: tuple[datetime, int]) -> None:
        self.zone, self.begin = ZoneInfo(zone), window[0]
        spans = [tuple(text.split("-")) for text in hours]
        worked: list[date | None] = []
        for n in range(window[1] * 1440):
            local = (self.begin + n * MINUTE).replace(tzinfo=UTC).astimezone(self.zone)
            wall = f"{local.hour:02d}:{local.minute:02d}"
            open_now = local.date() in work_days and any(start <= wall < end for start, end in spans)
            worked.append(local.date() if open_now else None)
        minutes = Counter(worked)
        del minutes[None]
        # what a minute counts, in parts of an hour and of a work day, whole numbers all
        self.whole = {"urgent_hour": 60, "work_hour": 60, "work_day": lcm(*minutes.values())}
        self.worth = {
            "urgent_hour": [1] * len(worked),
            "work_hour": [int(day is not None) for day in worked],
            "work_day": [self.whole["work_day"] // minutes[day] if day else 0 for day in worked],
        }

    def after(self, at: datetime, value: Fraction, kind: str, paused: list[tuple[datetime, datetime]]) -> datetime:
        """Let minute after minute pass until the limit has, leaving out those in which the case was shelved."""
        worth = list(self.worth[kind])
        for start, end in paused:
            for n in range((start - self.begin) // MINUTE, (end - self.begin) // MINUTE):
                worth[n] = 0
        n = (at - self.begin) // MINUTE
        left = ceil(value * self.whole[kind])
        while left > 0:
            left -= worth[n]
            n += 1
        return self.begin + n * MINUTE

    def spent(self, start: datetime, end: datetime, kind: str) -> float:
        """Add up the minutes from start to end."""
        first, last = (start - self.begin) // MINUTE, (end - self.begin) // MINUTE
        return sum(self.worth[kind][first:last]) / self.whole[kind]
