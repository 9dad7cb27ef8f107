"""Leave, meetings, ordered tasks and places without signal leave the denominator: from a meeting nobody is late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from data.loop.shifts import SPANS
from data.metrics import METRICS
from data.sqlfile import sql_files

VALUES = {
    "start": datetime(2026, 1, 5), "end": datetime(2026, 1, 6), "now": datetime(2026, 1, 6), "zone": "UTC", "city": "c",
    "leaf": "grid", "excluded": ["INF"], "scope": "c",
}  # fmt: skip
MONDAY = date(2026, 1, 5)
Row = dict[str, Any]


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, 5, hour, minute)


@pytest.fixture
def city() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for file in sql_files("schema").values():
            connection.execute(file.sql)
        yield connection


def put(city: duckdb.DuckDBPyConnection, table: str, *rows: Row) -> None:
    city.register("given", pa.Table.from_pylist(list(rows)))
    city.execute(f"INSERT INTO {table} BY NAME SELECT * FROM given")  # noqa: S608 - a table of this test
    city.unregister("given")


def span(kind: str, first: int, last: int, worker: str = "w1") -> Row:
    return {"worker_id": worker, "kind": kind, "starts_at": at(first), "ends_at": at(last)}


def worked(city: duckdb.DuckDBPyConnection, first: datetime, last: datetime, worker: str = "w1") -> None:
    row = {"day": MONDAY, "worker_id": worker, "area_id": "g1", "first_at": first, "last_at": last, "fixes": 100}
    row |= {"valid_fixes": 80, "own_fixes": 70, "online_s": 9e3, "distance_m": 1e3, "stays": 0, "gaps": 0, "gap_s": 0.0}
    put(city, "worker_day", row | {"first_own_at": first, "last_own_at": last})


def asked(city: duckdb.DuckDBPyConnection, name: str) -> list[tuple[float, float]]:
    file = METRICS[name].file
    rows = city.sql(file.sql, params=file.bind(VALUES)).to_arrow_table().to_pylist()
    return sorted((float(row["part"]), float(row["whole"])) for row in rows)


@pytest.mark.parametrize("kind", ["leave", "meeting", "task"])
def test_a_shift_wholly_away_is_no_day_to_attend(city: duckdb.DuckDBPyConnection, kind: str) -> None:
    put(city, "roster", span("duty", 8, 12), span(kind, 8, 13), span("duty", 8, 12, "w2"), span(kind, 8, 10, "w2"))
    assert asked(city, "attendance") == [(0, 1)]  # w2 was away for half of the shift only, and did not come


def test_whoever_begins_and_ends_in_a_meeting_is_expected_in_between(city: duckdb.DuckDBPyConnection) -> None:
    put(city, "roster", span("duty", 8, 18), span("meeting", 8, 10), span("task", 16, 18))
    worked(city, at(10, 10), at(15, 50))
    assert asked(city, "punctuality") == [(1, 1)]


def test_without_a_meeting_the_same_day_is_not_punctual(city: duckdb.DuckDBPyConnection) -> None:
    put(city, "roster", span("duty", 8, 18), span("meeting", 12, 13))
    worked(city, at(10, 10), at(15, 50))
    assert asked(city, "punctuality") == [(0, 1)]


def stay(first: int, last: int, lat: float = 32.0) -> Row:
    told = {"day": MONDAY, "worker_id": "w1", "starts_at": at(first), "ends_at": at(last), "lon": 119.5, "lat": lat}
    return told | {"fixes": 9, "area_id": "g1"}


def test_a_meeting_counts_neither_as_duty_nor_as_idle(city: duckdb.DuckDBPyConnection) -> None:
    put(city, "roster", span("duty", 8, 18), span("meeting", 9, 11))
    put(city, "stay", stay(9, 11), stay(14, 15))
    assert asked(city, "idle_share") == [(60, 8 * 60)]


def test_a_stay_where_there_is_no_signal_is_not_idle(city: duckdb.DuckDBPyConnection) -> None:
    put(city, "roster", span("duty", 8, 18))
    put(city, "stay", stay(9, 11), stay(14, 15, lat=32.01))
    place = {"place_id": "p", "kind": "no_signal", "name": "隧道", "lon": 119.5, "lat": 32.0003, "area_id": "g1"}
    put(city, "place", place)
    assert asked(city, "idle_share") == [(60, 600)]


def test_fixes_where_there_is_no_signal_are_neither_valid_nor_not(city: duckdb.DuckDBPyConnection) -> None:
    worked(city, at(8), at(18))
    fix = {"day": MONDAY, "worker_id": "w1", "lon": 119.5, "area_id": "g1", "source": "x"}
    bad = [fix | {"fixed_at": at(9, minute), "lat": 32.0, "flags": 1} for minute in range(10)]
    good = [fix | {"fixed_at": at(10, minute), "lat": 32.0, "flags": 0} for minute in range(4)]
    elsewhere = [fix | {"fixed_at": at(11, minute), "lat": 32.01, "flags": 1} for minute in range(5)]
    put(city, "fix", *bad, *good, *elsewhere)
    assert asked(city, "valid_track") == [(80, 100)]
    put(
        city,
        "place",
        {"place_id": "p", "kind": "no_signal", "name": "隧道", "lon": 119.5, "lat": 32.0, "area_id": "g1"},
    )
    assert asked(city, "valid_track") == [(76, 86)]


def test_fixes_in_a_meeting_are_neither_in_the_grid_nor_outside(city: duckdb.DuckDBPyConnection) -> None:
    worked(city, at(8), at(18))
    put(city, "area_link", {"area_id": "g1", "ancestor_id": "g1", "distance": 0})
    fix = {"day": MONDAY, "worker_id": "w1", "lon": 119.5, "lat": 32.0, "source": "x", "flags": 0}
    outside = [fix | {"fixed_at": at(9, minute), "area_id": "g2"} for minute in range(10)]
    inside = [fix | {"fixed_at": at(10, minute), "area_id": "g1"} for minute in range(3)]
    put(city, "fix", *outside, *inside)
    assert asked(city, "own_grid") == [(70, 80)]
    put(city, "roster", span("duty", 8, 18), span("meeting", 9, 11))
    assert asked(city, "own_grid") == [(67, 67)]  # three of the grid and ten from elsewhere


def test_a_meeting_ends_no_duty(city: duckdb.DuckDBPyConnection) -> None:
    put(city, "roster", span("duty", 8, 18), span("meeting", 9, 11), span("leave", 15, 18))
    rows = city.sql(SPANS, params={"start": at(9), "end": at(17)}).to_arrow_table().to_pylist()
    assert [row["kind"] for row in rows] == ["duty", "leave"]
