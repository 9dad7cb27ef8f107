"""Who is on duty when: day duty in two halves, a watch of a tenth of the workers round it, days off and leave."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from data.days import local_day, midnight
from data.loop.calendar import is_workday_in_china
from etl.synthetic.people import worker_id

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = 3600
DAY_DUTY = ((8 * HOUR, 12 * HOUR), (14 * HOUR, 18 * HOUR))
WATCH = ((0, 8 * HOUR), (12 * HOUR, 14 * HOUR), (18 * HOUR, 24 * HOUR))
WATCH_SHARE = 10  # one worker in ten keeps the watch of a day
REST_DAY_SHARE = 3  # one in three has day duty on a day of rest
LEAVE = 0.04

Spans = tuple[tuple[int, int], ...]


def shift(seed: int, workers: int, number: int, day: date) -> tuple[str, Spans]:
    """Return what a worker does on a local day and the spans in seconds since midnight.

    'watch' (nights and noon), 'duty' (08-12 and 14-18), 'leave' (would have had day duty) or 'off'.
    """
    turn = day.toordinal()
    crew = min(WATCH_SHARE, workers)
    if number % crew == turn % crew:
        return "watch", WATCH
    if not is_workday_in_china(day) and (number + turn) % REST_DAY_SHARE:
        return "off", ()
    if np.random.default_rng([seed, 5, number, turn]).random() < LEAVE:
        return "leave", DAY_DUTY
    return "duty", DAY_DUTY


def on_duty(seed: int, workers: int, number: int, day: date) -> Spans:
    """Return the spans of a local day in which the worker is on duty, in seconds since midnight."""
    kind, spans = shift(seed, workers, number, day)
    return spans if kind in ("duty", "watch") else ()


def days_until(end: datetime, days: int) -> list[date]:
    """Return the last `days` local days up to the one `end` (naive UTC) lies in."""
    last = local_day(end, ZONE)
    return [last - timedelta(days=k) for k in reversed(range(days))]


def roster(seed: int, workers: int, days: list[date]) -> list[dict[str, object]]:
    """Return the roster feed for these local days; times naive UTC."""
    rows: list[dict[str, object]] = []
    for day in days:
        start = midnight(day, ZONE)
        for number in range(workers):
            kind, spans = shift(seed, workers, number, day)
            for first, last in spans:
                rows.append(
                    {
                        "worker_id": worker_id(number),
                        "starts_at": start + timedelta(seconds=first),
                        "ends_at": start + timedelta(seconds=last),
                        "kind": "leave" if kind == "leave" else "duty",
                    }
                )
    return rows
