"""A city with a past of any length, written as parts without loading: for what costs or answers grow with history.

Every day repeats the same movements a day later; every table the loader derives is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from data.config import Config, make_config
from data.schema import arrow_schema, conform
from etl.publish import Draft, publishing

FIRST = date(2025, 1, 1)
CITY = "QH"
SITE = {"city": {"area_id": CITY}, "duty": {"roster": "none", "unknown_workers": "keep"}}
# Grids of a kilometre in rows of forty, a community in every ten, a street in every hundred.
GRIDS = """
    SELECT 'g' || printf('%04d', i) AS area_id, 'c' || printf('%03d', i // 10) AS parent_id,
        'grid' AS level, 'g' || i AS name, 119.0 + 0.01 * (i % 40) AS lon, 31.7 + 0.01 * (i // 40) AS lat,
        1e6 AS area_m2, 100 AS cells
    FROM range($grids) AS t(i)
"""
MASK = """
    SELECT 'g' || printf('%04d', i) AS area_id, (119000 + 10 * (i % 40) + x)::INTEGER AS cell_x,
        (31700 + 10 * (i // 40) + y)::INTEGER AS cell_y, 100 AS cell_m
    FROM range($grids) AS t(i), range(10) AS a(x), range(10) AS b(y)
"""
UPPER = """
    SELECT $prefix || printf('%03d', i) AS area_id,
        CASE WHEN $prefix = 'c' THEN 's' || printf('%03d', i // 10) ELSE $city END AS parent_id,
        $level AS level, $prefix || i AS name, 119.2 AS lon, 31.9 AS lat
    FROM range($count) AS t(i)
"""
FIX = """
    SELECT $day::DATE AS day, 'w' || printf('%05d', w) AS worker_id,
        $day::TIMESTAMP + to_milliseconds((i * (36_000_000.0 / $each))::BIGINT) AS fixed_at,
        119.0 + 0.01 * (w % 40) + 0.0001 * ((i // 7 + hash(w) % 97) % 100) AS lon,
        31.7 + 0.01 * (w % $grids // 40) + 0.001 * (i * 10 // $each) + 1e-6 * (hash(w * 7919 + i) % 1000) AS lat,
        (3 + hash(i * 31 + w) % 12)::FLOAT AS accuracy_m, (hash(i + w) % 30 / 10)::FLOAT AS speed_mps,
        0.8::FLOAT AS battery, 'g' || printf('%04d', w % $grids) AS area_id, 'file' AS source,
        CASE WHEN hash(w * 131 + i) % 500 = 0 THEN 4 ELSE 0 END AS flags
    FROM range($workers) AS a(w), range($each) AS b(i) ORDER BY w, i
"""
CELLS = """
    SELECT day, worker_id, area_id, floor(lon * 1000)::INTEGER AS cell_x, floor(lat * 1000)::INTEGER AS cell_y,
        count(*)::INTEGER AS n, count(*)::INTEGER AS n_walking, floor(lon * 400)::INTEGER AS wide_x,
        floor(lat * 400)::INTEGER AS wide_y, count(*)::INTEGER AS n_covering
    FROM fixes GROUP BY ALL ORDER BY worker_id, area_id, cell_x, cell_y
"""
WORKER_DAYS = """
    SELECT day, worker_id, area_id, min(fixed_at) AS first_at, max(fixed_at) AS last_at, count(*)::INTEGER AS fixes,
        count(*)::INTEGER AS valid_fixes, count(*)::INTEGER AS own_fixes, 36000.0 AS online_s, 9000.0 AS distance_m,
        1 AS stays, 1 AS gaps, 700.0 AS gap_s
    FROM fixes GROUP BY ALL ORDER BY worker_id
"""
TRACKS = """
    SELECT day, worker_id, 1 AS seg, fixed_at, lon, lat FROM fixes
    QUALIFY row_number() OVER (PARTITION BY worker_id ORDER BY fixed_at) % 20 = 1 ORDER BY worker_id, fixed_at
"""
STAYS = """
    SELECT day, worker_id, first_at AS starts_at, first_at + INTERVAL 10 MINUTE AS ends_at, 119.2 AS lon, 31.9 AS lat,
        30 AS fixes, area_id FROM worker_days
"""
GAPS = """
    SELECT day, worker_id, first_at AS starts_at, last_at AS ends_at, 119.2 AS from_lon, 31.9 AS from_lat,
        119.2 AS to_lon, 31.9 AS to_lat, 10.0 AS straight_m FROM worker_days
"""
CHUNKS = """
    SELECT $day::DATE AS day, 'c' || printf('%03d', i % ($grids // 10)) AS area_id,
        (i // ($grids // 10))::INTEGER AS slot, repeat('x', 400)::BLOB AS payload FROM range($grids * 4) AS t(i)
"""
REPORTS = """
    SELECT $day::DATE AS day, 'E' || strftime($day::DATE, '%Y%m%d') || printf('%05d', i) AS incident_id,
        'worker' AS source, 'ENV' AS kind, 3 AS severity, 'title' AS title,
        $day::TIMESTAMP + to_seconds(i * 30) AS reported_at, 'g' || printf('%04d', i % $grids) AS area_id,
        'point' AS located, 119.2 AS lon, 31.9 AS lat FROM range($incidents) AS t(i)
"""
STEPS = """
    SELECT day, incident_id, source, state || '@' AS step_id, reported_at + to_minutes(minutes) AS stepped_at,
        state AS to_state, 'u1' AS unit_id, 'grid' AS level
    FROM reports, (VALUES ('S10', 0), ('S30', 5), ('S60', 90), ('S90', 120)) AS s(state, minutes)
"""
DAILY = {"fix": FIX, "cell_day": CELLS, "track": TRACKS, "worker_day": WORKER_DAYS, "stay": STAYS, "gap": GAPS}


@dataclass(frozen=True)
class Size:
    """How much happens on a day."""

    workers: int
    each: int  # fixes of a worker
    grids: int
    incidents: int = 0


def begin(home: Path, size: Size) -> Config:
    """Publish the areas of the city and return its configuration."""
    config = make_config(home, SITE)
    with publishing(config) as draft, duckdb.connect() as connection:
        for table, rows in _areas(connection, size).items():
            draft.append(table, conform(table, rows))
    return config


def add_day(draft: Draft, day: date, size: Size) -> None:
    """Put one day into a draft."""
    put_day(draft, day, rows_of(day, size))


def rows_of(day: date, size: Size) -> dict[str, pa.Table]:
    """Return everything that happens on a day."""
    return {table: moved(rows, day) for table, rows in {**day_of(size), **incidents_of(size)}.items()}


def put_day(draft: Draft, day: date, tables: dict[str, pa.Table]) -> None:
    """Put the rows of a day into a draft in the way a load does: a part a day, incidents by month."""
    month = day.strftime("%Y-%m")
    for table, rows in tables.items():
        if table.startswith("incident"):
            known = draft.read(table, month)
            draft.replace(table, rows if known is None else pa.concat_tables([known, rows]), month)
        else:
            draft.replace(table, rows, day.isoformat())


def moved(rows: pa.Table, day: date) -> pa.Table:
    """Return the rows of the first day as those of another: its date, its times, its incidents."""
    later = pa.scalar(day - FIRST, pa.duration("us"))
    for number, field in enumerate(rows.schema):
        column = rows[field.name]
        if field.name == "day":
            column = pa.repeat(pa.scalar(day, pa.date32()), rows.num_rows)
        elif field.name.endswith("_at"):
            column = pc.add(column, later)
        elif field.name == "incident_id":
            column = pc.replace_substring(column, f"{FIRST:%Y%m%d}", f"{day:%Y%m%d}")
        rows = rows.set_column(number, field, column)
    return rows


@cache
def day_of(size: Size) -> dict[str, pa.Table]:
    """Return the tables of the first day."""
    values = {"day": FIRST, "workers": size.workers, "each": size.each, "grids": size.grids}
    out: dict[str, pa.Table] = {}
    with duckdb.connect() as connection:
        for table, sql in (*DAILY.items(), ("chunk", CHUNKS)):
            used = {name: value for name, value in values.items() if f"${name}" in sql}
            out[table] = _shaped(table, connection.sql(sql, params=used).to_arrow_table())
            connection.register({"fix": "fixes", "worker_day": "worker_days"}.get(table, table + "_made"), out[table])
    return out


@cache
def incidents_of(size: Size) -> dict[str, pa.Table]:
    """Return reports and steps of the first day; nothing where the city has no incidents."""
    if not size.incidents:
        return {}
    with duckdb.connect() as connection:
        values = {"day": FIRST, "grids": size.grids, "incidents": size.incidents}
        reports = connection.sql(REPORTS, params=values).to_arrow_table()
        connection.register("reports", reports)
        steps = connection.sql(STEPS).to_arrow_table()
    return {"incident_report": _shaped("incident_report", reports), "incident_step": _shaped("incident_step", steps)}


def days(count: int) -> list[date]:
    """Return the first so many days."""
    return [FIRST + timedelta(days=number) for number in range(count)]


def midnight(day: date) -> datetime:
    """Return the beginning of a day as the queries take it."""
    return datetime.combine(day, datetime.min.time())


def _shaped(table: str, rows: pa.Table) -> pa.Table:
    return conform(table, rows).cast(arrow_schema(table))


def _areas(connection: duckdb.DuckDBPyConnection, size: Size) -> dict[str, pa.Table]:
    connection.execute(f"CREATE TABLE place AS {GRIDS}", {"grids": size.grids})
    for prefix, level, count in (("c", "community", size.grids // 10), ("s", "street", max(size.grids // 100, 1))):
        values = {"prefix": prefix, "level": level, "count": count, "city": CITY}
        connection.execute(f"INSERT INTO place BY NAME {UPPER}", values)
    connection.execute(
        "INSERT INTO place BY NAME SELECT $city AS area_id, 'city' AS level, 'city' AS name, 119.2 AS lon, 31.9 AS lat",
        {"city": CITY},
    )
    links = connection.sql("""
        WITH RECURSIVE up AS (
            SELECT area_id, area_id AS ancestor_id, 0 AS distance FROM place
            UNION ALL SELECT up.area_id, place.parent_id, distance + 1 FROM up JOIN place ON place.area_id = ancestor_id
            WHERE place.parent_id IS NOT NULL
        ) SELECT * FROM up
    """)
    workers = """
        SELECT 'w' || printf('%05d', i) AS worker_id, 'worker' AS name, 'g' || printf('%04d', i % $grids) AS area_id,
            true AS registered FROM range($workers) AS t(i)
    """
    people = connection.sql(workers, params={"grids": size.grids, "workers": size.workers})
    return {
        "area": connection.sql("SELECT * FROM place").to_arrow_table(),
        "area_link": links.to_arrow_table(),
        "worker": people.to_arrow_table(),
        "mask_cell": connection.sql(MASK, params={"grids": size.grids}).to_arrow_table(),
    }
