"""Working periods of a day: read from [loop] work_hours, and laid on a local day as instants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from data.config import Config
from data.days import bounds
from data.errors import ConfigError

EPOCH = datetime(1970, 1, 1)
MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000  # microseconds
DAY_MINUTES = 1440
FORM = re.compile(r"(\d\d?):([0-5]\d)-(\d\d?):([0-5]\d)")

Spans = tuple[tuple[int, int], ...]  # (start, end) in microseconds


@dataclass(frozen=True)
class Day:
    """The working time of one local day: spans in microseconds since 1970 (UTC) and their sum."""

    spans: Spans
    length: int


def us(at: datetime) -> int:
    """Return a naive UTC moment in microseconds since 1970."""
    return (at - EPOCH) // MICROSECOND


def read_periods(config: Config) -> Spans:
    """Return [loop] work_hours as microseconds of the clock on the wall.

    Raises ConfigError `bad_work_hours` naming a period that is not HH:MM-HH:MM, ends before it begins, or begins
    before the one before it ends; 24:00 is the end of a day.
    """
    out: list[tuple[int, int]] = []
    for text in config.loop.work_hours:
        start, end = _minutes(text)
        if not (out[-1][1] // MINUTE if out else 0) <= start < end <= DAY_MINUTES:
            raise _refused(config, text)
        out.append((start * MINUTE, end * MINUTE))
    if not out:
        raise _refused(config, "[]")
    return tuple(out)


def open_day(day: date, periods: Spans, zone: ZoneInfo) -> Day:
    """Return the instants of a local day at which the clock on the wall stands within a working period."""
    first, last = bounds(day, zone)
    offsets = _offset(first, zone), _offset(last, zone)
    if offsets[0] == offsets[1]:
        start = us(first)
        spans = tuple((start + a, start + b) for a, b in periods)
    else:
        turn = _turn((us(first), us(last)), offsets[0], zone)
        wall = us(datetime(day.year, day.month, day.day))
        spans = _clipped(periods, wall - offsets[0], (us(first), turn))
        spans += _clipped(periods, wall - offsets[1], (turn, us(last)))
    return Day(spans, sum(b - a for a, b in spans))


def _minutes(text: str) -> tuple[int, int]:
    """Return start and end in minutes since midnight; (0, -1) for what is no period."""
    found = FORM.fullmatch(text.strip())
    if found is None:
        return 0, -1
    hour, minute, last_hour, last_minute = (int(part) for part in found.groups())
    return 60 * hour + minute, 60 * last_hour + last_minute


def _refused(config: Config, text: str) -> ConfigError:
    return ConfigError("bad_work_hours", path=config.home / "gridlink.toml", detail=text)


def _offset(at: datetime, zone: ZoneInfo) -> int:
    """Return how far the clock on the wall is ahead of UTC, in microseconds."""
    ahead = at.replace(tzinfo=UTC).astimezone(zone).utcoffset()
    return ahead // MICROSECOND if ahead else 0


def _turn(between: tuple[int, int], before: int, zone: ZoneInfo) -> int:
    """Return the instant at which the clock is changed, to the minute."""
    low, high = (moment // MINUTE for moment in between)
    while high - low > 1:
        middle = (low + high) // 2
        at = EPOCH + timedelta(microseconds=middle * MINUTE)
        low, high = (middle, high) if _offset(at, zone) == before else (low, middle)
    return high * MINUTE


def _clipped(periods: Spans, zero: int, within: tuple[int, int]) -> Spans:
    """Return the periods of a clock whose midnight is the instant `zero`, as far as they lie within two instants."""
    laid = ((max(zero + a, within[0]), min(zero + b, within[1])) for a, b in periods)
    return tuple((a, b) for a, b in laid if a < b)
