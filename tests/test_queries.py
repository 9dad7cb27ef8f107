"""Queries: what the screens of the sample city must show, counted by hand from its README."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pytest
from pyproj import Transformer

from data.errors import NotAllowed
from data.query import Door
from data.scope import Scope
from data.sqlfile import sql_files
from tests.conftest import SAMPLES

NOW = datetime(2026, 1, 5, 4)
DAY = {"start": datetime(2026, 1, 4, 16), "end": datetime(2026, 1, 5, 16)}
LOCAL = date(2026, 1, 5)
LEADER = Scope("tester", frozenset({"leader"}), "QH", "测试")


def ask(door: Door, name: str, scope: Scope = LEADER, **params: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = door.query(name, scope, **params).to_pylist()
    return rows


def test_the_first_to_expire_stands_first_and_a_shelved_case_has_no_clock(door: Door) -> None:
    rows = ask(door, "incidents_open", area="QH", now=NOW)
    assert [row["incident_id"] for row in rows] == ["E025", "E026", "E031", "E038", "E027", "E028", "E032", "E040"]
    assert {row["incident_id"]: row["deadline_at"] for row in rows}["E032"] is None


def test_an_open_case_names_its_grid_community_and_street(door: Door) -> None:
    rows = {row["incident_id"]: row for row in ask(door, "incidents_open", area="QH", now=NOW)}
    names = [[rows[i][key] for key in ("area_name", "parent_name", "street_name")] for i in ("E025", "E038", "E040")]
    assert names == [
        ["桃园第二网格", "桃园社区", "东岸街道"],
        ["柳岸社区", "东岸街道", "东岸街道"],
        ["青禾市", None, None],
    ]


def test_an_earlier_moment_shows_what_was_open_then(door: Door) -> None:
    early = datetime(2026, 1, 5, 0, 30)  # 08:30
    shown = {row["incident_id"] for row in ask(door, "incidents_open", area="QH", now=early)}
    # reported by 08:30 and not closed by then: E001-E003 were settled at 08:15, 08:22 and 08:29
    assert shown == {"E004", "E009", "E010", "E011", "E012", "E019", "E020", "E021", "E022"}


def test_only_incidents_with_a_point_of_their_own_are_drawn(door: Door) -> None:
    drawn = {row["incident_id"] for row in ask(door, "incident_points", area="QH", now=NOW, **DAY)}
    assert drawn == {f"E{n:03d}" for n in range(1, 41)} - {"E034", "E038", "E040"}


def test_counts_of_the_grids_and_the_unlocated_make_the_city(door: Door) -> None:
    rows = ask(door, "incident_counts", area="QH", level="grid", **DAY)
    assert sum(row["n"] for row in rows) == 39
    assert len(rows) == 12 + 2  # every grid, QH0101~ and QH~


def test_the_loop_counts_flow_backlog_and_medians(door: Door) -> None:
    (row,) = ask(door, "loop", area="QH", **DAY)
    flow = {key: row[key] for key in ("reported", "accepted", "handled", "checked", "closed", "reported_closed")}
    assert flow == {"reported": 39, "accepted": 37, "handled": 31, "checked": 20, "closed": 30, "reported_closed": 30}
    assert (row["open"], row["shelved"], row["overdue"]) == (8, 1, 3)
    # all but E033 (rejected) and E040 (nobody has taken it) were taken up, nine of them settled on the spot
    # accepted: 14th and 15th of 28 after 15 min; handled: 11th and 12th of 22 after 80 and 85 min; checked: 10 min
    assert (row["accept_s"], row["handle_s"], row["check_s"]) == (900, 4950, 600)


def test_bins_and_hours_hold_every_incident_once(door: Door) -> None:
    bins = ask(door, "incident_bins", area="QH", seconds=900, **DAY)
    assert (len(bins), sum(row["n"] for row in bins), bins[0]["bin_at"]) == (96, 39, DAY["start"])
    hours = {(row["weekday"], row["hour"]): row["n"] for row in ask(door, "incident_hours", area="QH", **DAY)}
    assert hours == {(1, 8): 23, (1, 9): 16}


def test_heat_leaves_work_items_rejected_and_void_cases_out(door: Door) -> None:
    assert sum(row["n"] for row in ask(door, "heat_incidents", area="QH", **DAY)) == 35


def test_the_way_down_to_a_grid_starts_at_what_the_account_may_see(door: Door) -> None:
    assert [r["area_id"] for r in ask(door, "area_path", area="QH0101002")] == ["QH", "QH01", "QH0101", "QH0101002"]
    street = Scope("tester", frozenset({"operator"}), "QH01")
    assert [r["area_id"] for r in ask(door, "area_path", street, area="QH0101")] == ["QH01", "QH0101"]


def test_the_steps_of_a_case_are_told_in_order_and_only_inside_the_scope(door: Door) -> None:
    told = [row["to_state"] for row in ask(door, "incident_steps", incident_id="E021")]
    assert told == ["S10", "S20", "S30", "S40", "X1", "S40", "S50", "S60", "S65", "S90"]
    other = Scope("tester", frozenset({"operator"}), "QH02")
    assert ask(door, "incident_steps", other, incident_id="E021") == []


def test_cells_visited_agree_with_projecting_the_fixes_again(door: Door) -> None:
    metric = Transformer.from_crs("EPSG:4326", "EPSG:4549", always_xy=True)
    cells = set()
    with open(SAMPLES / "fixes_2026-01-05.csv", encoding="utf-8", newline="") as file:
        for row in list(csv.DictReader(file))[:121]:  # w01, inside QH0101001 all the time
            x, y = metric.transform(float(row["经度"]), float(row["纬度"]))
            cells.add((int(x // 100), int(y // 100)))
    rows = {r["area_id"]: r for r in ask(door, "coverage", area="QH", first_day=LOCAL, last_day=LOCAL)}
    assert rows["QH0101001"]["visited"] == len(cells)
    assert rows["QH0101003"]["visited"] == 0 and len(rows) == 12


def test_the_days_of_workers_are_those_of_the_readme(door: Door) -> None:
    rows = {row["worker_id"]: row for row in ask(door, "workers_day", area="QH", day=LOCAL)}
    assert {key: row["fixes"] for key, row in rows.items()} == {"w01": 121, "w02": 87, "w03": 121, "w04": 121}
    (gap,) = ask(door, "gaps", area="QH", day=LOCAL, workers=None)
    assert (gap["worker_id"], gap["ends_at"] - gap["starts_at"]) == ("w02", timedelta(minutes=35))
    (stay,) = ask(door, "stays", area="QH", day=LOCAL, workers=["w01"])
    assert stay["ends_at"] - stay["starts_at"] == timedelta(minutes=15)
    flagged = ask(door, "flagged_fixes", area="QH", day=LOCAL, workers=["w04"])
    assert [row["fixed_at"] for row in flagged] == [datetime(2026, 1, 5, 0, 30), datetime(2026, 1, 5, 1, 0)]


def test_tracks_are_those_of_the_workers_asked_for_inside_the_scope(door: Door) -> None:
    assert {r["worker_id"] for r in ask(door, "tracks", area="QH", day=LOCAL, workers=["w01", "w03"])} == {"w01", "w03"}
    community = Scope("tester", frozenset({"operator"}), "QH0101", "测试")
    seen = ask(door, "tracks", community, area="QH0101", day=LOCAL, workers=None)
    assert {row["worker_id"] for row in seen} == {"w01", "w02"}
    with pytest.raises(NotAllowed):
        ask(door, "tracks", community, area="QH0102", day=LOCAL, workers=None)


@pytest.fixture
def berlin() -> Iterator[duckdb.DuckDBPyConnection]:
    """One area and incidents at nine local time on Mondays before and after the clocks changed (2026-03-29)."""
    with duckdb.connect() as connection:
        for file in sql_files("schema").values():
            connection.execute(file.sql)
        connection.execute("INSERT INTO area_link VALUES ('A', 'A', 0)")
        late = ("I3", datetime(2026, 3, 30, 7, 20))
        before = [("I1", datetime(2026, 3, 23, 8)), ("I2", datetime(2026, 3, 30, 7)), late]
        for name, at in [*before, ("I4", datetime(2026, 4, 6, 7)), ("SPG", datetime(2026, 4, 6, 7))]:
            connection.execute(
                "INSERT INTO incident BY NAME SELECT ? AS incident_id, 'worker' AS source, ? AS kind, 3 AS severity,"
                " 'A' AS area_id, 'point' AS located, 13.4 AS lon, 52.5 AS lat, ?::TIMESTAMP AS reported_at,"
                " 'S10' AS state, 0 AS returns, 0 AS reworks, 0 AS extensions, 0 AS reopens, 0 AS checks",
                [name, "SPG" if name == "SPG" else "ENV", at],
            )
        yield connection


def run(connection: duckdb.DuckDBPyConnection, name: str, **params: Any) -> list[dict[str, Any]]:
    file = sql_files("queries")[name]
    values = {"scope": "A", "area": "A", "zone": "Europe/Berlin", "excluded": ["INF"], **params}
    rows: list[dict[str, Any]] = connection.sql(file.sql, params=file.bind(values)).to_arrow_table().to_pylist()
    return rows


def test_the_same_hour_of_earlier_weeks_survives_a_change_of_clocks(berlin: duckdb.DuckDBPyConnection) -> None:
    monday = datetime(2026, 4, 5, 22)  # local midnight of 2026-04-06, summer time
    rows = run(berlin, "incident_expected", start=monday, seconds=3600)
    assert {(r["week"], r["bin"]): r["n"] for r in rows if r["n"]} == {(1, 9): 2, (2, 9): 1}
    assert {r["week"] for r in rows} == {1, 2}  # nothing is known of the six weeks before the first incident
    assert len(rows) == 48


def test_special_groups_are_counted_and_never_drawn(berlin: duckdb.DuckDBPyConnection) -> None:
    period = {"start": datetime(2026, 4, 6), "end": datetime(2026, 4, 7), "now": datetime(2026, 4, 7)}
    assert sum(r["n"] for r in run(berlin, "incident_bins", seconds=86400, **period)) == 2
    assert {r["incident_id"] for r in run(berlin, "incident_points", **period)} == {"I1", "I2", "I3", "I4"}
    assert [r["n"] for r in run(berlin, "heat_incidents", **period)] == [1]
