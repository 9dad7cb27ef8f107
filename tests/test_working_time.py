"""By when something is due: the Chinese calendar, a site's own, working periods, and the slow clock as a judge."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.config import Config, make_config
from data.errors import ConfigError
from data.loop import working
from data.loop.calendar import Calendar
from data.loop.pauses import Extension, Pause, in_force, moves_of
from data.loop.working import Limit, WorkingTime
from tests.slow_clock import MINUTE, SlowClock


def config_of(home: Path, zone: str = "Asia/Shanghai", **loop: Any) -> Config:
    return make_config(home, {"city": {"zone": zone}, "loop": loop})


def clock(home: Path, zone: str = "Asia/Shanghai", **loop: Any) -> WorkingTime:
    config = config_of(home, zone, **loop)
    return WorkingTime(Calendar(config), config)


def china(*parts: int) -> datetime:
    """Naive UTC of a clock time in China."""
    return datetime(*parts) - timedelta(hours=8)  # type: ignore[arg-type]


def write(home: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    (home / name).write_text(text, encoding=encoding)
    return home


# --- the calendar ------------------------------------------------------------------------------------------


def test_holidays_rest_and_make_up_weekends_work(tmp_path: Path) -> None:
    days = Calendar(config_of(tmp_path))
    assert not days.is_workday(date(2026, 10, 1))  # Thursday, National Day
    assert days.is_workday(date(2026, 10, 10))  # Saturday worked for it
    assert not days.is_workday(date(2026, 10, 11))


def test_a_year_nobody_published_is_named_and_goes_by_the_weekday(tmp_path: Path) -> None:
    days = Calendar(config_of(tmp_path))
    assert days.unknown(date(2025, 12, 1), date(2026, 12, 31)) == []
    assert days.unknown(date(2099, 6, 1), date(2100, 2, 1)) == [2099, 2100]
    assert days.is_workday(date(2099, 10, 1)) and not days.is_workday(date(2099, 10, 3))


def test_a_deadline_in_an_unknown_year_is_warned_of_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    time, heard = clock(tmp_path), list[str]()
    monkeypatch.setattr(working.log, "warning", heard.append)
    for _ in range(3):
        time.after(china(2099, 3, 2, 9), Limit("work_hour", 1))
    assert [words[:34] for words in heard] == ["holidays and make-up work days of "]
    assert "2099" in heard[0]


def test_a_sites_file_overrides_a_day_and_extends_the_years(tmp_path: Path) -> None:
    text = "date,is_workday,note\n2026-10-10,0,大风停工\n2099-01-01,0,元旦\n2099/10/1,0,国庆\n2099-10-04,1,调休\n"
    days = Calendar(config_of(write(tmp_path, "calendar.csv", text, "gb18030")))
    assert not days.is_workday(date(2026, 10, 10))
    assert not days.is_workday(date(2099, 10, 1)) and days.is_workday(date(2099, 10, 4))
    assert days.unknown(date(2098, 1, 1), date(2099, 12, 31)) == [2098]


def test_half_a_years_list_is_still_an_unknown_year(tmp_path: Path) -> None:
    days = Calendar(config_of(write(tmp_path, "calendar.csv", "date,is_workday\n2099-01-01,0\n")))
    assert days.unknown(date(2099, 1, 1), date(2099, 1, 2)) == [2099]


def test_a_city_elsewhere_works_on_chinese_holidays(tmp_path: Path) -> None:
    home = write(tmp_path, "calendar.csv", "date,is_workday,note\n2026-07-03,0,Independence Day observed\n")
    days = Calendar(config_of(home, "America/New_York", calendar="weekdays"))
    assert days.is_workday(date(2026, 10, 1)) and not days.is_workday(date(2026, 10, 10))
    assert not days.is_workday(date(2026, 7, 3))
    assert days.unknown(date(2026, 1, 1), date(2027, 1, 1)) == [2027]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date,is_workday\n2026-02-30,0\n", "calendar.csv row 2: date is '2026-02-30'"),
        ("date,is_workday\n2026-02-03,0\n\n2026-02-04,perhaps\n", "calendar.csv row 4: is_workday is 'perhaps'"),
        ("date,is_workday\n2026-02-03,0\n2026-02-03,1\n", "row 3 says again what row 2 says (2026-02-03)"),
        ("day,is_workday\n2026-02-03,0\n", "lacks the column date"),
    ],
)
def test_a_wrong_row_of_the_calendar_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as told:
        Calendar(config_of(write(tmp_path, "calendar.csv", text)))
    assert said in str(told.value) and "calendar.csv" in told.value.sentence("zh-CN")


def test_an_unknown_calendar_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        Calendar(config_of(tmp_path, calendar="lunar"))


@pytest.mark.parametrize(
    "hours",
    [["08:00-12:00", "11:00-18:00"], ["14:00-18:00", "08:00-12:00"], ["18:00-08:00"], ["8-12"], ["08:00-24:01"], []],
)
def test_ill_formed_working_periods_are_refused(tmp_path: Path, hours: list[str]) -> None:
    with pytest.raises(ConfigError, match="work_hours"):
        clock(tmp_path, work_hours=hours)


# --- single deadlines, counted by hand ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        # Friday 17:00: an hour is left, the other one on Monday
        ((2026, 1, 9, 17), Limit("work_hour", 2), (2026, 1, 12, 9)),
        # the time has passed at noon, not at two
        ((2026, 1, 8, 10), Limit("work_hour", 2), (2026, 1, 8, 12)),
        # noon, night, Sunday: the clock waits for the next opening
        ((2026, 1, 8, 12, 30), Limit("work_hour", 1), (2026, 1, 8, 15)),
        ((2026, 1, 8, 22), Limit("work_hour", 4), (2026, 1, 9, 12)),
        ((2026, 1, 11, 9), Limit("work_day", 1), (2026, 1, 12, 18)),
        # same clock time N work days later
        ((2026, 1, 8, 10, 20), Limit("work_day", 3), (2026, 1, 13, 10, 20)),
        # eve of the National Day of 2026: closed from the 1st to the 7th; Saturday the 10th is worked
        ((2026, 9, 30, 17), Limit("work_hour", 2), (2026, 10, 8, 9)),
        ((2026, 10, 9, 17), Limit("work_hour", 2), (2026, 10, 10, 9)),
        # the year's work is over at six on its last day, and not in the next one
        ((2025, 12, 31, 16), Limit("work_hour", 2), (2025, 12, 31, 18)),
        # over New Year's Day, a Thursday whose Friday is free too and whose Sunday is worked
        ((2025, 12, 31, 9), Limit("work_day", 1), (2026, 1, 4, 9)),
        ((2026, 9, 30, 17), Limit("natural_day", 15), (2026, 10, 15, 17)),
        ((2026, 9, 30, 17), Limit("urgent_hour", 0.0833), (2026, 9, 30, 17, 5)),
        ((2026, 10, 3, 3), Limit("work_day", 0), (2026, 10, 3, 3)),
    ],
)
def test_a_deadline_as_counted_on_the_calendar(
    tmp_path: Path, start: tuple[int, ...], limit: Limit, due: tuple[int, ...]
) -> None:
    assert clock(tmp_path).after(china(*start), limit) == china(*due)


def test_time_spent_is_told_in_the_unit_of_its_limit(tmp_path: Path) -> None:
    time = clock(tmp_path)
    start, end = china(2026, 1, 9, 17), china(2026, 1, 12, 10)  # Friday to Monday
    assert time.spent(start, end, "work_hour") == 3
    assert time.spent(start, end, "work_day") == pytest.approx(3 / 8)
    assert time.spent(start, end, "natural_day") == pytest.approx(2 + 17 / 24)
    assert time.spent(start, end, "urgent_hour") == 65
    assert time.spent(end, start, "urgent_hour") == 0


def test_a_natural_day_keeps_its_clock_time_through_summer_time(tmp_path: Path) -> None:
    # New York, 2026-11-01 has 25 hours: Saturday 12:00 EDT (16:00 UTC) to Sunday 12:00 EST (17:00 UTC)
    time = clock(tmp_path, "America/New_York", calendar="weekdays")
    at = datetime(2026, 10, 31, 16)
    assert time.after(at, Limit("natural_day", 1)) == datetime(2026, 11, 1, 17)
    assert time.after(at, Limit("urgent_hour", 24)) == datetime(2026, 11, 1, 16)
    assert time.spent(at, datetime(2026, 11, 1, 17), "natural_day") == 1


def test_working_hours_follow_the_clock_on_the_wall(tmp_path: Path) -> None:
    # New York: 08:00 is 12:00 UTC on Friday 2026-10-30 and 13:00 UTC on Monday 2026-11-02
    time = clock(tmp_path, "America/New_York", calendar="weekdays")
    assert time.after(datetime(2026, 10, 30, 21), Limit("work_hour", 2)) == datetime(2026, 11, 2, 14)
    assert time.is_open(datetime(2026, 11, 2, 13)) and not time.is_open(datetime(2026, 11, 2, 12, 59))


def test_what_was_left_when_a_case_was_shelved_is_left_when_it_is_taken_up(tmp_path: Path) -> None:
    # due Friday 17:00, shelved Thursday 15:00 with 3 + 7 work hours left, taken up Wednesday 09:00: 3 + 4 + 3 later
    time, limit = clock(tmp_path), Limit("work_day", 3)
    due, shelved = china(2026, 1, 9, 17), china(2026, 1, 8, 15)
    assert time.resumed(due, shelved, china(2026, 1, 14, 9), limit) == china(2026, 1, 15, 11)
    assert (
        time.resumed(due, china(2026, 1, 12, 9), china(2026, 2, 12, 9), limit) == due
    )  # overdue before it was shelved


def test_no_pause_brings_a_deadline_forward(tmp_path: Path) -> None:
    # somebody extended to Sunday noon: the pause on Saturday costs no working time, and Sunday stays
    time, sunday = clock(tmp_path), china(2026, 1, 18, 12)
    resumed = time.resumed(sunday, china(2026, 1, 17, 10), china(2026, 1, 17, 11), Limit("work_day", 3))
    assert resumed == sunday


def test_an_extension_during_a_pause_moves_with_the_rest_of_it(tmp_path: Path) -> None:
    time, hours = clock(tmp_path), Limit("urgent_hour", 24)
    at = china(2026, 1, 5, 0)
    pause = Pause(at + timedelta(hours=10), at + timedelta(hours=20))
    extension = Extension(at + timedelta(hours=15), at + timedelta(hours=48))
    assert in_force(at + timedelta(hours=24), [extension, pause], hours, time) == at + timedelta(hours=48 + 5)
    assert in_force(at + timedelta(hours=24), [Pause(at)], hours, time) == at + timedelta(hours=24)


def test_the_steps_of_a_case_say_what_moved_its_deadline(tmp_path: Path) -> None:
    at = china(2026, 1, 5, 8)
    hour = timedelta(hours=1)
    told = [("S10", 0, None), ("S30", 1, 9), ("S50", 2, None), ("X2", 3, 12), ("X3", 4, None), ("X4", 5, None)]
    told += [("S50", 7, 99), ("X3", 8, None)]
    steps = [
        {"to_state": state, "stepped_at": at + n * hour, "deadline_at": at + due * hour if due else None}
        for state, n, due in told
    ]
    first, moves = moves_of(steps)
    assert first == at + 9 * hour
    expected = [Extension(at + 3 * hour, at + 12 * hour), Pause(at + 4 * hour, at + 7 * hour), Pause(at + 8 * hour)]
    assert moves == expected
    assert in_force(first, moves, Limit("urgent_hour", 8), clock(tmp_path)) == at + 15 * hour


# --- against the slow clock --------------------------------------------------------------------------------

DAYS = 75
WORLDS: list[tuple[str, tuple[str, ...], datetime]] = [
    ("Asia/Shanghai", ("08:00-12:00", "14:00-18:00"), datetime(2026, 9, 1)),
    ("Asia/Shanghai", ("09:15-11:45", "13:30-17:20", "19:00-21:00"), datetime(2025, 12, 1)),
    ("Asia/Shanghai", ("00:00-24:00",), datetime(2026, 1, 20)),
    ("America/New_York", ("08:00-12:00", "14:00-18:00"), datetime(2026, 10, 10)),
    ("America/New_York", ("00:30-01:40", "02:10-03:50", "22:00-24:00"), datetime(2026, 2, 20)),
    ("America/New_York", ("01:30-03:00", "09:00-17:00"), datetime(2026, 10, 10)),
    ("Australia/Lord_Howe", ("01:45-02:45", "09:00-17:00"), datetime(2026, 3, 10)),  # clocks turned by half an hour
]


@pytest.fixture(scope="module", params=range(len(WORLDS)), ids=lambda n: f"{n}-{WORLDS[n][0]}")
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[WorkingTime, SlowClock]:
    """A clock and its judge on days drawn by lot: holidays in the week, make-up days at weekends, nights of work."""
    zone, hours, begin = WORLDS[request.param]
    draw = random.Random(request.param)
    days = [begin.date() + timedelta(days=n) for n in range(-2, DAYS + 3)]
    turned = {day: (day.weekday() < 5) != (draw.random() < 0.2) for day in days}
    home = tmp_path_factory.mktemp("world")
    rows = "".join(f"{day},{int(works)},\n" for day, works in turned.items())
    write(home, "calendar.csv", "date,is_workday,note\n" + rows)
    time = clock(home, zone, work_hours=list(hours))
    return time, SlowClock(zone, hours, {day for day, works in turned.items() if works}, (begin, DAYS))


@given(
    start=st.integers(1440, 25 * 1440),
    kind=st.sampled_from(["urgent_hour", "work_hour", "work_day"]),
    minutes=st.integers(1, 24 * 60),
    pauses=st.lists(st.tuples(st.integers(1, 5000), st.integers(1, 4 * 1440)), max_size=3),
)
@settings(max_examples=450, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_deadlines_are_those_of_the_slow_clock(
    world: tuple[WorkingTime, SlowClock], start: int, kind: str, minutes: int, pauses: list[tuple[int, int]]
) -> None:
    time, slow = world
    at = slow.begin + start * MINUTE
    unit = 60 if kind != "work_day" else time.day_us // 60_000_000
    moves, free = [], at
    for wait, length in pauses:
        moves.append(Pause(free + wait * MINUTE, free + (wait + length) * MINUTE))
        free = free + (wait + length) * MINUTE
    limit = Limit(kind, minutes / unit)
    due = in_force(time.after(at, limit), moves, limit, time)
    judged = slow.after(at, Fraction(minutes, unit), kind, [(pause.began_at, pause.ended_at) for pause in moves])
    if kind == "work_day" and time.zone.key != "Asia/Shanghai":  # a share of a stretched day may end within a minute
        assert judged - MINUTE < due <= judged
    else:
        assert due == judged


@given(
    start=st.integers(1440, 60 * 1440),
    length=st.integers(0, 14 * 1440),
    kind=st.sampled_from(["work_hour", "work_day"]),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_time_spent_is_that_of_the_slow_clock(
    world: tuple[WorkingTime, SlowClock], start: int, length: int, kind: str
) -> None:
    time, slow = world
    begin = slow.begin + start * MINUTE
    end = begin + length * MINUTE
    assert time.spent(begin, end, kind) == pytest.approx(slow.spent(begin, end, kind), abs=1e-9)
