"""Reads the values senders send: numbers, times, shares; what is empty or says "unknown" is None."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

from etl.receive.message import Refused

KNOT_MPS = 1852 / 3600
KMH_MPS = 1 / 3.6
# Traccar's rule: a number below 2^31 - 1 counts seconds, a greater one milliseconds (1 January 1970 at 24.9 days).
SECONDS_BELOW = 2**31 - 1
SOS = "sos"  # Position.ALARM_SOS of Traccar
EPOCH = datetime(1970, 1, 1)
NO_CLOCK = 2200  # a year no clock shows by mistake of its battery: calendars and zones end somewhere


def number(value: Any, name: str) -> float | None:
    """Return a finite number, None where there is none; raises Refused `bad_number`."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Refused(400, "bad_number", detail=name)
    try:
        read = float(value)
    except (ValueError, OverflowError) as fault:
        raise Refused(400, "bad_number", detail=name) from fault
    if not math.isfinite(read):
        raise Refused(400, "bad_number", detail=name)
    return read


def known(value: Any, name: str, factor: float = 1.0) -> float | None:
    """Return a number times `factor`; negative means unknown (-1 on phones) and is None."""
    read = number(value, name)
    return None if read is None or read < 0 else read * factor


def accuracy(value: Any, name: str) -> float | None:
    """Return metres; 0 and less mean unknown: no receiver is that good."""
    return known(value, name) or None


def share(value: Any, name: str, factor: float = 1.0) -> float | None:
    """Return a share of 0-1; anything outside means unknown."""
    read = known(value, name, factor)
    return None if read is None or read > 1 else read


def is_sos(value: Any) -> bool:
    """Say whether an alarm of Traccar's vocabulary, perhaps among several, is a call for help."""
    return isinstance(value, str) and SOS in {one.strip().lower() for one in value.split(",")}


def degrees(lon: Any, lat: Any) -> tuple[float, float]:
    """Return lon, lat (EPSG:4326); raises Refused `missing` or `bad_coordinates` outside the range of degrees."""
    x, y = number(lon, "lon"), number(lat, "lat")
    if x is None or y is None:
        raise Refused(400, "missing", detail="lon" if x is None else "lat")
    if abs(x) > 180 or abs(y) > 90:
        raise Refused(400, "bad_coordinates", detail=f"{x}, {y}")
    return x, y


def epoch(value: Any, name: str, unit_s: float = 1.0) -> datetime:
    """Return naive UTC of a count of `unit_s` seconds since 1970; raises Refused `bad_time`."""
    count = number(value, name)
    try:
        return _believable(EPOCH + timedelta(seconds=(count or 0.0) * unit_s))
    except OverflowError as fault:
        raise Refused(400, "bad_time", detail=f"{name}={value}"[:60]) from fault


def moment(value: Any, name: str, naive_is_utc: bool = False) -> datetime | None:
    """Return naive UTC of seconds or milliseconds since 1970, or of ISO text with its offset.

    naive_is_utc: the protocol says that a text without an offset is UTC. Raises Refused `bad_time`.
    """
    if value is None or value == "":
        return None
    text = str(value).strip()
    if isinstance(value, int | float) or text.lstrip("+-").replace(".", "", 1).isdigit():
        return epoch(value, name, 1.0 if (number(value, name) or 0.0) < SECONDS_BELOW else 0.001)
    try:
        read = datetime.fromisoformat(text)
        if read.tzinfo is not None:
            return _believable(read.astimezone(UTC).replace(tzinfo=None))
    except (ValueError, OverflowError) as fault:
        raise Refused(400, "bad_time", detail=f"{name}={text}"[:60]) from fault
    if not naive_is_utc:
        raise Refused(400, "no_offset", detail=f"{name}={text}"[:60])
    return _believable(read)


def _believable(moment: datetime) -> datetime:
    """Return a moment of a year that exists for phones; raises Refused `bad_time`."""
    if not EPOCH.year <= moment.year < NO_CLOCK:
        raise Refused(400, "bad_time", detail=moment.isoformat())
    return moment
