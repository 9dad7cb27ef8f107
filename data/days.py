"""Local days of the city and UTC instants: the one place where the two meet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return local midnight of `day` as a naive UTC datetime."""
    local = datetime(day.year, day.month, day.day, tzinfo=zone)
    return local.astimezone(UTC).replace(tzinfo=None)


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the naive UTC start and end of a local day (23, 24 or 25 hours)."""
    return midnight(day, zone), midnight(day + timedelta(days=1), zone)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """Return the local day of a naive UTC datetime."""
    return moment.replace(tzinfo=UTC).astimezone(zone).date()


def local_days(moments: NDArray[np.datetime64], zone: ZoneInfo) -> NDArray[np.datetime64]:
    """Return the local days (datetime64[D]) of naive UTC instants (datetime64[us]), vectorised by day bounds."""
    if len(moments) == 0:
        return np.empty(0, "datetime64[D]")
    first = moments.min().astype("datetime64[D]") - np.timedelta64(1, "D")
    last = moments.max().astype("datetime64[D]") + np.timedelta64(2, "D")
    days = np.arange(first, last, dtype="datetime64[D]")
    starts = np.array([midnight(d.item(), zone) for d in days], "datetime64[us]")
    return days[np.searchsorted(starts, moments, side="right") - 1]


def distinct_days(days: NDArray[np.datetime64]) -> list[date]:
    """Return the days that occur among local days (datetime64[D]), in order; days of one array lie near each other."""
    if len(days) == 0:
        return []
    number = days.astype("datetime64[D]").astype(np.int64)
    first = int(number.min())
    seen = np.flatnonzero(np.bincount(number - first)) + first
    return [day.item() for day in seen.astype("datetime64[D]")]
