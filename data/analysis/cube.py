"""Counts of one kind in space and time: units by steps of equal length, the newest step ending now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array

from data.analysis.bases import Base, base_of, metres, rated_base
from data.analysis.cells import lattice, spread
from data.analysis.neighbours import queen, touching
from data.cache import SingleFlight
from data.days import local_day
from data.metric_crs import to_degrees, to_metres

if TYPE_CHECKING:
    from data.analysis.hot_answer import Question
    from data.config import Config
    from data.query import Door
    from data.scope import Scope

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LOCATED = ("point", "area")  # what lies in a grid, exactly or as far as the grid is known
_kept = SingleFlight(8)


@dataclass(frozen=True)
class Points:
    """The incidents that count, one entry each: their unit, step, place in metres (NaN: none), and what they are."""

    unit: Ints
    step: Ints
    xy: Floats
    days: Floats  # since the first step began
    public: NDArray[np.bool_]
    subkind: list[str | None]
    area: list[str]
    reported: list[datetime]


@dataclass(frozen=True)
class Ground:
    """The leaf areas of a scope: ids, names, polygons in metres, neighbours, and the name of each one's parent."""

    ids: list[str]
    names: list[str]
    shapes: NDArray[Any]
    weights: csr_array
    parents: dict[str, str]


@dataclass(frozen=True)
class Cube:
    """Units (ids, names, polygons in metres, neighbours), their base, the incidents in them; `left_out` per step."""

    ids: list[str]
    names: list[str]
    shapes: NDArray[Any]
    weights: csr_array
    base: Base
    points: Points
    steps: int
    left_out: Ints
    parents: dict[str, str]  # of a leaf area: the name of the area above it
    leaf: list[str]  # the leaf area each unit is or, of a cell, lies in

    def counts(self, public: bool = False) -> Floats:
        """Return incidents of units x steps; those of public sources alone if asked."""
        chosen = self.points.public if public else np.ones(len(self.points.unit), bool)
        table = np.zeros((len(self.ids), self.steps))
        np.add.at(table, (self.points.unit[chosen], self.points.step[chosen]), 1.0)
        return table


def begins(question: Question) -> datetime:
    """Return when the first step begins (naive UTC)."""
    return question.now - timedelta(weeks=question.weeks * question.steps)


def cube(door: Door, scope: Scope, question: Question) -> Cube:
    """Return the cube of a question over everything the scope may see: neighbours beyond the area asked for count."""
    start = begins(question)
    rows = door.query("hot_points", scope, kind=question.kind, start=start, end=question.now)
    ground = areas(door, scope, question)
    at = {area: number for number, area in enumerate(ground.ids)}
    unit = np.array([at.get(one, -1) for one in rows["area_id"].to_pylist()], np.int64)
    placed = np.array([one in LOCATED for one in rows["located"].to_pylist()], bool) & (unit >= 0)
    step = _steps(rows, question)
    if question.cells:
        placed &= np.isfinite(_column(rows, "lon"))
    points = _points(rows.filter(pa.array(placed)), unit[placed], step[placed], door.config, start)
    left_out = np.bincount(step[~placed], minlength=question.steps)
    base = base_of(door, scope, question, ground.shapes, ground.ids)
    own = (ground.ids, ground.names, ground.shapes, ground.weights)
    grids = Cube(*own, base, points, question.steps, left_out, ground.parents, ground.ids)
    return _cells(door, grids) if question.cells else grids


def areas(door: Door, scope: Scope, question: Question) -> Ground:
    """Return the leaf areas of the scope that are valid on the newest day, in the order of their ids."""
    day = local_day(question.now - timedelta(microseconds=1), door.config.zone)
    key = (door.config.home, door.state("area", "area_version"), scope.area_id, day)

    found: Ground = _kept.get(key, lambda: _ground(door, scope, day))
    return found


def _ground(door: Door, scope: Scope, day: date) -> Ground:
    rows = door.query("areas", scope, day=day).to_pylist()
    named = {row["area_id"]: row["name"] for row in rows}
    leaves = [row for row in rows if row["level"] == door.config.leaf and row["geometry"]]
    leaves.sort(key=lambda row: str(row["area_id"]))
    shapes = shapely.from_wkb([row["geometry"] for row in leaves])
    shapes = metres(shapes, door.config.city.crs_metric)
    parents = {row["area_id"]: named[row["parent_id"]] for row in leaves if row["parent_id"] in named}
    ids = [row["area_id"] for row in leaves]
    return Ground(ids, [named[one] for one in ids], shapes, touching(shapes), parents)


def degrees(shapes: NDArray[Any], crs: str) -> NDArray[Any]:
    """Return polygons of metres in EPSG:4326."""
    return np.asarray(shapely.transform(shapes, lambda at: np.column_stack(to_degrees(at[:, 0], at[:, 1], crs))))


def _steps(rows: pa.Table, question: Question) -> Ints:
    at = rows["reported_at"].to_numpy().astype("datetime64[us]")
    length = np.timedelta64(int(timedelta(weeks=question.weeks).total_seconds()), "s")
    return np.asarray(
        np.clip(((at - np.datetime64(begins(question), "us")) // length).astype(np.int64), 0, question.steps - 1)
    )


def _column(rows: pa.Table, name: str) -> Floats:
    return np.asarray(rows[name].to_numpy(), float)


def _points(rows: pa.Table, unit: Ints, step: Ints, config: Config, start: datetime) -> Points:
    x, y = to_metres(_column(rows, "lon"), _column(rows, "lat"), config.city.crs_metric)
    xy = np.column_stack([x, y])
    xy[~np.isfinite(xy)] = np.nan
    since = rows["reported_at"].to_numpy().astype("datetime64[us]") - np.datetime64(start, "us")
    return Points(
        unit=unit,
        step=step,
        xy=xy,
        days=since / np.timedelta64(1, "D"),
        public=np.isin(rows["source"].to_pylist(), config.hot_spots.public_sources),
        subkind=rows["subkind"].to_pylist(),
        area=rows["area_id"].to_pylist(),
        reported=rows["reported_at"].to_pylist(),
    )


def _cells(door: Door, grids: Cube) -> Cube:
    """Return the same cube by square cells, over which the base of each leaf area is spread evenly.

    Kept are the cells that are rated, and those that ever held an incident.
    """
    rules, points = door.config.hot_spots, grids.points
    size, base = rules.cell_m, grids.base
    cells, owner = lattice(grids.shapes, size) if grids.ids else (np.empty((0, 2), np.int64), np.empty(0, np.int64))
    held = np.floor(points.xy / size).astype(np.int64)
    every, at = np.unique(np.vstack([cells, held]), axis=0, return_inverse=True)
    own, unit = at.reshape(-1)[: len(cells)], at.reshape(-1)[len(cells) :]
    shared = (base.amount, base.households)
    amount, homes = (np.bincount(own, spread(of, owner), minlength=len(every)).astype(float) for of in shared)
    stands = rated_base((base.name, base.asked), amount, homes, rules.least_households)
    kept = np.flatnonzero(stands.rated | (np.bincount(unit, minlength=len(every)) > 0))
    lies = np.zeros(len(every), np.int64)
    lies[unit[::-1]], lies[own[::-1]] = points.unit[::-1], owner[::-1]
    x, y = every[kept].T * size
    ids = [f"{x}:{y}" for x, y in every[kept].tolist()]
    return replace(
        grids,
        ids=ids,
        names=ids,
        shapes=np.atleast_1d(shapely.box(x, y, x + size, y + size)),
        weights=queen(every[kept]),
        base=replace(stands, amount=amount[kept], rated=stands.rated[kept], households=homes[kept]),
        points=replace(points, unit=np.searchsorted(kept, unit)),
        leaf=[grids.ids[one] for one in lies[kept]],
    )
