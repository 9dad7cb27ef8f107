"""What numbers, dates and times look like on the screen, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import text

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    text.speak("zh-CN", SHANGHAI)
    yield
    text.speak("zh-CN", SHANGHAI)


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (1238, "1,238", "1,238"),
        (99_999, "99,999", "99,999"),
        (4_410_000, "441万", "4.41M"),
        (123_456, "12.3万", "123k"),
        (250_000_000, "2.5亿", "250M"),
        (-3, "−3", "−3"),
        (None, "—", "—"),
    ],
)
def test_a_large_number_is_short_on_a_wall(value: float | None, zh: str, en: str) -> None:
    assert text.number(value, short=True) == zh
    text.speak("en", SHANGHAI)
    assert text.number(value, short=True) == en


def test_a_share_without_a_denominator_is_neither_zero_nor_a_hundred() -> None:
    assert text.percent(None) == "—"
    assert text.percent(0.0) == "0.0%"
    assert text.percent(0.9731) == "97.3%"


def test_a_difference_of_shares_is_in_points_with_a_true_minus() -> None:
    assert text.points(-0.004) == "−0.4 点"
    assert text.points(0.006) == "+0.6 点"
    assert text.points(0.0) == "±0.0 点"
    assert text.points(0.007, long=True, sign=False) == "0.7 个百分点"


@pytest.mark.parametrize(
    ("seconds", "zh"),
    [
        (8, "8 秒"),
        (59.9, "59 秒"),
        (17 * 60, "17 分"),
        (95 * 60, "1 时 35 分"),
        (3 * 3600 + 6 * 60, "3 时 06 分"),
        (76 * 3600, "3 天 4 时"),
    ],
)
def test_a_duration_has_two_units_at_most(seconds: float, zh: str) -> None:
    assert text.duration(seconds) == zh


def test_overdue_and_left_are_different_words() -> None:
    assert text.deadline(-8 * 60) == "超 8 分"
    assert text.deadline(17 * 60) == "剩 17 分"
    assert text.deadline(None) == "—"
    text.speak("en", SHANGHAI)
    assert (text.deadline(-8 * 60), text.deadline(17 * 60)) == ("8 min over", "17 min left")


def test_dates_are_written_as_people_write_them() -> None:
    day = date(2026, 11, 20)
    assert text.day_long(day) == "2026年11月20日 周五"
    assert text.days(date(2026, 10, 24), day) == "10月24日–11月20日"
    text.speak("en", SHANGHAI)
    assert text.day_long(day) == "Fri 20 Nov 2026"


def test_clocks_show_the_citys_time_whatever_the_server_thinks() -> None:
    assert text.clock(datetime(2026, 11, 20, 2, 42, 36), seconds=True) == "10:42:36"
    text.speak("zh-CN", ZoneInfo("America/New_York"))
    assert text.stamp(datetime(2026, 11, 20, 2, 42)) == "11月19日 21:42"


def test_distances_turn_into_kilometres_when_metres_say_too_much() -> None:
    assert [text.distance(m) for m in (380, 1100, 1600)] == ["380 m", "1,100 m", "1.6 km"]


def test_an_unknown_language_leaves_the_one_spoken_before() -> None:
    text.speak("xx", SHANGHAI)
    assert text.voice().language == "zh-CN"


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(KeyError, match="no.such"):
        text.t("no.such")


@given(st.floats(min_value=0, max_value=1e9))
def test_every_duration_reads_as_something(seconds: float) -> None:
    assert any(unit in text.duration(seconds) for unit in ("秒", "分", "时", "天"))


@given(st.floats(min_value=0, max_value=1))
def test_a_shown_share_is_within_half_a_tenth_of_the_true_one(share: float) -> None:
    assert abs(float(text.percent(share, unit=False)) - 100 * share) <= 0.05 + 1e-9
