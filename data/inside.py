"""Who and what is inside a shape somebody drew: things and workers are counted, people only of whole grids.

A free shape could be drawn twice with one house between: no count of people is ever made for a shape. What is told of
people is the sum of the published counts of the grids that lie wholly inside it (domain.md 7: k = 10, never free
queries): it tells nothing the published counts do not. Special groups are never part of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from pyproj import Geod

from data.errors import NotAllowed, Problem
from data.query import Door
from data.scope import Scope

MOST_CORNERS = 60
MOST_M = 100_000.0
CIRCLE_CORNERS = 64
SLACK = 1e-9  # degrees: a grid that shares a border with the shape is inside
Point = tuple[float, float]


@dataclass(frozen=True)
class When:
    """The moment and the period of a question: naive UTC, and the local day of the areas; kind empty: every kind."""

    now: datetime
    start: datetime
    end: datetime
    day: date
    kind: str = ""


@dataclass(frozen=True)
class People:
    """Sums of published counts: `grids` wholly inside, by class how many people and how many grids hide theirs."""

    grids: int
    classes: dict[str, int]
    hidden: dict[str, int]


@dataclass(frozen=True)
class Inside:
    """Counts inside a shape: incidents by kind (open now, reported in the period), things, workers now, people."""

    area_m2: float
    open: dict[str, int]
    reported: dict[str, int]
    key_areas: int
    cameras: int
    places: dict[str, int]
    workers: int
    people: People


def circle(centre: Point, radius_m: float) -> Any:
    """Return a circle on the ellipsoid as a polygon, EPSG:4326. Raises Problem shape_size."""
    if not 0 < radius_m <= MOST_M:
        raise Problem("shape_size", detail=f"{radius_m:.0f}", known=f"{MOST_M / 1000:.0f}")
    turns = np.arange(CIRCLE_CORNERS) * 360 / CIRCLE_CORNERS
    lon, lat = (np.full(CIRCLE_CORNERS, value) for value in centre)
    there_lon, there_lat, _ = Geod(ellps="WGS84").fwd(lon, lat, turns, np.full(CIRCLE_CORNERS, radius_m))
    return _whole(shapely.polygons(np.stack([there_lon, there_lat], axis=1)))


def polygon(corners: Sequence[Point]) -> Any:
    """Return the polygon of corners (lon, lat). Raises Problem shape_corners or shape_crossed."""
    if not 3 <= len(corners) <= MOST_CORNERS:
        raise Problem("shape_corners", detail=len(corners), known=MOST_CORNERS)
    return _whole(shapely.polygons(np.asarray(corners, float)))


def inside(door: Door, scope: Scope, shape: Any, when: When) -> Inside:
    """Count what the account may see inside a shape; raises NotAllowed for a wall."""
    if scope.has("kiosk"):
        raise NotAllowed("not_allowed", account=scope.account, detail="inside")
    opened, reported = _incidents(door, scope, shape, when)
    area, _ = Geod(ellps="WGS84").geometry_area_perimeter(shape)
    return Inside(
        abs(area),
        opened,
        reported,
        _touching(door.query("key_areas", scope), shape),
        len(_within(door.query("cameras", scope), shape)),
        dict(Counter(row["kind"] for row in _within(door.query("places", scope), shape))),
        len(_within(door.query("positions", scope), shape)),
        _people(door, scope, shape, when.day),
    )


def _whole(shape: Any) -> Any:
    if not shapely.is_valid(shape) or shapely.is_empty(shape):
        raise Problem("shape_crossed")
    shapely.prepare(shape)
    return shape


def _within(rows: pa.Table, shape: Any) -> list[dict[str, Any]]:
    """Return the rows whose point lies inside or on the border."""
    lon, lat = (rows[key].to_numpy().astype(float) for key in ("lon", "lat"))
    found: list[dict[str, Any]] = rows.filter(pa.array(shapely.intersects_xy(shape, lon, lat), pa.bool_())).to_pylist()
    return found


def _touching(rows: pa.Table, shape: Any) -> int:
    shapes = shapely.from_wkb(rows["geometry"].to_numpy(zero_copy_only=False))
    return int(shapely.intersects(shape, shapes).sum())


def _incidents(door: Door, scope: Scope, shape: Any, when: When) -> tuple[dict[str, int], dict[str, int]]:
    """Return by kind those open at the moment and those reported in the period; they overlap."""
    times = {"start": when.start, "end": when.end, "now": when.now}
    rows = _within(door.query("incident_points", scope, area=scope.area_id, **times), shape)
    rows = [row for row in rows if when.kind in ("", row["kind"])]
    opened = (row["kind"] for row in rows if row["closed_at"] is None or row["closed_at"] > when.now)
    reported = (row["kind"] for row in rows if when.start <= row["reported_at"] < when.end)
    return dict(Counter(opened)), dict(Counter(reported))


def _people(door: Door, scope: Scope, shape: Any, day: date) -> People:
    rows = door.query("areas", scope, day=day).to_pylist()
    leaves = [row for row in rows if row["level"] == door.config.leaf and row["geometry"]]
    shapes = shapely.from_wkb([row["geometry"] for row in leaves])
    held = shapely.covers(shapely.buffer(shape, SLACK), shapes) if leaves else []
    whole = [row["area_id"] for row, is_in in zip(leaves, held, strict=True) if is_in]
    counts: Counter[str] = Counter()
    hidden: Counter[str] = Counter()
    for row in door.query("population_in", scope, areas=whole).to_pylist() if whole else []:
        (hidden if row["hidden"] else counts)[row["class"]] += 1 if row["hidden"] else row["count"]
    return People(len(whole), dict(counts), dict(hidden))
