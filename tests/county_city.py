"""A county for measuring: grids with borders of some 90 vertices, one worker or more each, days of fixes in GCJ-02."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import shapely

from etl.projection import wgs84_to_gcj02

BOX = (119.0, 31.75, 119.4, 32.15)
FIRST = date(2026, 3, 2)  # a Monday
SIDE = 40  # grids on a side
STEP_S = 10
ZONE = ZoneInfo("Asia/Shanghai")
TOML = """[city]
area_id = "city"
name = "测速县"
name_en = "County"
zone = "Asia/Shanghai"
synthetic = true
[[levels]]
id = "city"
zh = "县"
en = "County"
[[levels]]
id = "community"
zh = "村居"
en = "Community"
[[levels]]
id = "grid"
zh = "网格"
en = "Grid"
"""
MAPPINGS = {
    "areas": '[source]\nmatch = "areas.parquet"\ntable = "area"\ncrs = "EPSG:4326"\n[columns]\narea_id = "area_id"\n'
    'name = "name"\nlevel = "level"\nparent_id = "parent_id"\ngeometry = "geometry"\n'
    '[[ancestors]]\nlevel = "community"\narea_id = "community"\nname = "community"\n',
    "workers": '[source]\nmatch = "workers.csv"\ntable = "worker"\n[columns]\nworker_id = "worker_id"\n'
    'area_id = "area_id"\nname = "name"\n',
    "roster": '[source]\nmatch = "roster*.parquet"\ntable = "roster"\ntime_zone = "UTC"\n[columns]\n'
    'worker_id = "worker_id"\nstarts_at = "starts_at"\nends_at = "ends_at"\n',
    "fixes": '[source]\nmatch = "fixes*.parquet"\ntable = "fix"\ncrs = "GCJ-02"\ntime_zone = "UTC"\n[columns]\n'
    'worker_id = "worker_id"\nfixed_at = "fixed_at"\nlon = "lon"\nlat = "lat"\naccuracy_m = "accuracy_m"\n'
    'speed_mps = "speed_mps"\nbattery = "battery"\n',
}


@dataclass(frozen=True)
class County:
    """Size of a county: workers, and fixes of each a day, ten seconds apart."""

    workers: int = 2_000
    fixes: int = 3_600
    seed: int = 5


def grids(side: int = SIDE) -> np.ndarray:
    """Return side x side polygons that fill the box, about 90 vertices each, without overlap."""
    rng = np.random.default_rng(1)
    corners = np.stack(np.meshgrid(np.linspace(0, 1, side + 1), np.linspace(0, 1, side + 1)), -1)
    corners[1:-1, 1:-1] += rng.uniform(-0.2, 0.2, (side - 1, side - 1, 2)) / side
    n, edge = range(side), (0, side)
    across = [[_border(corners[r, c], corners[r, c + 1], rng, r in edge) for c in n] for r in range(side + 1)]
    up = [[_border(corners[r, c], corners[r + 1, c], rng, c in edge) for c in range(side + 1)] for r in n]
    low, span = np.array(BOX[:2]), np.array(BOX[2:]) - np.array(BOX[:2])
    rings = [
        np.concatenate([across[r][c], up[r][c + 1], across[r + 1][c][::-1], up[r][c][::-1]]) * span + low
        for r in range(side)
        for c in range(side)
    ]
    return shapely.make_valid(np.array([shapely.Polygon(ring) for ring in rings], dtype=object))


def _border(start: np.ndarray, end: np.ndarray, rng: np.random.Generator, straight: bool) -> np.ndarray:
    """Return a shared border of 23 points that wanders a little across its own direction."""
    share = np.linspace(0, 1, 23)[:, None]
    normal = np.array([start[1] - end[1], end[0] - start[0]])
    off = np.cumsum(rng.normal(0, 0.01, 23))
    off = (off - np.linspace(off[0], off[-1], 23)) * (not straight)
    return start + share * (end - start) + off[:, None] * normal


def write_home(home: Path, county: County) -> None:
    """Write configuration, mappings, areas and workers of a county into `home`."""
    (home / "mappings").mkdir(parents=True)
    (home / "gridlink.toml").write_text(TOML, encoding="utf-8")
    for name, text in MAPPINGS.items():
        (home / "mappings" / f"{name}.toml").write_text(text, encoding="utf-8")
    shapes = grids()
    n = len(shapes)
    areas = {
        "area_id": [f"g{i:04d}" for i in range(n)],
        "name": [f"网格{i:04d}" for i in range(n)],
        "level": ["grid"] * n,
        "parent_id": [f"c{i // 10:03d}" for i in range(n)],
        "community": [f"c{i // 10:03d}" for i in range(n)],
        "geometry": shapely.to_wkb(shapes),
    }
    column = {"encoding": "WKB", "geometry_types": []}
    described = json.dumps({"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": column}})
    pq.write_table(pa.table(areas).replace_schema_metadata({"geo": described}), home / "areas.parquet")
    workers = np.arange(county.workers)
    listed = {"worker_id": _ids(workers), "area_id": [f"g{w % n:04d}" for w in workers], "name": _ids(workers)}
    pa_csv.write_csv(pa.table(listed), home / "workers.csv")


def write_day(home: Path, county: County, number: int) -> Path:
    """Write roster and fixes of day `number` and return the file of fixes, in the order phones send them."""
    day = FIRST + timedelta(days=number)
    start = datetime.combine(day, time(8), ZONE).astimezone(UTC).replace(tzinfo=None)
    end = start + timedelta(seconds=STEP_S * county.fixes)
    ids = _ids(np.arange(county.workers))
    n = len(ids)
    duty = pa.table({"worker_id": ids, "starts_at": [start] * n, "ends_at": [end] * n})
    pq.write_table(duty, home / f"roster_{day}.parquet")
    lon, lat, speed = _walks(county, number)
    lon, lat = wgs84_to_gcj02(lon.ravel(), lat.ravel())
    at = np.datetime64(start, "us") + np.arange(county.fixes) * np.timedelta64(STEP_S, "s")
    rng = np.random.default_rng([county.seed, number])
    columns = {
        "worker_id": pa.array(ids).take(pa.array(np.tile(np.arange(n), county.fixes))),
        "fixed_at": np.repeat(at, n),
        "lon": lon,
        "lat": lat,
        "accuracy_m": rng.uniform(3, 25, lon.size).astype(np.float32),
        "speed_mps": speed.ravel().astype(np.float32),
        "battery": rng.integers(20, 100, lon.size).astype(np.int16) / np.float32(100),
    }
    path = home / f"fixes_{day}.parquet"
    pq.write_table(pa.table(columns), path, compression="zstd", row_group_size=1_000_000)
    return path


def day_end(number: int) -> datetime:
    """Return a moment of receipt (naive UTC) after the last fix of day `number`."""
    return datetime.combine(FIRST + timedelta(days=number + 1), time(0), ZONE).astimezone(UTC).replace(tzinfo=None)


def _walks(county: County, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return lon, lat, speed of shape (fixes, workers): walks inside a grid, three fifths of the time at rest."""
    rng = np.random.default_rng([county.seed, number, 7])
    shape = (county.fixes, county.workers)
    moving = np.repeat(rng.random((county.fixes // 60 + 1, county.workers)) < 0.4, 60, axis=0)[: county.fixes]
    heading = np.cumsum(rng.normal(0, 0.25, shape), axis=0)
    step = np.where(moving, STEP_S * 1.2, 0.0)
    x, y = np.cumsum(step * np.cos(heading), axis=0), np.cumsum(step * np.sin(heading), axis=0)
    side = (BOX[2] - BOX[0]) / SIDE
    cell = np.arange(county.workers) % (SIDE * SIDE)
    wide = side * 0.8
    fold = lambda v: np.abs((v / 100_000 + wide / 2) % (2 * wide) - wide)  # noqa: E731 - walls of the grid send back
    lon = BOX[0] + side * (cell % SIDE + 0.1) + fold(x) + rng.normal(0, 3e-5, shape)
    lat = BOX[1] + side * (cell // SIDE + 0.1) + fold(y) + rng.normal(0, 3e-5, shape)
    return lon, lat, np.where(moving, 1.2, 0.0)


def _ids(numbers: np.ndarray) -> list[str]:
    return [f"W{number:05d}" for number in numbers.tolist()]
