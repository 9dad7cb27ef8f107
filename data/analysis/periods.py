"""Periods of local days, and the ones they are held against: the period before (环比), the same a year ago (同比).

Every figure is computed for its period as a whole; figures of shorter ones are never added up.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from data.days import midnight
from data.errors import Problem

ROLLING = re.compile(r"([1-9]\d{0,3})d")
DAY, WEEK = re.compile(r"d:(\d{4}-\d\d-\d\d)"), re.compile(r"w:(\d{4})-W(\d\d)")
MONTH, QUARTER, YEAR = re.compile(r"m:(\d{4})-(\d\d)"), re.compile(r"q:(\d{4})-Q([1-4])"), re.compile(r"y:(\d{4})")


@dataclass(frozen=True)
class Period:
    """Local days from `first` to `last`, both included.

    key: `30d` (that many days, the last one today), `d:2026-11-20`, `w:2026-W47` (ISO), `m:2026-11`, `q:2026-Q4`,
    `y:2026`; of a rolling period moved back also `30d@2026-10-21`, its last day.
    """

    key: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """Return how many local days it has."""
        return (self.last - self.first).days + 1

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return start and end (naive UTC, the end outside)."""
        return midnight(self.first, zone), midnight(self.last + timedelta(days=1), zone)

    def holds(self, day: date) -> bool:
        """Say whether a local day lies in it."""
        return self.first <= day <= self.last


def parse(key: str, today: date) -> Period:
    """Return the period of a key; rolling ones end with `today`. Raises Problem `bad_period`."""
    name, _, last = key.partition("@")
    try:
        if found := ROLLING.fullmatch(name):
            return _rolling(int(found[1]), date.fromisoformat(last) if last else today, key)
        return _calendar(key)
    except (ValueError, OverflowError) as fault:
        raise Problem("bad_period", detail=key) from fault


def previous(period: Period) -> Period:
    """Return the period of the same kind right before (环比): a month's is the month before, whatever their lengths."""
    before = period.first - timedelta(days=1)
    if ROLLING.fullmatch(period.key.partition("@")[0]):
        return _rolling(period.days, before, "")
    return _calendar(_key(period.key[0], before))


def year_ago(period: Period) -> Period:
    """Return the same period of the year before (同比); a rolling one ends on the same date, ISO weeks keep number.

    A 29 February becomes the 28th; week 53 of a year whose predecessor has 52 becomes its week 52.
    """
    kind = period.key[0]
    if kind == "w":
        year, week, _ = period.first.isocalendar()
        most = date(year - 1, 12, 28).isocalendar().week
        return _calendar(f"w:{year - 1}-W{min(week, most):02d}")
    if kind in "mqyd" and period.key[1:2] == ":":
        return _calendar(_key(kind, _year_before(period.first)))
    return _rolling(period.days, _year_before(period.last), "")


def _rolling(days: int, last: date, key: str) -> Period:
    return Period(key or f"{days}d@{last}", last - timedelta(days=days - 1), last)


def _calendar(key: str) -> Period:
    if found := DAY.fullmatch(key):
        day = date.fromisoformat(found[1])
        return Period(key, day, day)
    if found := WEEK.fullmatch(key):
        first = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return Period(key, first, first + timedelta(days=6))
    if found := MONTH.fullmatch(key):
        return _months(key, int(found[1]), int(found[2]), 1)
    if found := QUARTER.fullmatch(key):
        return _months(key, int(found[1]), 3 * int(found[2]) - 2, 3)
    if found := YEAR.fullmatch(key):
        return _months(key, int(found[1]), 1, 12)
    raise ValueError(key)


def _months(key: str, year: int, month: int, count: int) -> Period:
    last = month + count - 1
    return Period(key, date(year, month, 1), date(year, last, monthrange(year, last)[1]))


def _key(kind: str, day: date) -> str:
    """Return the key of the day, week, month, quarter or year a day lies in."""
    year, week, _ = day.isocalendar()
    return {
        "d": f"d:{day}",
        "w": f"w:{year}-W{week:02d}",
        "m": f"m:{day:%Y-%m}",
        "q": f"q:{day.year}-Q{(day.month + 2) // 3}",
        "y": f"y:{day.year}",
    }[kind]


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
