"""Which local days are work days: the Chinese calendar with its make-up days, and what a site knows better."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import chinese_calendar

from data.config import Config
from data.errors import ConfigError
from data.loop.site_table import bad_row, read_rows, repeated_row

CALENDARS = ("china", "weekdays")
WORK, REST = ("1", "true", "yes"), ("0", "false", "no")
# A yearly list of statutory holidays begins with New Year's Day and has the National Day: with both it is whole.
STATUTORY = ((1, 1), (10, 1))


class Calendar:
    """The work days of one home.

    A row of `<home>/calendar.csv` (date, is_workday, note) decides its day. Other days go by `[loop] calendar`:
    "china" is the official calendar with make-up work days, "weekdays" Monday to Friday. In years of which the
    official calendar knows nothing days go by the weekday, and `unknown` names those years.
    Raises ConfigError naming file, row and what may stand there.
    """

    def __init__(self, config: Config) -> None:
        self.kind = config.loop.calendar
        if self.kind not in CALENDARS:
            path = config.home / "gridlink.toml"
            raise ConfigError("unknown_key", path=path, detail="loop.calendar", known=" | ".join(CALENDARS))
        path = config.home / "calendar.csv"
        self.site = _site_days(path) if path.is_file() else {}
        self._years: dict[int, tuple[date, ...]] = {}

    def is_workday(self, day: date) -> bool:
        """Say whether people work on a local day."""
        if day in self.site:
            return self.site[day]
        return is_workday_in_china(day) if self.kind == "china" else day.weekday() < 5

    def workdays(self, year: int) -> tuple[date, ...]:
        """Return the work days of a year in order; kept, so that the second question costs nothing."""
        if year not in self._years:
            first = date(year, 1, 1)
            days = (first + timedelta(days=n) for n in range(date(year, 12, 31).timetuple().tm_yday))
            self._years[year] = tuple(day for day in days if self.is_workday(day))
        return self._years[year]

    def unknown(self, first: date, last: date) -> list[int]:
        """Return the years from `first` to `last` whose holidays nobody stated: deadlines in them may be wrong.

        A year is known when the official calendar has it, or when calendar.csv names its 1 January and 1 October
        ("weekdays": any day of it).
        """
        return [year for year in range(first.year, last.year + 1) if not self._is_known(year)]

    def _is_known(self, year: int) -> bool:
        if self.kind == "weekdays":
            return any(day.year == year for day in self.site)
        return year in official_years() or all(date(year, *day) in self.site for day in STATUTORY)


@cache
def is_workday_in_china(day: date) -> bool:
    """Say whether people work on a day by the official calendar; in years it does not know, Monday to Friday."""
    return bool(chinese_calendar.is_workday(day)) if day.year in official_years() else day.weekday() < 5


@cache
def official_years() -> frozenset[int]:
    """Return the years the official calendar of this installation covers: those it knows the National Day of."""
    return frozenset(day.year for day in chinese_calendar.holidays if (day.month, day.day) == STATUTORY[1])


def _site_days(path: Path) -> dict[date, bool]:
    days: dict[date, bool] = {}
    lines: dict[date, int] = {}
    for number, row in read_rows(path, ("date", "is_workday")):
        day = _day(path, number, row["date"])
        if day in lines:
            raise repeated_row(path, number, lines[day], str(day))
        said = row["is_workday"].lower()
        if said not in WORK + REST:
            raise bad_row(path, number, ("is_workday", row["is_workday"]), "1 | 0")
        days[day], lines[day] = said in WORK, number
    return days


def _day(path: Path, number: int, text: str) -> date:
    """Read 2027-01-01, or 2027/1/1 as spreadsheets like to save it."""
    try:
        year, month, day = (int(part) for part in text.replace("/", "-").split("-"))
        return date(year, month, day)
    except ValueError as fault:
        raise bad_row(path, number, ("date", text), "YYYY-MM-DD") from fault
