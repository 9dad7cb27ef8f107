"""Who was near a place then: the same answer as reading every fix with pandas, for those who may ask, and logged."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pandas as pd
import pytest
from pyproj import Geod

from data.errors import NotAllowed, Problem
from data.loop.distance import RADIUS_M
from data.loop.was_near import Circle, was_near
from data.query import Door
from data.rules import uncounted
from data.scope import Scope

START, END = datetime(2026, 1, 5, 0), datetime(2026, 1, 5, 2)  # 08:00 to 10:00 in the city
LEADER = Scope("tester", frozenset({"leader"}), "QH").because("SJ-1")
SPHERE = Geod(a=RADIUS_M, b=RADIUS_M)
CIRCLES = [
    Circle(119.502, 32.0088, 60.0),
    Circle(119.504, 32.008, 250.0),
    Circle(119.504, 32.008, 900.0),
    Circle(119.506, 32.0101, 120.0),
    Circle(119.5145, 32.001, 50.0),
]


def by_hand(door: Door, circle: Circle, start: datetime, end: datetime) -> pd.DataFrame:
    """The same from every fix of the day, worker by worker and fix by fix."""
    fixes = door.warehouse.fetch("SELECT * FROM fix", {}).to_pandas().sort_values(["worker_id", "fixed_at"])
    fixes = fixes[(fixes["flags"] & uncounted() == 0) & (fixes.fixed_at >= start) & (fixes.fixed_at < end)]
    n = len(fixes)
    fixes["m"] = SPHERE.inv(fixes.lon, fixes.lat, [circle.lon] * n, [circle.lat] * n)[2]
    rows = []
    for worker, mine in fixes.groupby("worker_id"):
        inside, seconds = mine[mine.m <= circle.radius_m], 0.0
        for (_, a), (_, b) in zip(mine.iloc[:-1].iterrows(), mine.iloc[1:].iterrows(), strict=True):
            if max(a.m, b.m) <= circle.radius_m:
                seconds += min((b.fixed_at - a.fixed_at).total_seconds(), 300.0)
        if len(inside):
            first = inside.sort_values(["m", "fixed_at"]).iloc[0]
            at = (first.fixed_at, seconds / 60, inside.fixed_at.min(), inside.fixed_at.max(), len(inside))
            rows.append((worker, first.m, *at))
    columns = ["worker_id", "nearest_m", "nearest_at", "inside_min", "first_at", "last_at", "fixes"]
    return pd.DataFrame(rows, columns=columns).sort_values(["nearest_m", "worker_id"]).reset_index(drop=True)


@pytest.mark.parametrize("circle", CIRCLES, ids=str)
@pytest.mark.parametrize("minutes", [(0, 120), (30, 75), (-600, 60)], ids=str)
def test_it_is_what_pandas_finds_among_all_fixes(door: Door, circle: Circle, minutes: tuple[int, int]) -> None:
    start, end = (START + timedelta(minutes=m) for m in minutes)
    rows = was_near(door, LEADER, circle, start, end)
    expected = by_hand(door, circle, start, end)
    found = rows.select(list(expected.columns)).to_pandas() if len(expected) else expected
    assert rows.num_rows == len(expected)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, atol=1e-3)


def test_the_circles_are_worth_asking_for(door: Door) -> None:
    assert [len(by_hand(door, circle, START, END)) for circle in CIRCLES] == [1, 3, 4, 1, 0]


def test_standing_from_0840_to_0855_is_a_quarter_of_an_hour_inside(door: Door) -> None:
    stood = door.warehouse.fetch("SELECT lon, lat FROM stay WHERE worker_id = 'w01'", {}).to_pylist()[0]
    circle = Circle(stood["lon"], stood["lat"], 10.0)
    (row,) = was_near(door, LEADER, circle, START + timedelta(minutes=40), START + timedelta(minutes=56)).to_pylist()
    assert (row["worker_id"], row["inside_min"], row["fixes"]) == ("w01", 15.0, 16)
    assert (row["first_at"], row["last_at"]) == (START + timedelta(minutes=40), START + timedelta(minutes=55))


def test_without_a_reason_or_the_right_nobody_is_told(door: Door) -> None:
    with pytest.raises(Problem) as refused:
        was_near(door, Scope("tester", frozenset({"leader"}), "QH"), CIRCLES[1], START, END)
    assert refused.value.reason == "needs_reason"
    for role in ("kiosk", "analyst", "steward", "worker", "department"):
        with pytest.raises(NotAllowed):
            was_near(door, Scope("tester", frozenset({role}), "QH").because("SJ-1"), CIRCLES[1], START, END)


def test_the_log_says_where_and_when_was_asked(door: Door) -> None:
    was_near(door, LEADER, CIRCLES[0], START, END)
    told = json.loads(door.audit.path.read_text(encoding="utf-8").splitlines()[-1])
    assert (told["action"], told["reason"], told["account"]) == ("was_near", "SJ-1", "tester")
    assert told["period"] | vars(CIRCLES[0]) | {"start": str(START), "end": str(END)} == told["period"]


def test_a_street_is_told_of_its_own_workers_only_and_an_operator_of_masked_names(door: Door) -> None:
    everybody = was_near(door, LEADER, CIRCLES[2], START, END).to_pylist()
    assert {row["worker_id"]: row["name"] for row in everybody} == {
        "w01": "陈一",
        "w02": "林二",
        "w03": "黄三",
        "w04": "周四",
    }
    operator = Scope("tester", frozenset({"operator"}), "QH0102").because("SJ-1")
    own = was_near(door, operator, CIRCLES[2], START, END).to_pylist()
    assert {row["worker_id"]: row["name"] for row in own} == {"w03": "黄*", "w04": "周*"}
