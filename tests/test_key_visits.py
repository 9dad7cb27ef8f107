"""Visits to key areas: who stood long enough near enough, told by tracks typed by hand and by another computation."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import shapely

from data.config import Config, load_config, make_config
from data.lake import Folders, read_current, read_manifest
from data.metric_crs import to_degrees
from data.query import Door
from data.rules import rules_with, uncounted
from data.scope import Scope
from data.warehouse import Warehouse
from etl.content import content_hash
from etl.key_visits import Sites, sites, visits
from etl.load import load
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home

CRS = "EPSG:4549"
DAY = date(2026, 1, 5)
EAST, NORTH = 548_000.0, 3_541_000.0  # corner of a square of 100 m
NOON = datetime(2026, 1, 5, 4)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    city = {"area_id": "city", "name": "city", "zone": "Asia/Shanghai", "crs_metric": CRS}
    return make_config(tmp_path_factory.mktemp("home"), {"city": city})


def key_area(shape: shapely.Geometry, name: str = "A", **more: Any) -> dict[str, Any]:
    degrees = shapely.transform(shape, lambda at: np.column_stack(to_degrees(*at.T, CRS)))
    return {"key_area_id": name, "geometry": shapely.to_wkb(degrees), "valid_from": None, "valid_to": None, **more}


SQUARE = key_area(shapely.box(EAST, NORTH, EAST + 100, NORTH + 100))
SCHEMA = pa.schema(
    [("key_area_id", pa.string()), ("geometry", pa.binary()), ("valid_from", pa.date32()), ("valid_to", pa.date32())]
)


def found(config: Config, *areas: dict[str, Any], day: date = DAY) -> Sites | None:
    return sites(pa.Table.from_pylist(list(areas), SCHEMA), day, config)


def walk(steps: list[tuple[float, float, float]], worker: str = "w1", flags: dict[int, int] | None = None) -> pa.Table:
    """Return fixes of (seconds since noon, metres east and north of the square's corner)."""
    seconds, x, y = (np.array(column, float) for column in zip(*steps, strict=True))
    lon, lat = to_degrees(EAST + x, NORTH + y, CRS)
    at = [NOON + timedelta(seconds=float(s)) for s in seconds]
    bits = [(flags or {}).get(number, 0) for number in range(len(steps))]
    columns = {"worker_id": [worker] * len(steps), "fixed_at": pa.array(at, pa.timestamp("us")), "lon": lon, "lat": lat}
    return pa.table({**columns, "flags": pa.array(bits, pa.int32())})


def made(config: Config, fixes: pa.Table, *areas: dict[str, Any]) -> list[dict[str, Any]]:
    near = found(config, *(areas or (SQUARE,)))
    assert near
    rows: list[dict[str, Any]] = visits(fixes, near, DAY, config).to_pylist()
    return rows


def test_three_minutes_are_a_visit_and_a_second_less_is_none(config: Config) -> None:
    inside = [(s, 50, 50) for s in (0, 60, 120)]
    assert made(config, walk([*inside, (179, 50, 50)])) == []
    (visit,) = made(config, walk([*inside, (180, 50, 50)]))
    assert (visit["arrived_at"], visit["left_at"]) == (NOON, NOON + timedelta(minutes=3))
    assert (visit["seconds"], visit["n_fixes"], visit["counts"]) == (180.0, 4, True)


@pytest.mark.parametrize(("metres", "is_near"), [(49.9, True), (50.1, False)])
def test_fifty_metres_from_the_border_are_near_and_more_are_not(config: Config, metres: float, is_near: bool) -> None:
    beside = [(s, 100 + metres, 50) for s in range(0, 300, 20)]
    across_the_corner = [(s, -metres / 2**0.5, -metres / 2**0.5) for s in range(0, 300, 20)]
    for steps in (beside, across_the_corner):
        assert bool(made(config, walk(steps))) == is_near


@pytest.mark.parametrize("shape", [shapely.Point(EAST, NORTH), shapely.LineString([(EAST, NORTH), (EAST, NORTH + 80)])])
def test_a_point_or_a_line_is_visited_like_a_polygon(config: Config, shape: shapely.Geometry) -> None:
    near, far = ([(s, x, 0) for s in range(0, 300, 20)] for x in (-49.9, -50.1))
    assert len(made(config, walk(near), key_area(shape))) == 1
    assert made(config, walk(far), key_area(shape)) == []


def test_a_silence_longer_than_the_gap_ends_a_visit(config: Config) -> None:
    gap = config.fixes.gap_s
    before = [(s, 50, 50) for s in (0, 60, 120)]
    assert made(config, walk([*before, (121 + gap, 50, 50), (221 + gap, 50, 50)])) == []
    (visit,) = made(config, walk([*before, (120 + gap, 50, 50)]))
    assert visit["seconds"] == 120 + gap


def test_one_counted_fix_elsewhere_ends_a_visit(config: Config) -> None:
    steps = [(s, 50, 50) for s in range(0, 301, 20)]
    steps[7] = (140, 400, 50)
    assert made(config, walk(steps)) == []  # 120 s before it, 140 s after it


@pytest.mark.parametrize("rule", [rule for rule in rules_with("flag").values() if rule.uncounted], ids=lambda r: r.name)
def test_a_fix_that_does_not_count_neither_breaks_a_visit_nor_makes_one(config: Config, rule: Any) -> None:
    steps = [(s, 50, 50) for s in range(0, 181, 20)]
    steps[4] = (80, 2_000, 50)
    (visit,) = made(config, walk(steps, flags={4: rule.bit}))
    assert visit["n_fixes"] == 9
    assert made(config, walk([(s, 50, 50) for s in (0, 100, 180)], flags={2: rule.bit})) == []


def test_who_comes_back_within_half_an_hour_has_not_visited_once_more(config: Config) -> None:
    def stand(start: float) -> list[tuple[float, float, float]]:
        return [(start + s, 50, 50) for s in range(0, 201, 20)] + [(start + 220, 900, 50)]

    rows = made(config, walk([*stand(0), *stand(1_000), *stand(1_000 + 200 + 1_800)]))
    assert [row["counts"] for row in rows] == [True, False, True]
    other = pa.concat_tables([walk(stand(0)), walk(stand(300), "w2")])
    assert [row["counts"] for row in made(config, other)] == [True, True]  # somebody else has


def test_fixes_of_two_workers_are_never_one_visit(config: Config) -> None:
    both = pa.concat_tables([walk([(0, 50, 50), (100, 50, 50)]), walk([(110, 50, 50), (200, 50, 50)], "w2")])
    assert made(config, both) == []


def test_an_area_has_no_visits_on_days_it_is_not_valid(config: Config) -> None:
    for first, last, is_valid in [(DAY, None, True), (None, DAY, False), (date(2026, 1, 6), None, False)]:
        assert bool(found(config, SQUARE | {"valid_from": first, "valid_to": last})) == is_valid


def test_visits_are_those_a_slow_computation_finds(config: Config) -> None:
    """Independent: every fix against every area by geopandas in metres, runs by pandas, no raster and no tree."""
    rng = np.random.default_rng(4)
    boxes = [(EAST + 60 * k + rng.uniform(0, 30), NORTH + rng.uniform(0, 300)) for k in range(12)]
    areas = [key_area(shapely.box(x, y, x + 40, y + 60), f"A{k:02d}") for k, (x, y) in enumerate(boxes)]
    walks, flag = [], next(iter(rules_with("flag").values()))
    for number in range(6):
        x, y = (np.cumsum(rng.normal(0, 9, 700)) + rng.uniform(0, 600) for _ in "xy")
        at = np.cumsum(rng.choice([10, 20, 30, 900], 700, p=[0.3, 0.5, 0.19, 0.01]))
        bits = {int(k): flag.bit | uncounted() for k in rng.choice(700, 40, replace=False)}
        walks.append(walk(list(zip(at, x, y, strict=True)), f"w{number}", bits))
    fixes = pa.concat_tables(walks)
    fast = [tuple(r[k] for k in KEYS) for r in made(config, fixes, *areas)]
    assert len(fast) > 20
    assert sorted(fast) == sorted(slow(fixes, areas, config))


KEYS = ("key_area_id", "worker_id", "arrived_at", "left_at", "n_fixes")


def slow(fixes: pa.Table, areas: list[dict[str, Any]], config: Config) -> list[tuple[Any, ...]]:
    import geopandas as gpd

    frame = fixes.to_pandas()
    frame = frame[(frame["flags"] & uncounted()) == 0].sort_values(["worker_id", "fixed_at"])
    points = gpd.GeoSeries(gpd.points_from_xy(frame["lon"], frame["lat"]), crs="EPSG:4326").to_crs(CRS)
    out = []
    for area in areas:
        shape = gpd.GeoSeries.from_wkb([area["geometry"]], crs="EPSG:4326").to_crs(CRS).iloc[0]
        near = (points.distance(shape) <= config.key_areas.visit_m).to_numpy()
        for worker, own in frame.assign(near=near).groupby("worker_id"):
            broken = (own["fixed_at"].diff().dt.total_seconds() > config.fixes.gap_s) | ~own["near"]
            for _, run in own[own["near"]].groupby((broken.cumsum() + 0)[own["near"]]):
                first, last = run["fixed_at"].iloc[0], run["fixed_at"].iloc[-1]
                if (last - first).total_seconds() >= config.key_areas.visit_s:
                    out.append((area["key_area_id"], worker, first.to_pydatetime(), last.to_pydatetime(), len(run)))
    return out


# --- as a pass of the load -------------------------------------------------------------------------------------


def brought(home: Path, *names: str) -> None:
    load([SAMPLES / name for name in names], load_config(home), now=SAMPLE_NOW)


def kept(home: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = Warehouse(load_config(home)).fetch("SELECT * FROM key_visit", {}).to_pylist()
    return rows


REFERENCE = ("areas.geojson", "units.csv", "workers.csv", "roster.csv")
FIXES = "fixes_2026-01-05.csv"


def test_fixes_before_key_areas_give_the_same_visits_as_after(tmp_path: Path, sample_home: Path) -> None:
    first, second = (copy_home(SAMPLES, tmp_path / name) for name in ("first", "second"))
    brought(first, *REFERENCE, FIXES)
    assert kept(first) == []
    brought(first, "key_areas.geojson")
    brought(second, *REFERENCE, "key_areas.geojson")
    brought(second, FIXES)
    assert len(kept(first)) == len(kept(second)) == len(kept(sample_home)) > 0
    hashes = [content_hash(load_config(home))["key_visit"] for home in (first, second, sample_home)]
    assert len(set(hashes)) == 1


def test_the_sample_rounds_past_the_market_are_one_visit_that_counts(sample_home: Path) -> None:
    """w03 passes the market every 16 minutes from 09:01 to 09:55 and stands near it for 6 minutes each time."""
    rows = sorted(kept(sample_home), key=lambda row: row["arrived_at"])
    assert [(r["key_area_id"], r["worker_id"], r["seconds"], r["counts"]) for r in rows] == [
        ("K1", "w03", 360.0, True),
        *[("K1", "w03", 360.0, False)] * 3,
    ]


def test_a_load_that_changes_neither_fixes_nor_areas_measures_nothing_again(tmp_path: Path) -> None:
    home = copy_home(SAMPLES, tmp_path / "home")
    brought(home, *REFERENCE, "key_areas.geojson", FIXES)
    before = _parts(home)
    brought(home, "cameras.csv")
    brought(home, "key_areas.geojson")
    assert _parts(home) == before


def test_another_length_of_a_visit_measures_every_day_again(tmp_path: Path) -> None:
    home = copy_home(SAMPLES, tmp_path / "home")
    brought(home, *REFERENCE, "key_areas.geojson", FIXES)
    with open(home / "gridlink.toml", "a", encoding="utf-8") as text:
        text.write("\n[key_areas]\nvisit_s = 361.0\n")
    brought(home, "cameras.csv")
    assert kept(home) == []


def test_a_night_visit_ends_at_local_midnight(config: Config, tmp_path: Path) -> None:
    """Fixes are kept by local day, and so are visits: 100 s on either side of midnight are none, 180 s are two."""
    near = found(config, SQUARE)
    assert near
    for side, n in ((100, 0), (180, 2)):
        whole = walk([(12 * 3600 + s, 50, 50) for s in range(-side, side + 1, 20)])
        midnight = pa.scalar(datetime(2026, 1, 5, 16), pa.timestamp("us"))
        days = [whole.filter(side_of(whole["fixed_at"], midnight)) for side_of in (pc.less_equal, pc.greater_equal)]
        assert sum(visits(part, near, DAY, config).num_rows for part in days) == n


def _parts(home: Path) -> list[str]:
    folders = Folders(home / "warehouse")
    return [part.path for part in read_manifest(folders, read_current(folders) or "").of("key_visit")]


# --- the metric ------------------------------------------------------------------------------------------------


def test_ten_visits_to_one_area_do_not_pay_for_another(tmp_path: Path) -> None:
    """Two weeks from Monday 5 January: the market (3 a week) seen 10 and 2 times, the school (5) once."""
    door = _weeks(tmp_path, {"K1": [0] * 6 + [2] * 4 + [7, 9], "K2": [4]})
    assert _rate(door, date(2026, 1, 5), date(2026, 1, 18)) == (3 + 2 + 1 + 0, 3 + 3 + 5 + 5)
    assert _rate(door, date(2026, 1, 12), date(2026, 1, 18)) == (2, 8)
    # a week belongs to the period its Sunday lies in, whole
    assert _rate(door, date(2026, 1, 10), date(2026, 1, 12)) == (4, 8)
    assert _rate(door, date(2026, 1, 12), date(2026, 1, 17)) == (0, 0)


def test_a_week_is_judged_when_it_is_over_and_was_tracked_from_its_monday(tmp_path: Path) -> None:
    door = _weeks(tmp_path, {"K1": [0, 7]})
    now = datetime(2026, 1, 18, 15, 59)  # a minute before the second Sunday ends
    assert _rate(door, date(2025, 12, 1), date(2026, 1, 31), now) == (1, 8)


def _weeks(folder: Path, days: dict[str, list[int]]) -> Door:
    """Return the sample city with counting visits on so many days after Monday 5 January, and nothing but these."""
    from data.schema import arrow_schema
    from etl.publish import publishing

    home = copy_home(SAMPLES, folder / "home")
    brought(home, *REFERENCE, "key_areas.geojson", FIXES)
    config = load_config(home)
    rows = [
        {
            "day": DAY + timedelta(days=after),
            "key_area_id": name,
            "worker_id": "w03",
            "arrived_at": NOON + timedelta(days=after, hours=at),
            "left_at": NOON + timedelta(days=after, hours=at, minutes=5),
            "seconds": 300.0,
            "n_fixes": 16,
            "counts": True,
        }
        for name, listed in days.items()
        for at, after in enumerate(listed)
    ]
    with publishing(config) as draft:
        draft.drop("key_visit", DAY.isoformat())
        draft.append("key_visit", pa.Table.from_pylist(rows, arrow_schema("key_visit")), "2026-01")
    return Door(config)


def _rate(door: Door, first: date, last: date, now: datetime = datetime(2026, 2, 1)) -> tuple[float, float]:
    start = datetime(first.year, first.month, first.day) - timedelta(hours=8)
    end = datetime(last.year, last.month, last.day) + timedelta(hours=16)
    scope = Scope("tester", frozenset({"leader"}), "QH")
    (row,) = door.metric("key_visits", scope, start=start, end=end, now=now, level="city")
    return row["part"], row["whole"]
