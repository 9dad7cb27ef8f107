"""In which zone a file's clocks go: what the file says, or when its people sleep; otherwise it is asked."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from etl.propose.choice import Choice
from etl.propose.seen import Seen
from etl.propose.words import stated_by_name
from etl.zones import DAY, SECOND

ENOUGH = 200  # times before hours of the day say anything
NIGHT = (0, 5)  # local hours in which little is reported and few are out
QUIET, AHEAD = 0.10, 2.0  # a night's share of all times, and how many times that of the other zone must be
HOUR = 3600 * SECOND
FORMAT_ZONES = {"plt": "UTC", "gpx": "UTC"}  # both formats prescribe it


def choose_zone(columns: list[Seen], city: str, told: str | None, format_name: str) -> Choice:
    """Return the zone of the time columns that were found; the value is '' where none was."""
    if told:
        return Choice(told, 1.0, "zone_told")
    if not columns:
        return Choice("", 1.0, "zone_none")
    clocks = [x for x in columns if x.form]
    if clocks and all(x.has_offset for x in clocks):
        return Choice("UTC", 1.0, "zone_offset", clocks[0].sample())
    if format_name in FORMAT_ZONES:
        return Choice(FORMAT_ZONES[format_name], 0.9, "zone_format", format_name)
    said = stated_by_name("zone", [x.name for x in columns])
    if said:
        return Choice(said, 0.9, "zone_header", ", ".join(x.name for x in columns))
    return _by_sleep((clocks or columns)[0], city)


def _by_sleep(column: Seen, city: str) -> Choice:
    options = tuple(dict.fromkeys((city, "UTC")))
    local = column.instants if column.form else np.array([], np.int64)
    east = int(ZoneInfo(city).utcoffset(_moment(local)).total_seconds()) * SECOND if len(local) else 0  # type: ignore[union-attr]
    as_local, as_utc = _night(local), _night(local + east)
    shares = f"{as_local:.0%} / {as_utc:.0%}"
    if len(local) >= ENOUGH and not column.is_date and abs(east) >= 3 * HOUR:
        if as_local <= QUIET and as_utc >= AHEAD * as_local:
            return Choice(city, 0.7, "zone_hours", shares)
        if as_utc <= QUIET and as_local >= AHEAD * as_utc:
            return Choice("UTC", 0.7, "zone_hours", shares)
    return Choice(city, 0.3, "zone_unsure", column.sample(), options)


def _night(local: NDArray[np.int64]) -> float:
    hours = local % DAY // HOUR
    return float(((hours >= NIGHT[0]) & (hours < NIGHT[1])).mean()) if len(local) else 0.0


def _moment(local: NDArray[np.int64]):  # type: ignore[no-untyped-def]
    from datetime import UTC, datetime

    return datetime.fromtimestamp(float(np.median(local)) / SECOND, UTC).replace(tzinfo=None)
