"""Local clocks of a zone and UTC, whole columns at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 86_400 * SECOND
EPOCH = datetime(1970, 1, 1)
MOST_DAYS = 100_000

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Placed(NamedTuple):
    """UTC microseconds of local ones; `missing`: that local time never was; `twice`: it was twice (first taken)."""

    utc: Ints
    missing: Mask
    twice: Mask


def to_utc(local: Ints, zone: ZoneInfo) -> Placed:
    """Return the UTC instants of naive local microseconds since 1970, exact for every minute of the zone.

    A day whose two midnights have one offset needs no more; only on days when clocks change is each minute asked.
    """
    missing, twice = np.zeros(len(local), np.bool_), np.zeros(len(local), np.bool_)
    if zone.key == "UTC" or not len(local):
        return Placed(local, missing, twice)
    days, where = _days(local // DAY)
    starts = np.array([_offset(day * DAY, zone) for day in days.tolist()], np.int64)
    ends = np.array([_offset((day + 1) * DAY, zone) for day in days.tolist()], np.int64)
    utc = local - starts[where]
    odd = np.flatnonzero((starts != ends)[where])
    minutes, at = np.unique(local[odd] // MINUTE, return_inverse=True)
    asked = np.array([_ask(minute * MINUTE, zone) for minute in minutes.tolist()], np.int64).reshape(-1, 3)
    utc[odd] = local[odd] - asked[at, 0]
    missing[odd], twice[odd] = asked[at, 1].astype(bool), asked[at, 2].astype(bool)
    return Placed(utc, missing, twice)


def _days(day: Ints) -> tuple[Ints, Ints]:
    """Return the distinct days and the position of each among them; near ones are counted, not sorted."""
    first, last = int(day.min()), int(day.max())
    if last - first > MOST_DAYS:
        return np.unique(day, return_inverse=True)
    there = np.bincount(day - first) > 0
    rank = np.cumsum(there) - 1
    return np.flatnonzero(there) + first, rank[day - first]


def _ask(local: int, zone: ZoneInfo) -> tuple[int, bool, bool]:
    first, second = _offset(local, zone), _offset(local, zone, fold=1)
    back = _moment(local - first).replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    gone = back != _moment(local)
    return first, gone, first != second and not gone


def _offset(local: int, zone: ZoneInfo, fold: int = 0) -> int:
    east = _moment(local).replace(tzinfo=zone, fold=fold).utcoffset()
    return (east or timedelta()) // timedelta(microseconds=1)


def _moment(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)
