"""The working clock: deadlines and time spent in urgent hours, work hours, work days and natural days.

Instants are naive UTC; days and clock times are those of the city's zone. What a limit of N means:

- urgent_hour: N hours later, day and night.
- work_hour: N hours of working time have passed. Working time is [loop] work_hours on work days, by the clock on the
  wall: a period an hour of summer time falls into is an hour shorter or longer.
- work_day: the working time of N work days has passed, so a start within working time is due N work days later at
  the same clock time, and a start outside working time at the end of working time of the Nth work day. Every work
  day counts as one, however long summer time made it.
- natural_day: N calendar days later at the same clock time, although a day of summer time has 23 or 25 hours. A clock
  time that summer time skips is an hour later.

A start outside working time waits for the next opening. A deadline never waits: it is the first moment at which the
time has passed, 12:00 and not 14:00. Limits are counted in whole seconds, so that 0.0833 hours are five minutes.
"""

from __future__ import annotations

import logging
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from data.config import Config
from data.errors import sentence
from data.loop.calendar import Calendar
from data.loop.periods import EPOCH, MICROSECOND, Day, open_day, read_periods, us

KINDS = ("urgent_hour", "work_hour", "work_day", "natural_day")
HOUR, DAY = 3_600_000_000, 86_400_000_000  # microseconds
SECOND = 1_000_000
LAST_YEAR = 9000  # calendars and zones end somewhere

log = logging.getLogger("gridlink.loop")


@dataclass(frozen=True)
class Limit:
    """A time limit: one of KINDS and how many of it."""

    kind: str
    value: float


@dataclass(frozen=True)
class _Year:
    """The days of a local year that have working time, and how much of it lies before each of them, by kind."""

    opens: list[int]  # first opening of each day, microseconds since 1970
    days: list[Day]
    before: dict[str, list[int]]  # one longer than `days`: the last is that of the whole year


class WorkingTime:
    """The working clock of one home; raises ConfigError for ill-formed work_hours.

    A deadline in a year without a calendar is computed by weekdays and warned of once in the log.
    """

    def __init__(self, calendar: Calendar, config: Config) -> None:
        self.calendar, self.zone = calendar, config.zone
        self.periods = read_periods(config)
        self.day_us = sum(end - start for start, end in self.periods)
        self.unit = {"urgent_hour": HOUR, "work_hour": HOUR, "work_day": self.day_us, "natural_day": DAY}
        self._years: dict[int, _Year] = {}
        self._warned: set[int] = set()

    def after(self, at: datetime, limit: Limit) -> datetime:
        """Return by when a limit that begins at `at` has passed."""
        seconds = round(limit.value * self.unit[limit.kind] / SECOND)
        return self._advance(at, seconds * SECOND, limit.kind)

    def spent(self, start: datetime, end: datetime, kind: str) -> float:
        """Return how much of a kind of limit lies between two moments, in its own unit; 0.0 when `end` is earlier."""
        return self._between(start, end, kind) / self.unit[kind]

    def resumed(self, deadline: datetime, paused_at: datetime, resumed_at: datetime, limit: Limit) -> datetime:
        """Return the deadline in force after a pause: what was left of the limit begins again at its end.

        A deadline already missed when the pause began stays, and no pause brings a deadline forward.
        """
        if deadline <= paused_at or resumed_at <= paused_at:
            return deadline
        left = self._between(paused_at, deadline, limit.kind)
        return max(deadline, self._advance(resumed_at, left, limit.kind))

    def is_open(self, at: datetime) -> bool:
        """Say whether a moment lies in working time."""
        table, moment = self._year(self._local(at).year), us(at)
        n = bisect_right(table.opens, moment) - 1
        return n >= 0 and any(start <= moment < end for start, end in table.days[n].spans)

    def spans(self, year: int) -> list[tuple[int, int]]:
        """Return the openings and closings of a local year in order, in microseconds since 1970."""
        return [(start, end) for day in self._year(year).days for start, end in day.spans]

    def _advance(self, at: datetime, amount: int, kind: str) -> datetime:
        if amount <= 0:
            return at
        if kind == "urgent_hour":
            return at + timedelta(microseconds=amount)
        if kind == "natural_day":
            return _utc(self._local(at) + timedelta(microseconds=amount))
        year = self._local(at).year
        target = self._passed(at, kind) + amount
        while target > self._year(year).before[kind][-1]:
            target -= self._year(year).before[kind][-1]
            year += 1
            if year > LAST_YEAR:
                return datetime.max
        return _when(self._year(year), target, kind)

    def _between(self, start: datetime, end: datetime, kind: str) -> int:
        """Return the microseconds of a kind between two moments, of a work day its share times `day_us`."""
        if end <= start:
            return 0
        if kind == "urgent_hour":
            return (end - start) // MICROSECOND
        first, last = self._local(start), self._local(end)
        if kind == "natural_day":
            return max(0, (last.replace(tzinfo=None) - first.replace(tzinfo=None)) // MICROSECOND)
        whole = sum(self._year(year).before[kind][-1] for year in range(first.year, last.year))
        return whole + self._passed(end, kind) - self._passed(start, kind)

    def _passed(self, at: datetime, kind: str) -> int:
        """Return what has passed of a kind since the beginning of the local year."""
        table, moment = self._year(self._local(at).year), us(at)
        n = bisect_right(table.opens, moment) - 1
        if n < 0:
            return 0
        day, before = table.days[n], table.before[kind]
        done = sum(max(0, min(moment, end) - start) for start, end in day.spans)
        return before[n] + _scaled(done, day.length, before[n + 1] - before[n])

    def _year(self, year: int) -> _Year:
        if year not in self._years:
            self._warn(year)
            self._years[year] = self._table(year)
        return self._years[year]

    def _table(self, year: int) -> _Year:
        days = [open_day(day, self.periods, self.zone) for day in self.calendar.workdays(year)]
        days = [day for day in days if day.length]
        hours = [0]
        for day in days:
            hours.append(hours[-1] + day.length)
        wholes = [n * self.day_us for n in range(len(days) + 1)]
        return _Year([day.spans[0][0] for day in days], days, {"work_hour": hours, "work_day": wholes})

    def _warn(self, year: int) -> None:
        for unknown in self.calendar.unknown(date(year, 1, 1), date(year, 12, 31)):
            log.warning(sentence("no_calendar", "en", detail=unknown))

    def _local(self, at: datetime) -> datetime:
        return at.replace(tzinfo=UTC).astimezone(self.zone)


def _when(table: _Year, target: int, kind: str) -> datetime:
    """Return the first moment of a year at which `target` has passed, 0 < target <= that of the whole year."""
    before = table.before[kind]
    n = bisect_left(before, target) - 1
    day = table.days[n]
    rest = _scaled(target - before[n], before[n + 1] - before[n], day.length)
    for start, end in day.spans:
        if rest <= end - start:
            return EPOCH + timedelta(microseconds=start + rest)
        rest -= end - start
    return EPOCH + timedelta(microseconds=day.spans[-1][1])


def _scaled(amount: int, of: int, to: int) -> int:
    """Return the same share of another whole; equal wholes are told exactly."""
    return amount if of == to else round(amount * to / of)


def _utc(local: datetime) -> datetime:
    return local.astimezone(UTC).replace(tzinfo=None)
