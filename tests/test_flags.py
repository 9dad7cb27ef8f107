"""Doubts about figures are hypotheses: who stands out among peers, by how much, of how many; nothing is deducted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from data.analysis.flags import _compared, examined, flags
from data.analysis.flags.g11 import shifted
from data.analysis.flags.g12 import friendly
from data.analysis.flags.sums import Sums
from data.analysis.periods import parse
from data.analysis.weights import flag_rules
from data.errors import NotAllowed, Problem
from data.query import Door
from data.scope import Scope
from data.sqlfile import sql_files
from tests.conftest import SAMPLE_NOW, SAMPLES

RULES = flag_rules(SAMPLES)  # a home without a file of its own
DAY = datetime(2026, 1, 5)
VALUES = {
    "start": datetime(2026, 1, 1), "end": datetime(2026, 2, 1), "now": datetime(2026, 2, 1),
    "before": datetime(2025, 12, 1), "zone": "UTC",
}  # fmt: skip
CASE = {
    "source": "worker", "kind": "ENV", "subkind": "rubbish", "severity": 4, "area_id": "g1", "located": "point",
    "lon": 119.5, "lat": 32.0, "reported_at": DAY, "state": "S50", "worker_id": "w1", "unit_id": "u1",
    "returns": 0, "reworks": 0, "extensions": 0, "reopens": 0, "checks": 0,
}  # fmt: skip
WORKED = {
    "worker_id": "w1", "area_id": "g1", "first_at": DAY, "last_at": DAY, "fixes": 100, "valid_fixes": 100,
    "own_fixes": 95, "online_s": 9000.0, "distance_m": 2000.0, "stays": 0, "gaps": 0, "gap_s": 0.0,
    "walk_m": 2000.0, "ride_m": 0.0,
}  # fmt: skip

Row = dict[str, Any]


@pytest.fixture
def city() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for file in sql_files("schema").values():
            connection.execute(file.sql)
        yield connection


def put(city: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    city.register("given", pa.Table.from_pylist(rows))
    city.execute(f"INSERT INTO {table} BY NAME SELECT * FROM given")  # noqa: S608 - a table of this test
    city.unregister("given")


def cases(city: duckdb.DuckDBPyConnection, *changes: Row) -> None:
    put(
        city,
        "incident",
        [
            CASE | {"closed_at": None, "filed_at": None, "deadline_at": None} | {"incident_id": f"E{at}"} | row
            for at, row in enumerate(changes)
        ],
    )


def asked(city: duckdb.DuckDBPyConnection, name: str) -> list[tuple[float, float]]:
    """Return part and whole of each row."""
    file = sql_files("flags")[name]
    rows = city.sql(file.sql, params=file.bind(VALUES)).to_arrow_table().to_pylist()
    return sorted((row["part"], row["whole"]) for row in rows)


def test_reports_settled_within_two_minutes_are_counted(city: duckdb.DuckDBPyConnection) -> None:
    quick, slow = DAY + timedelta(seconds=90), DAY + timedelta(minutes=30)
    cases(
        city,
        {"state": "S91", "closed_at": quick},
        {"state": "S91", "closed_at": slow},
        {"state": "S90", "closed_at": quick},  # checked by somebody else
        {"state": "S91", "closed_at": quick, "source": "public"},
    )
    assert asked(city, "g01_quick_self_closing") == [(1, 3)]


def test_the_same_place_reported_again_by_the_same_person_is_counted(city: duckdb.DuckDBPyConnection) -> None:
    near, far = {"lat": 32.0003}, {"lat": 32.001}  # 33 m and 111 m
    cases(
        city,
        {},
        {**near, "reported_at": DAY + timedelta(days=3)},
        {**far, "reported_at": DAY + timedelta(days=3)},
        {"reported_at": DAY + timedelta(days=2), "subkind": "light"},
        {"reported_at": DAY + timedelta(days=2), "worker_id": "w2"},
    )
    assert asked(city, "g02_recycled") == [(0, 1), (1, 4)]


def test_reports_of_the_last_three_days_of_a_month_are_counted(city: duckdb.DuckDBPyConnection) -> None:
    cases(city, *({"reported_at": datetime(2026, 1, day, 12)} for day in (1, 15, 28, 29, 30, 31)))
    # the month ends on the last day of the period; it counts once that day is over
    assert asked(city, "g03_period_end") == [(3, 6)]


def test_days_with_what_no_telephone_does_are_counted(city: duckdb.DuckDBPyConnection) -> None:
    put(city, "worker_day", [WORKED | {"day": date(2026, 1, day)} for day in (5, 6, 7, 8)])
    seen = {"worker_id": "w1", "starts_at": DAY, "ends_at": DAY, "measure": 1.0}
    put(
        city,
        "suspicion",
        [seen | {"day": date(2026, 1, 5), "kind": "left"}]
        + [seen | {"day": date(2026, 1, 6), "kind": kind} for kind in ("lattice", "even_speed")]
        + [seen | {"day": date(2026, 1, 7), "kind": "teleport"}],
    )
    put(city, "likeness", [seen | {"day": date(2026, 1, 8), "kind": "together", "other_id": "w2"}])
    told = [asked(city, name) for name in ("g04_left_phone", "g05_made_up", "g06_handed_over")]
    assert told == [[(1, 4)], [(2, 4)], [(1, 4)]]


def test_riding_through_and_parking_are_counted_by_the_day(city: duckdb.DuckDBPyConnection) -> None:
    ridden, short = {"ride_m": 1500.0, "walk_m": 500.0}, {"distance_m": 400.0, "ride_m": 400.0}
    put(
        city,
        "worker_day",
        [
            WORKED | {"day": date(2026, 1, 5 + at)} | more
            for at, more in enumerate([{}, ridden, short, {"own_fixes": 40}])
        ],
    )
    cell = {"worker_id": "w1", "area_id": "g1", "n": 9, "n_walking": 9, "cell_y": 1}
    put(city, "cell_day", [cell | {"day": date(2026, 1, 5), "cell_x": x} for x in range(4)])
    put(city, "cell_day", [cell | {"day": date(2026, 1, 6), "cell_x": x} for x in range(3)])
    assert asked(city, "g07_riding") == [(1, 3)]  # the short day says nothing
    assert asked(city, "g08_parked") == [(2, 3)]  # three cells, none at all; the fourth day was not in the own grid


def test_closings_in_time_that_came_back_within_a_week_are_counted(city: duckdb.DuckDBPyConnection) -> None:
    cases(city, *({"deadline_at": DAY + timedelta(days=2)} for _ in range(4)))
    step = {"day": date(2026, 1, 5), "source": "x", "step_id": "s"}

    def steps(name: str, *told: tuple[str, int]) -> list[Row]:
        return [
            step | {"incident_id": name, "to_state": state, "stepped_at": DAY + timedelta(days=day)}
            for state, day in told
        ]

    put(
        city,
        "incident_step",
        steps("E0", ("S90", 1), ("X6", 4))
        + steps("E1", ("S90", 1), ("X6", 20))
        + steps("E2", ("S90", 1))
        + steps("E3", ("S90", 3), ("X6", 4)),
    )
    assert asked(city, "g09_reopened_soon") == [(1, 3)]  # E3 was late: closing it early was not the point


def test_shelving_and_extending_is_counted_among_what_was_filed(city: duckdb.DuckDBPyConnection) -> None:
    filed = {"filed_at": DAY}
    cases(city, filed, {**filed, "state": "X3"}, {**filed, "extensions": 2}, {**filed, "state": "S92"}, {})
    assert asked(city, "g10_put_off") == [(2, 3)]


def test_closings_nobody_spoke_for_are_counted(city: duckdb.DuckDBPyConnection) -> None:
    cases(city, *({"state": "S90", "closed_at": DAY} for _ in range(4)))
    calls = [("E0", True, True), ("E1", True, None), ("E2", True, False)]
    put(
        city,
        "call_back",
        [
            {"incident_id": name, "called_at": DAY, "reached": reached, "satisfied": said}
            for name, reached, said in calls
        ],
    )
    file = sql_files("flags")["g12_few_called_back"]
    (row,) = city.sql(file.sql, params=file.bind(VALUES)).to_arrow_table().to_pylist()
    assert [row[name] for name in ("part", "whole", "answered", "satisfied")] == [2, 4, 2, 1]


def six(part: float, whole: float) -> Sums:
    """Six units of 2 in 100, and one more."""
    return Sums({f"u{at}": (f"U{at}", 2.0, 100.0) for at in range(6)} | {"odd": ("Odd", part, whole)})


def test_whoever_stands_out_is_told_with_the_peers_and_n() -> None:
    group_of = dict.fromkeys([*(f"u{at}" for at in range(6)), "odd"], "urban")
    ((subject, name, value, peers, n, level),) = _compared(six(20, 100), group_of, RULES)
    assert (subject, name, n, level) == ("odd", "Odd", 100, "strong")
    assert value == pytest.approx(0.2) and peers == pytest.approx(12 / 600)  # itself left out


@pytest.mark.parametrize(("part", "whole"), [(3, 100), (2, 10), (0, 100), (6, 19)])
def test_chance_and_few_cases_raise_no_doubt(part: float, whole: float) -> None:
    assert _compared(six(part, whole), {}, RULES) == []


def test_a_mix_of_kinds_that_moved_unlike_the_others_is_told() -> None:
    def rows(name: str, now: list[int], before: list[int]) -> list[Row]:
        return [
            {"subject_id": name, "kind": kind, "part": float(a), "whole": float(a + b)}
            for kind, a, b in zip("ABC", now, before, strict=True)
        ]

    calm = [row for at in range(4) for row in rows(f"u{at}", [50, 30, 20], [52, 29, 19])]
    table = calm + rows("odd", [10, 10, 80], [50, 30, 20])
    sums = Sums({name: (name, 100.0, 200.0) for name in ("u0", "u1", "u2", "u3", "odd")}, table)
    ((subject, _, value, peers, n, _),) = shifted(sums, {}, RULES)
    assert (subject, n) == ("odd", 100)
    assert value == pytest.approx((0.4 + 0.2 + 0.6) / 2) and peers == pytest.approx((0.02 + 0.01 + 0.01) / 2)


def test_all_satisfied_and_hardly_anybody_asked_is_told() -> None:
    rows = {f"u{at}": (f"U{at}", 40.0, 100.0) for at in range(6)} | {
        "odd": ("Odd", 90.0, 100.0),
        "fair": ("F", 90.0, 100.0),
    }
    table = [{"subject_id": name, "answered": 10.0, "satisfied": 9.0 if name == "fair" else 10.0} for name in rows]
    assert [told[0] for told in friendly(Sums(rows, table), {}, RULES)] == ["odd"]


def test_every_check_can_be_asked_of_the_city_and_says_how_many_it_looked_at(door: Door, whole_city: Scope) -> None:
    period = parse("m:2026-01", date(2026, 1, 5))
    found, checks = examined(door, whole_city, period, level="grid", now=SAMPLE_NOW)
    assert [check.code for check in checks] == [f"G{at}" for at in range(1, 13)]
    assert {check.looked_at for check in checks} == {12} and len(found) == sum(check.flagged for check in checks)


def test_a_wall_is_told_of_no_doubts(door: Door) -> None:
    period = parse("m:2026-01", date(2026, 1, 5))
    assert examined(door, Scope("wall", frozenset({"kiosk"}), "QH"), period, level="grid", now=SAMPLE_NOW) == ([], [])


def test_doubts_about_persons_need_a_right_and_a_reason_and_are_never_on_a_wall(door: Door, whole_city: Scope) -> None:
    period = parse("m:2026-01", date(2026, 1, 5))
    with pytest.raises(Problem) as fault:
        flags(door, whole_city, period, level="worker", now=SAMPLE_NOW)
    assert fault.value.reason == "needs_reason"
    for roles in ({"kiosk"}, {"analyst"}, {"worker"}):
        with pytest.raises(NotAllowed):
            flags(door, Scope("x", frozenset(roles), "QH", "why", "w01"), period, level="worker", now=SAMPLE_NOW)
    before = door.audit.path.read_text("utf-8").count("\n") if door.audit.path.exists() else 0
    flags(door, whole_city.because("抽查"), period, level="worker", now=SAMPLE_NOW)
    assert door.audit.path.read_text("utf-8").count("\n") > before
