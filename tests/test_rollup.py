"""Roll-ups: parts and wholes add up over areas, whoever reported them and wherever they were placed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import duckdb
import pytest

from data.feeds import feeds
from data.metrics import METRICS, compute, missing_inputs
from data.sqlfile import sql_files

DAY = {"start": datetime(2026, 1, 4, 16), "end": datetime(2026, 1, 5, 16), "now": datetime(2026, 1, 5, 4)}
AUTOMATIC = {
    "scope": "QH",
    "leaf": "grid",
    "zone": "Asia/Shanghai",
    "excluded": ["INF"],
    "city": "QH",
    "self_resolvable": ["ENV"],
    "update_days": 90,
}


@pytest.fixture
def tiny() -> Iterator[duckdb.DuckDBPyConnection]:
    """A city of one community and two grids, with nothing in it."""
    with duckdb.connect() as connection:
        for file in sql_files("schema").values():
            connection.execute(file.sql)
        for area, parent, level, cells in [
            ("QH", None, "city", None), ("QH~", "QH", "unlocated", None), ("C", "QH", "community", None),
            ("C~", "C", "unlocated", None), ("G1", "C", "grid", 4), ("G2", "C", "grid", 6),
        ]:  # fmt: skip
            connection.execute(
                "INSERT INTO area (area_id, parent_id, level, name, cells) VALUES (?, ?, ?, ?, ?)",
                [area, parent, level, area, cells],
            )
        links = [("QH", "QH", 0), ("QH~", "QH", 1), ("QH~", "QH~", 0), ("C", "C", 0), ("C", "QH", 1)]
        for child in ("C~", "G1", "G2"):
            links += [(child, child, 0), (child, "C", 1), (child, "QH", 2)]
        connection.executemany("INSERT INTO area_link VALUES (?, ?, ?)", links)
        for feed in feeds():
            connection.execute(
                "INSERT INTO load_file BY NAME SELECT 'r' AS run_id, DATE '2026-01-05' AS loaded_at, 'f' AS path,"
                " '' AS sha256, ? AS feed, 's' AS source, 1 AS rows_in, 1 AS rows_loaded, 0 AS rows_rejected,"
                " 0 AS rows_duplicate, '{}' AS reasons",
                [feed],
            )
        yield connection


def count(connection: duckdb.DuckDBPyConnection, name: str, level: str) -> dict[str, tuple[float, float, float]]:
    rows = compute(connection, METRICS[name], {**AUTOMATIC, **DAY, "area_id": "QH", "level": level})
    return {row["area_id"]: (row["part"], row["whole"], row["value"]) for row in rows}


def worker_day(connection: duckdb.DuckDBPyConnection, worker: str, area: str, day: date, metres: float) -> None:
    connection.execute(
        "INSERT INTO worker_day BY NAME SELECT ? AS day, ? AS worker_id, ? AS area_id, ?::TIMESTAMP AS first_at,"
        " ?::TIMESTAMP AS last_at, 10 AS fixes, 9 AS valid_fixes, 8 AS own_fixes, 3600 AS online_s, ? AS distance_m,"
        " 0 AS stays, 0 AS gaps, 0 AS gap_s",
        [day, worker, area, DAY["start"], DAY["start"], metres],
    )


def test_a_supervisor_of_a_whole_community_counts_in_its_unlocated_child(tiny: duckdb.DuckDBPyConnection) -> None:
    worker_day(tiny, "w1", "G1", date(2026, 1, 5), 4000)
    worker_day(tiny, "w2", "C", date(2026, 1, 5), 2000)
    assert count(tiny, "patrol_km", "grid") == {"G1": (4, 1, 4), "G2": (0, 0, None), "C~": (2, 1, 2)}
    assert count(tiny, "patrol_km", "community") == {"C": (6, 2, 3)}


def test_a_period_takes_the_local_days_that_begin_in_it(tiny: duckdb.DuckDBPyConnection) -> None:
    for day in (4, 5, 6):
        worker_day(tiny, f"w{day}", "G1", date(2026, 1, day), 1000)
    assert count(tiny, "patrol_km", "city") == {"QH": (1, 1, 1)}


def test_a_rate_of_the_community_is_no_mean_of_its_grids(tiny: duckdb.DuckDBPyConnection) -> None:
    for number, (area, source) in enumerate([("G1", "worker")] * 3 + [("G1", "public")] + [("G2", "public")] * 6):
        tiny.execute(
            "INSERT INTO incident BY NAME SELECT ? AS incident_id, ? AS source, 'ENV' AS kind, 3 AS severity,"
            " ? AS area_id, 'area' AS located, ?::TIMESTAMP AS reported_at, 'S10' AS state, 0 AS returns,"
            " 0 AS reworks, 0 AS extensions, 0 AS reopens, 0 AS checks",
            [f"E{number}", source, area, DAY["start"]],
        )
    assert count(tiny, "proactive", "grid") == {"G1": (3, 4, 0.75), "G2": (0, 6, 0)}
    assert count(tiny, "proactive", "community") == {"C": (3, 10, 0.3)}


def test_a_count_of_a_feed_never_loaded_is_unknown_and_not_zero(tiny: duckdb.DuckDBPyConnection) -> None:
    tiny.execute("DELETE FROM load_file WHERE feed = 'incident'")
    assert missing_inputs(tiny, METRICS["reported"]) == ["incident"]
    assert count(tiny, "reported", "city") == {"QH": (0, None, None)}
