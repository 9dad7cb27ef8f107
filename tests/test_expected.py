"""What a day may be expected to have, and what changed: by hand and by other libraries."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from scipy.stats import binomtest, norm, poisson

from data.analysis.changes import changes, p_value
from data.analysis.expected import alike, band, expected, overdispersion

MONDAY = date(2026, 11, 16)


def workday(day: date) -> bool:
    return day.weekday() < 5 and day != date(2026, 10, 5)  # one Monday of rest


def test_a_day_is_held_against_the_same_weekday_of_eight_weeks_without_days_of_rest() -> None:
    days = alike(MONDAY, workday)
    assert len(days) == 7 and date(2026, 10, 5) not in days
    assert {day.weekday() for day in days} == {0}
    rest = alike(date(2026, 10, 5), workday)  # a Monday of rest is like a Sunday
    assert {day.weekday() for day in rest} == {6} and len(rest) == 8


def test_the_mean_is_that_of_those_days_and_an_unusual_day_is_told() -> None:
    counts = {MONDAY - timedelta(weeks=week): n for week, n in enumerate([40, 10, 12, 8, 11, 9, 10, 10, 10])}
    (told,) = expected(counts, [MONDAY], lambda day: True)
    assert told.mean == pytest.approx(10.0)
    assert told.unusual == 1
    (quiet,) = expected({**counts, MONDAY: 10}, [MONDAY], lambda day: True)
    assert quiet.unusual == 0


def test_without_enough_past_nothing_is_expected() -> None:
    (told,) = expected({}, [MONDAY], lambda day: day == MONDAY)
    assert (told.mean, told.low, told.unusual) == (None, None, 0)


def test_the_band_is_poisson_s_without_and_wider_with_more_variance() -> None:
    assert band(10, 1.0) == (poisson.ppf(0.025, 10), poisson.ppf(0.975, 10))
    assert [end.tolist() for end in band([0, 10], 1.0)] == [[0, poisson.ppf(0.025, 10)], [0, poisson.ppf(0.975, 10)]]
    low, high = band(10, 3.0)
    assert low < poisson.ppf(0.025, 10) and high > poisson.ppf(0.975, 10)


def test_about_one_day_in_twenty_lies_outside_when_nothing_happens() -> None:
    random, start = np.random.default_rng(4), date(2024, 1, 1)
    days = [start + timedelta(days=n) for n in range(700)]
    counts = dict(zip(days, random.negative_binomial(10, 10 / 35, 700).tolist(), strict=True))
    told = expected(counts, days[70:], lambda day: True)
    assert 0.02 < np.mean([one.unusual != 0 for one in told]) < 0.10  # the mean is itself of eight days only


def test_more_variance_than_chance_is_read_from_all_days_together() -> None:
    assert overdispersion([[10, 10, 10], [20, 20]]) == 1.0
    assert overdispersion([[0, 10], [0, 30]]) == pytest.approx((50 + 450) / (5 + 15))


def row(area: str, part: float, whole: float | None) -> dict[str, object]:
    value = part if whole is None else part / whole if whole else None
    return {"area_id": area, "name": area, "part": part, "whole": whole, "value": value}


def test_two_shares_are_compared_as_two_proportions() -> None:
    p = p_value("share", row("a", 90, 100), row("a", 70, 100), (30, 30))
    z = 0.2 / np.sqrt(0.8 * 0.2 * 2 / 100)
    assert p == pytest.approx(2 * norm.sf(z))
    assert p_value("share", row("a", 100, 100), row("a", 50, 50), (30, 30)) == 1


def test_two_counts_are_compared_given_the_lengths_of_their_periods() -> None:
    p = p_value("count", row("a", 20, None), row("a", 40, None), (30, 30))
    assert p == pytest.approx(binomtest(40, 60).pvalue, rel=1e-6)
    assert p_value("count", row("a", 40, None), row("a", 10, None), (28, 7)) == 1


def test_only_what_survives_is_told_the_surest_first_and_few_cases_never() -> None:
    pairs = [("on_time", "share", row(f"u{n}", 90, 100), row(f"u{n}", 90 + n % 2, 100)) for n in range(40)]
    pairs += [("on_time", "share", row("worse", 95, 100), row("worse", 60, 100))]
    pairs += [("reported", "count", row("more", 20, None), row("more", 90, None))]
    pairs += [("on_time", "share", row("few", 5, 5), row("few", 0, 5))]
    found = changes(pairs, (30, 30))  # type: ignore[arg-type]
    assert [change.area_id for change in found] == ["more", "worse"]
    assert [change.rises for change in found] == [True, False]


def test_pure_chance_is_seldom_told() -> None:
    random = np.random.default_rng(9)
    told = 0
    for _ in range(60):
        now, before = random.binomial(200, 0.9, 50), random.binomial(200, 0.9, 50)
        pairs = [("m", "share", row(str(i), before[i], 200), row(str(i), now[i], 200)) for i in range(50)]
        told += bool(changes(pairs, (30, 30)))  # type: ignore[arg-type]
    assert told <= 9  # one in twenty, give or take
