"""What supervising a key area comes down to, as pure functions: when the next visit is due, and what exceeded what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from data.metric_crs import to_metres
from data.timetable import parse

WEEK = 7
# From the most to the least urgent.
STATES = ("overdue", "due", "fine", "none", "unknown")


@dataclass(frozen=True)
class Crossing:
    """One time a value was over its limit (naive UTC): since when, when that counted, until when, and the most.

    raised_at is the first moment it had lasted the delay; ended_at None: it has not ended by the last value.
    """

    began_at: datetime
    raised_at: datetime
    ended_at: datetime | None
    peak: float


def crossings(
    times: Sequence[datetime], values: Sequence[float], limit: float, release: float, delay_s: float
) -> list[Crossing]:
    """Return the exceedings of a series, each value standing until the next, with hysteresis.

    One begins with a value above `limit`, counts once no value has been at or below the limit for `delay_s` seconds,
    and ends with the first value at or below `release` (at most `limit`), so that a value trembling around the limit
    is one exceeding and not many. times: naive UTC, ascending. Shorter ones than the delay are none at all.
    """
    out: list[Crossing] = []
    began, peak, raised = None, 0.0, None
    for at, value in zip(times, values, strict=True):
        if began is not None and raised is None and (at - began).total_seconds() >= delay_s:
            raised = began + timedelta(seconds=delay_s)
        if began is not None and value <= (limit if raised is None else min(release, limit)):
            if raised is not None:
                out.append(Crossing(began, raised, at, peak))
            began, raised = None, None
        elif value > limit and began is None:
            began, peak = at, value
            raised = at if delay_s <= 0 else None
        if began is not None:
            peak = max(peak, value)
    if began is not None and raised is not None:
        out.append(Crossing(began, raised, None, peak))
    return out


def rolling(times: Sequence[datetime], span: timedelta, until: datetime) -> tuple[list[datetime], list[int]]:
    """Return how many of the events lie within `span` before each moment, at every moment that number changes.

    times: naive UTC, ascending; the number rises at an event and falls `span` later, up to `until`.
    """
    steps: dict[datetime, int] = {}
    for at in times:
        steps[at] = steps.get(at, 0) + 1
        if at + span <= until:
            steps[at + span] = steps.get(at + span, 0) - 1
    moments = sorted(steps)
    return moments, np.cumsum([steps[at] for at in moments]).tolist() if moments else []


def due_day(last: date, visits_per_week: int, weekdays: frozenset[int] = frozenset()) -> date:
    """Return the local day by whose end the next visit is due, the one before having been on `last`.

    The visits of a week are spread over its days, or over `weekdays` (0 = Monday) where the area is watched on some
    only: with one a week seven days later, with two three, with five on Monday to Friday on the next of these days.
    """
    open_days = weekdays or frozenset(range(WEEK))
    left = max(1, len(open_days) // visits_per_week)
    day = last
    while left:
        day += timedelta(days=1)
        left -= day.weekday() in open_days
    return day


def tracked_since(first: date | None, today: date, kept_days: int) -> date | None:
    """Return the first local day whose visits are kept: sums of a day are kept longer than what they were made of.

    first: the first day with tracks, None for none; kept_days: for how long fixes are kept, 0 = for ever.
    """
    return max(first, today - timedelta(days=kept_days)) if first and kept_days else first


def next_visit(row: dict[str, Any], tracked: date | None) -> date | None:
    """Return the local day by whose end a key area's next visit is due; before any, as from the first tracks.

    row: visits_per_week, valid_from, last_day, timetable of the query key_area_states; tracked: see `tracked_since`.
    None where no visits are required, or nothing is tracked. Raises ValueError as data.timetable.parse does.
    """
    if not row["visits_per_week"] or tracked is None:
        return None
    begun = max(filter(None, (tracked, row["valid_from"]))) - timedelta(days=1)
    weekdays = parse(row["timetable"]).weekdays if row["timetable"] else frozenset[int]()
    return due_day(row["last_day"] or begun, row["visits_per_week"], weekdays)


def state_of(due: date | None, today: date) -> str:
    """Return overdue (the day it was due on is over), due (today), or fine; None: `none` is required."""
    if due is None:
        return "none"
    return "overdue" if due < today else "due" if due == today else "fine"


def inside(
    shapes: Sequence[bytes], lon: Sequence[float], lat: Sequence[float], reach_m: float, crs: str
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which points (EPSG:4326) lie within `reach_m` metres of which shapes (WKB), measured in `crs`.

    Positions of shapes, ascending, and of points.
    """
    nothing = np.empty(0, np.int64)
    if not len(shapes) or not len(lon):
        return nothing, nothing
    drawn = shapely.from_wkb(list(shapes))
    drawn = shapely.transform(drawn, lambda at: np.column_stack(to_metres(at[:, 0], at[:, 1], crs)))
    points = shapely.points(*to_metres(np.asarray(lon, float), np.asarray(lat, float), crs))
    point, shape = shapely.STRtree(drawn).query(points, predicate="dwithin", distance=reach_m)
    order = np.lexsort((point, shape))
    return shape[order], point[order]
