"""Coverage: what there is to patrol, what was visited and when, counted by hand on a plane of 100 m cells."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
import shapely
from pyproj import Transformer

from data.config import make_config
from data.metrics import METRICS, compute
from data.query import Door
from data.schema import arrow_schema
from data.scope import Scope
from data.sqlfile import sql_files
from etl.mask import patrolable
from tests.conftest import SAMPLES
from tests.test_rollup import AUTOMATIC, DAY, tiny
from tests.walks import CONFIG, CORNER, DEGREES

__all__ = ["tiny"]  # the fixture: a city of one community and two grids

LOCAL = date(2026, 1, 5)
LEADER = Scope("tester", frozenset({"leader"}), "QH", "test")


def degrees(shape: shapely.Geometry) -> shapely.Geometry:
    """The shape, in metres from CORNER, in degrees."""
    return shapely.transform(shape, lambda at: np.column_stack(DEGREES.transform(*(at + CORNER).T)))


def area_table(shapes: dict[str, shapely.Geometry], **more: Any) -> pa.Table:
    rows = []
    for name, shape in shapes.items():
        label = degrees(shape.representative_point())
        about = {"area_id": name, "level": "grid", "name": name, "lon": label.x, "lat": label.y}
        rows.append({**about, "area_m2": shape.area, "geometry": degrees(shape).wkb, **more})
    return pa.Table.from_pylist(rows, arrow_schema("area"))


def classes(**urban_class: str) -> pa.Table:
    rows = [{"area_id": name, "urban_class": value} for name, value in urban_class.items()]
    return pa.Table.from_pylist(rows, arrow_schema("area_attribute"))


def water(kind: str, shape: shapely.Geometry) -> pa.Table:
    return pa.Table.from_pylist([{"kind": kind, "geometry": degrees(shape).wkb}], arrow_schema("basemap"))


def cells(mask: pa.Table) -> dict[str, set[tuple[int, int, int]]]:
    """Cells of each grid: side, and numbers counted from CORNER."""
    out: dict[str, set[tuple[int, int, int]]] = {}
    for row in mask.to_pylist():
        side = row["cell_m"]
        at = (row["cell_x"] - int(CORNER[0] // side), row["cell_y"] - int(CORNER[1] // side))
        out.setdefault(row["area_id"], set()).add((side, *at))
    return out


def test_a_cell_belongs_to_the_grid_its_centre_lies_in_and_to_one_only() -> None:
    grids = {"a": shapely.box(0, 0, 240, 200), "b": shapely.box(240, 0, 400, 200)}  # the border at 240 m
    mask = cells(patrolable(area_table(grids), None, None, CONFIG))
    assert mask["a"] == {(100, x, y) for x in (0, 1) for y in (0, 1)}
    assert mask["b"] == {(100, x, y) for x in (2, 3) for y in (0, 1)}


def test_a_centre_on_a_shared_border_goes_to_the_first_grid() -> None:
    grids = {"b": shapely.box(50, 0, 200, 100), "a": shapely.box(-100, 0, 50, 100)}
    mask = cells(patrolable(area_table(grids), None, None, CONFIG))
    assert sum(len(part) for part in mask.values()) == 3


def test_the_country_is_patrolled_in_wide_cells_and_a_town_in_small_ones() -> None:
    square = shapely.box(0, 0, 500, 500)
    grids = {"urban": square, "town": shapely.affinity.translate(square, 1_000)}
    grids |= {"rural": shapely.affinity.translate(square, 2_000)}
    mask = cells(patrolable(area_table(grids), classes(urban="urban", town="town", rural="rural"), None, CONFIG))
    assert [(len(mask[name]), {c[0] for c in mask[name]}) for name in grids] == [(25, {100}), (25, {100}), (4, {250})]


def test_cells_whose_centre_is_in_a_lake_are_nobodys_and_a_river_drawn_as_a_line_takes_none() -> None:
    grid = area_table({"a": shapely.box(0, 0, 300, 200)})
    lake = water("water", shapely.box(-50, -50, 120, 120))  # the centre at 50, 50
    dry = {(100, 0, 1), *((100, x, y) for x in (1, 2) for y in (0, 1))}
    assert cells(patrolable(grid, None, lake, CONFIG))["a"] == dry
    stream = water("river", shapely.LineString([(0, 50), (300, 50)]))
    assert len(cells(patrolable(grid, None, stream, CONFIG))["a"]) == 6


def test_a_grid_too_narrow_for_a_centre_gets_the_cell_of_its_label() -> None:
    grids = {"lane": shapely.box(5, 5, 45, 45), "wide": shapely.box(0, 100, 200, 200)}
    assert cells(patrolable(area_table(grids), None, None, CONFIG))["lane"] == {(100, 0, 0)}


def test_nobody_patrols_a_province_cell_by_cell() -> None:
    province = area_table({"p": shapely.box(0, 0, 20_000, 20_000)})
    assert patrolable(province, None, None, CONFIG).num_rows == 0
    wide = make_config(CONFIG.home, {"coverage": {"largest_km2": 401.0}})
    assert patrolable(province, None, None, wide).num_rows == 200 * 200


def test_grids_that_are_no_more_have_nothing_left_to_patrol() -> None:
    gone = area_table({"a": shapely.box(0, 0, 200, 200)}, valid_to=date(2025, 12, 31))
    assert patrolable(gone, None, None, CONFIG).num_rows == 0


def test_the_mask_agrees_with_asking_every_cell_of_a_city_of_odd_shapes() -> None:
    rng = np.random.default_rng(1)
    town = shapely.box(0, 0, 3_000, 3_000)
    parts = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(rng.uniform(0, 3_000, (25, 2)))))
    grids = {f"g{i:02d}": shapely.intersection(part, town) for i, part in enumerate(parts)}
    mask = cells(patrolable(area_table(grids), None, None, CONFIG))
    for name, shape in grids.items():
        inside = {
            (100, x, y)
            for x in range(30)
            for y in range(30)
            if shape.contains(shapely.Point(100 * x + 50, 100 * y + 50))
        }
        assert mask[name] == inside


@pytest.fixture
def patrolled(tiny: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:  # noqa: F811
    """G1 in town with four cells of 100 m, G2 in the country with two of 250 m; visits on three days."""
    mask = [("G1", x, 0, 100) for x in range(4)] + [("G2", x, 9, 250) for x in range(2)]
    tiny.executemany("INSERT INTO mask_cell VALUES (?, ?, ?, ?)", mask)
    visit = "INSERT INTO cell_day VALUES (?, ?, ?, ?, ?, 5, 5, ?, ?, ?)"
    for day, worker, area, x, y, wide_x, covering in [
        (5, "w1", "G1", 0, 0, 70, 5),
        (5, "w2", "G1", 0, 0, 70, 5),
        (5, "w2", "G1", 1, 0, 70, 1),
        (5, "w2", "G1", 2, 0, 71, 0),  # rode through
        (5, "w3", "G2", 50, 22, 0, 5),
        (5, "w3", "G2", 51, 22, 0, 5),  # another small cell of the same wide one
        (6, "w1", "G1", 0, 0, 70, 5),
        (9, "w1", "G1", 0, 0, 70, 5),
        (9, "w1", "G1", 8, 0, 72, 5),  # outside the mask
    ]:
        tiny.execute(visit, [date(2026, 1, day), worker, area, x, y, wide_x, 9, covering])
    return tiny


def ask(connection: duckdb.DuckDBPyConnection, name: str, first: int = 5, last: int = 9) -> dict[str, dict[str, Any]]:
    days = {"first_day": date(2026, 1, first), "last_day": date(2026, 1, last)}
    file = sql_files("queries")[name]
    rows = connection.sql(file.sql, params=file.bind({**AUTOMATIC, **days, "area": "QH"})).to_arrow_table()
    return {row["area_id"]: row for row in rows.to_pylist()}


def test_coverage_counts_a_cell_once_and_never_one_that_was_ridden_through(
    patrolled: duckdb.DuckDBPyConnection,
) -> None:
    def parts(level: str) -> dict[str, tuple[float, float, float]]:
        rows = compute(patrolled, METRICS["coverage"], {**AUTOMATIC, **DAY, "area_id": "QH", "level": level})
        return {row["area_id"]: (row["part"], row["whole"], row["value"]) for row in rows}

    assert parts("grid") == {"G1": (2, 4, 0.5), "G2": (1, 2, 0.5)}
    assert parts("community") == {"C": (3, 6, 0.5)}
    asked = {area: (row["visited"], row["cells"]) for area, row in ask(patrolled, "coverage").items()}
    assert asked == {"G1": (2, 4), "G2": (1, 2)}


def test_a_grid_without_a_mask_has_no_coverage_rather_than_none(tiny: duckdb.DuckDBPyConnection) -> None:  # noqa: F811
    rows = compute(tiny, METRICS["coverage"], {**AUTOMATIC, **DAY, "area_id": "QH", "level": "grid"})
    assert {(row["whole"], row["value"]) for row in rows} == {(0, None)}


def test_the_days_since_anybody_came_are_told_for_grids_and_for_cells(patrolled: duckdb.DuckDBPyConnection) -> None:
    rows = ask(patrolled, "days_since")
    town = {"last_day": date(2026, 1, 9), "days": 0, "cell_days": 2.0, "never": 2, "cells": 4}  # cells: 0 and 4 days
    assert rows["G1"] == {"area_id": "G1", **town}
    assert (rows["G2"]["last_day"], rows["G2"]["days"], rows["G2"]["never"]) == (date(2026, 1, 5), 4, 1)
    file = sql_files("queries")["last_visits"]
    params = {"scope": "QH", "area": "G1", "first_day": date(2026, 1, 5), "last_day": date(2026, 1, 9)}
    seen = {row[2]: row[5] for row in patrolled.sql(file.sql, params=params).fetchall()}
    assert seen == {0: 0, 1: 4, 2: None, 3: None}


def test_the_revisit_interval_is_the_median_pause_of_cells_visited_on_two_days_or_more(
    patrolled: duckdb.DuckDBPyConnection,
) -> None:
    rows = ask(patrolled, "revisits")
    assert (rows["G1"]["days"], rows["G1"]["n"]) == (2.0, 2)  # cell 0: 5th, 6th, 9th: pauses of 1 and 3 days
    assert (rows["G2"]["days"], rows["G2"]["n"]) == (None, 0)


def test_the_sample_city_has_the_cells_a_ruler_finds(door: Door) -> None:
    """Grids of 0.004 degree are some 378 x 444 m; the masks of neighbours share no cell and cover the city."""
    asked = door.query("coverage", LEADER, area="QH", first_day=LOCAL, last_day=LOCAL).to_pylist()
    rows = {row["area_id"]: row for row in asked}
    town = [row["cells"] for name, row in rows.items() if not name.startswith("QH0202")]
    assert all(abs(cells * 10_000 - 378 * 444) < 0.3 * 378 * 444 for cells in town)
    assert abs(sum(town) * 10_000 - 9 * 378 * 444) < 0.1 * 9 * 378 * 444
    seen = door.query("last_visits", LEADER, area="QH", first_day=LOCAL, last_day=LOCAL).to_pylist()
    assert len({(r["cell_m"], r["cell_x"], r["cell_y"]) for r in seen}) == len(seen)
    assert {r["cell_m"] for r in seen if r["area_id"].startswith("QH0202")} == {250}


def sample_fixes() -> Iterator[tuple[str, datetime, float, float]]:
    metric = Transformer.from_crs("EPSG:4326", "EPSG:4549", always_xy=True)
    with open(SAMPLES / "fixes_2026-01-05.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["网格员"] in ("w01", "w02", "w03", "w04") and row["时间"] >= "2026-01-05 08:00":
                try:
                    at = datetime.fromisoformat(row["时间"])
                    x, y = metric.transform(float(row["经度"]), float(row["纬度"]))
                except ValueError:
                    continue
                yield row["网格员"], at, x, y


def test_missed_reports_agree_with_measuring_every_fix_to_every_incident(door: Door) -> None:
    metric = Transformer.from_crs("EPSG:4326", "EPSG:4549", always_xy=True)
    fixes = list(sample_fixes())
    with open(SAMPLES / "incidents.csv", encoding="utf-8", newline="") as file:
        rows = [r for r in list(csv.DictReader(file))[:40] if r["经度"] and (r["经度"], r["纬度"]) != ("119.5", "32.0")]
    rows = [r for r in rows if r["事件号"] not in {"E033", "E034"} and r["类别"] != "信息采集"]  # rejected, void, work
    missed = set()
    for row in (r for r in rows if r["来源"] != "网格员"):
        x, y = metric.transform(float(row["经度"]), float(row["纬度"]))
        reported = datetime.fromisoformat(row["上报时间"])
        before = [f for f in fixes if reported - timedelta(hours=24) <= f[1] < reported]
        if any(np.hypot(f[2] - x, f[3] - y) <= 50 for f in before):
            missed.add(row["事件号"])
    own = [r for r in rows if r["来源"] == "网格员"]
    period = {"start": datetime(2026, 1, 4, 16), "end": datetime(2026, 1, 5, 16), "now": datetime(2026, 1, 5, 4)}
    (city,) = door.metric("missed_reports", LEADER, level="city", **period)
    assert len(missed) == 1
    assert (city["part"], city["whole"]) == (1, len(own) + 1)


def test_walking_and_riding_make_up_the_distance(door: Door) -> None:
    period = {"start": datetime(2026, 1, 4, 16), "end": datetime(2026, 1, 5, 16), "now": datetime(2026, 1, 5, 4)}
    names = ("walk_km", "ride_km", "patrol_km")
    walked, ridden, both = (door.metric(name, LEADER, level="city", **period)[0]["part"] for name in names)
    assert walked + ridden == pytest.approx(both) and walked > ridden


def duty(connection: duckdb.DuckDBPyConnection, worker: str, own: tuple[str, str] | None, last: str = "18:00") -> None:
    """On duty 08:00-12:00 and 14:00 to `last`; seen in the own grid from and to the clock times of `own`."""

    def utc(clock: str) -> datetime:
        return datetime.fromisoformat(f"2026-01-05 {clock}") - timedelta(hours=8)

    for start, end in (("08:00", "12:00"), ("14:00", last)):
        connection.execute("INSERT INTO roster VALUES (?, ?, ?, 'duty')", [worker, utc(start), utc(end)])
    connection.execute("INSERT INTO worker (worker_id, area_id, registered) VALUES (?, 'G1', true)", [worker])
    first_own, last_own = (utc(clock) for clock in own) if own else (None, None)
    connection.execute(
        "INSERT INTO worker_day BY NAME SELECT DATE '2026-01-05' AS day, ? AS worker_id, 'G1' AS area_id,"
        " ?::TIMESTAMP AS first_at, ?::TIMESTAMP AS last_at, 9 AS fixes, 9 AS valid_fixes, 8 AS own_fixes,"
        " 7200 AS online_s, 0 AS distance_m, 0 AS stays, 0 AS gaps, 0 AS gap_s, ?::TIMESTAMP AS first_own_at,"
        " ?::TIMESTAMP AS last_own_at, 5400 AS patrol_s",
        [worker, utc("08:00"), utc("18:00"), first_own, last_own],
    )


def value(connection: duckdb.DuckDBPyConnection, name: str, now: datetime) -> tuple[float, float]:
    rows = compute(connection, METRICS[name], {**AUTOMATIC, **DAY, "now": now, "area_id": "QH", "level": "city"})
    return rows[0]["part"], rows[0]["whole"]


def test_punctual_is_who_is_there_a_quarter_after_the_start_and_a_quarter_before_the_end(
    tiny: duckdb.DuckDBPyConnection,  # noqa: F811
) -> None:
    duty(tiny, "on_time", ("08:15", "17:45"))
    duty(tiny, "late", ("08:16", "17:50"))
    duty(tiny, "gone", ("08:00", "17:44"))
    duty(tiny, "elsewhere", None)
    evening = datetime(2026, 1, 5, 10)
    assert value(tiny, "punctuality", evening) == (1, 4)
    assert value(tiny, "punctuality", datetime(2026, 1, 5, 9, 59)) == (0, 0)  # nobody's day is over
    duty(tiny, "night", ("07:55", "23:50"), last="23:59")
    assert value(tiny, "punctuality", evening + timedelta(hours=6)) == (2, 5)


def test_idle_is_a_long_stay_where_nothing_calls_for_one(tiny: duckdb.DuckDBPyConnection) -> None:  # noqa: F811
    for worker in ("w1", "w2", "w3"):
        duty(tiny, worker, ("08:00", "18:00"))
    stay = "INSERT INTO stay VALUES ('2026-01-05', ?, ?, ?, ?, 32.0, 9, 'G1')"
    for worker, minutes, lon in [("w1", 45, 119.5), ("w1", 29, 119.6), ("w2", 90, 119.7), ("w3", 60, 119.8)]:
        start = datetime(2026, 1, 5, 1)
        tiny.execute(stay, [worker, start, start + timedelta(minutes=minutes), lon])
    place = "INSERT INTO place (place_id, kind, name, lon, lat, area_id) VALUES (?, 'police', '', ?, 32.0, 'G1')"
    tiny.execute(place, ["p", 119.7004])  # 38 m from the stay of w2
    tiny.execute(place, ["q", 119.801])  # 94 m from that of w3
    assert value(tiny, "idle_share", datetime(2026, 1, 5, 10)) == (45 + 60, 3 * 8 * 60)
    assert value(tiny, "idle_share", datetime(2026, 1, 5, 2)) == (45 + 60, 3 * 2 * 60)
    assert value(tiny, "patrol_hours", datetime(2026, 1, 5, 10)) == (4.5, 3)
