"""How long cases take: by hand, against SciPy-free counting, and on the working clock of the desk."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from statistics import median
from zipfile import ZipFile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.analysis.durations import Quantiles, Times
from data.analysis.survival import survival
from data.config import make_config
from data.days import bounds
from data.loop.calendar import Calendar
from data.loop.worked import worked_hours
from data.loop.working import WorkingTime
from data.query import Door
from data.scope import Scope
from tests.conftest import SAMPLES
from tests.web import ask, open_site, sign_in, words

NOON = datetime(2026, 1, 5, 4)
DAY = {"start": datetime(2026, 1, 4, 16), "end": datetime(2026, 1, 5, 16), "now": NOON}
LEADER = Scope("lin", frozenset({"leader"}), "QH")
ACTS = {"受理", "立案", "派遣", "处置", "待核查", "核查", "自行处置结案"}
MOMENTS = st.datetimes(datetime(2024, 12, 20), datetime(2027, 1, 10))


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> WorkingTime:
    config = make_config(tmp_path_factory.mktemp("clock"), {})
    return WorkingTime(Calendar(config), config)


def product_limit(hours: list[float], over: list[bool]) -> list[tuple[float, float]]:
    """Return Kaplan and Meier's estimate step by step, from its definition."""
    steps, share = [], 1.0
    for at in sorted({hour for hour, ended in zip(hours, over, strict=True) if ended}):
        at_risk = sum(hour >= at for hour in hours)
        ended = sum(hour == at and done for hour, done in zip(hours, over, strict=True))
        share *= 1 - ended / at_risk
        steps.append((at, share))
    return steps


def test_open_cases_lengthen_the_median_instead_of_vanishing() -> None:
    # five closed after 1, 2, 3, 4 and 5 hours, three open for 6 so far: half of eight are over after 4 hours, not 3
    found = survival(np.array([1, 2, 3, 4, 5, 6, 6, 6.0]), np.array([True] * 5 + [False] * 3))
    assert found and found.median()[0] == 4.0 and (found.n, found.over) == (8, 5)


def test_where_most_are_open_the_median_is_not_known() -> None:
    found = survival(np.array([1, 9, 9, 9.0]), np.array([True, False, False, False]))
    assert found and found.median()[0] is None
    assert survival(np.array([3.0]), np.array([False])) is None


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1, max_size=40))
def test_the_curve_is_the_product_of_the_shares_that_lasted(cases: list[tuple[int, bool]]) -> None:
    hours, over = [float(hour) for hour, _ in cases], [ended for _, ended in cases]
    found = survival(np.array(hours), np.array(over))
    expected = product_limit(hours, over)
    if found is None:
        assert not expected
        return
    at = dict(zip(found.hours, found.open, strict=True))
    assert all(abs(at[hour] - share) < 1e-12 for hour, share in expected)
    assert (found.low <= found.open + 1e-12).all() and (found.high >= found.open - 1e-12).all()


@given(MOMENTS, st.integers(0, 90 * 24 * 3600))
def test_many_spans_at_once_are_those_of_the_desks_clock(clock: WorkingTime, start: datetime, seconds: int) -> None:
    end = start + timedelta(seconds=seconds)
    found = worked_hours(clock, np.array([start], "datetime64[us]"), np.array([end], "datetime64[us]"))
    assert found[0] == pytest.approx(clock.spent(start, end, "work_hour"), abs=1e-6)


def waited(lon_from: float, lon_to: float) -> list[float]:
    """Return the hours from report to first act of the sample's located problems in a column, from its files."""
    with open(SAMPLES / "incident_steps.csv", encoding="utf-8-sig") as file:
        acts = [(row["事件号"], at(row["时间"])) for row in csv.DictReader(file) if row["状态"] in ACTS]
    with open(SAMPLES / "incidents.csv", encoding="utf-8-sig") as file:
        reports = {row["事件号"]: row for row in csv.DictReader(file) if row["事件号"] and row["类别"] != "信息采集"}
    inside = {key: row for key, row in reports.items() if row["经度"] and lon_from <= float(row["经度"]) < lon_to}
    first = {key: min(when for one, when in acts if one == key) for key in inside if any(one == key for one, _ in acts)}
    return [(first[key] - at(inside[key]["上报时间"])) / timedelta(hours=1) for key in first]


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")


def test_the_sample_citys_times_are_those_of_its_files(door: Door, clock: WorkingTime) -> None:
    rows = door.query("durations", LEADER, area="QH0102", **DAY)
    inside = set(rows["area_id"].to_pylist())
    found = Times(rows, clock, NOON).of("QH0102", inside)
    hours = waited(119.504, 119.508)
    assert (found.response.n, found.waiting) == (len(hours), 0)
    assert found.response.median == pytest.approx(median(hours))
    # all of it passed in working time
    assert found.response_worked.median == pytest.approx(median(hours))
    # overdue: E025 alone (filed 09:00, due 10:30, now 12:00: as late as its limit is long); E032 is shelved
    assert found.late == (1, 0, 0)


def test_how_late_is_told_in_multiples_of_the_limit(door: Door, clock: WorkingTime) -> None:
    rows = door.query("durations", LEADER, area="QH", **DAY)
    inside = set(rows["area_id"].to_pylist())
    ages = []
    for now in (NOON, NOON + timedelta(hours=1, minutes=30), NOON + timedelta(days=3)):
        later = door.query("durations", LEADER, area="QH", **{**DAY, "now": now})
        ages.append(Times(later, clock, now).of("QH", inside).late)
    # E025 and E026 had an hour and a half, E031 two hours and ten minutes; E027 and E028, due the day after, a day more
    assert ages == [(3, 0, 0), (1, 2, 0), (0, 2, 3)]


def test_nothing_is_no_time_at_all(door: Door, clock: WorkingTime) -> None:
    start, end = bounds(datetime(2020, 1, 1).date(), clock.zone)
    rows = door.query("durations", LEADER, area="QH", start=start, end=end, now=start)
    found = Times(rows, clock, start).of("QH", [])
    assert found.response == Quantiles(0, None, None) and found.lasting is None and found.late == (0, 0, 0)


def test_the_page_lists_the_area_and_those_below_and_is_taken_away_as_shown(sample_home: Path) -> None:
    client = sign_in(open_site(sample_home), "leader")
    view = {"day": "2026-01-05", "t": "43200", "period": "d:2026-01-05", "area": "QH01"}
    told = ask(client, ["duration-table-body.children"], view).get_json()["response"]
    text = words(told["duration-table-body"]["children"])
    assert "柳岸社区" in text and "桃园社区" in text and "松坡社区" not in text
    curve = ask(client, ["duration-curve-chart.figure", "duration-curve-note.children"], view).get_json()["response"]
    assert "其中未结" in words(curve["duration-curve-note"]["children"])
    shares = curve["duration-curve-chart"]["figure"]["data"][-1]["y"]
    assert shares[0] == 1.0 and all(later <= earlier for earlier, later in pairwise(shares))
    rows = client.get("/export/durations.csv?day=2026-01-05&t=43200&period=d:2026-01-05&area=QH01")
    assert rows.status_code == 200
    with ZipFile(BytesIO(rows.data)) as packed:
        assert any(b"QH0102" in packed.read(name) for name in packed.namelist())


def test_another_areas_cases_are_not_in_an_areas_table(sample_home: Path) -> None:
    client = sign_in(open_site(sample_home), "leader")
    told = ask(client, ["duration-table-body.children"], {"day": "2026-01-05", "t": "43200", "area": "QH02"})
    assert "柳岸社区" not in words(told.get_json()["response"]["duration-table-body"]["children"])
