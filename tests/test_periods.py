"""Periods: which local days they hold, and what they are compared with."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.analysis.periods import parse, previous, year_ago
from data.errors import Problem

TODAY = date(2026, 11, 20)
SPANS = [
    ("30d", "2026-10-22", "2026-11-20"),
    ("7d", "2026-11-14", "2026-11-20"),
    ("d:2026-03-01", "2026-03-01", "2026-03-01"),
    ("w:2026-W47", "2026-11-16", "2026-11-22"),
    ("w:2026-W53", "2026-12-28", "2027-01-03"),
    ("m:2026-02", "2026-02-01", "2026-02-28"),
    ("q:2026-Q4", "2026-10-01", "2026-12-31"),
    ("y:2024", "2024-01-01", "2024-12-31"),
]


@pytest.mark.parametrize(("key", "first", "last"), SPANS)
def test_a_key_means_these_days(key: str, first: str, last: str) -> None:
    period = parse(key, TODAY)
    assert (str(period.first), str(period.last)) == (first, last)


@pytest.mark.parametrize(
    ("key", "before", "ago"),
    [
        ("30d", ("2026-09-22", "2026-10-21"), ("2025-10-22", "2025-11-20")),
        ("d:2024-02-29", ("2024-02-28", "2024-02-28"), ("2023-02-28", "2023-02-28")),
        ("w:2027-W01", ("2026-12-28", "2027-01-03"), ("2025-12-29", "2026-01-04")),
        ("w:2026-W53", ("2026-12-21", "2026-12-27"), ("2025-12-22", "2025-12-28")),
        ("m:2026-03", ("2026-02-01", "2026-02-28"), ("2025-03-01", "2025-03-31")),
        ("m:2026-01", ("2025-12-01", "2025-12-31"), ("2025-01-01", "2025-01-31")),
        ("q:2026-Q1", ("2025-10-01", "2025-12-31"), ("2025-01-01", "2025-03-31")),
        ("y:2024", ("2023-01-01", "2023-12-31"), ("2023-01-01", "2023-12-31")),
    ],
)
def test_a_period_is_held_against_the_one_before_and_the_one_a_year_ago(
    key: str, before: tuple[str, str], ago: tuple[str, str]
) -> None:
    period = parse(key, TODAY)
    for found, (first, last) in ((previous(period), before), (year_ago(period), ago)):
        assert (str(found.first), str(found.last)) == (first, last)
        assert parse(found.key, date(2000, 1, 1)) == found  # its key finds it again, whatever day it is


@pytest.mark.parametrize("key", ["", "0d", "d:2026-02-30", "m:2026-13", "q:2026-Q5", "w:2026-W54", "x", "30d@soon"])
def test_what_is_no_period_is_refused(key: str) -> None:
    with pytest.raises(Problem) as fault:
        parse(key, TODAY)
    assert fault.value.reason == "bad_period"


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.sampled_from(["d", "w", "m", "q", "y", "5d", "90d"]))
def test_periods_before_one_another_touch_and_never_overlap(day: date, kind: str) -> None:
    year, week, _ = day.isocalendar()
    named = {"w": f"w:{year}-W{week:02d}", "m": f"m:{day:%Y-%m}", "q": f"q:{day.year}-Q{(day.month + 2) // 3}"}
    period = parse({**named, "d": f"d:{day}", "y": f"y:{day.year}"}.get(kind, kind), day)
    assert period.holds(day)
    before = previous(period)
    assert before.last == period.first - timedelta(days=1)
    assert kind in "wmqyd" or before.days == period.days


def test_bounds_are_local_midnights_in_utc() -> None:
    start, end = parse("m:2026-11", TODAY).bounds(ZoneInfo("Asia/Shanghai"))
    assert (start, end) == (datetime(2026, 10, 31, 16), datetime(2026, 11, 30, 16))
