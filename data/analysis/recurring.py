"""What comes again in the newest step of a question: places with several incidents, near repeats, and their density."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from data.analysis.cube import Cube, cube
from data.analysis.density import Surface, quartic
from data.analysis.knox import Knox, knox
from data.days import local_day
from data.metric_crs import to_degrees

if TYPE_CHECKING:
    from data.analysis.hot_spots import Question
    from data.query import Door
    from data.scope import Scope

SAME_M = 50.0  # incidents this near to each other share a place
FEWEST = 20  # incidents: of fewer, near repeats are not tested
MOST = 4000  # and of more, the newest so many

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Repeat:
    """A place with more than one incident: its leaf area, point (EPSG:4326), incidents, local days, newest (UTC)."""

    area_id: str
    lon: float
    lat: float
    n: int
    days: int
    last_at: datetime


@dataclass(frozen=True)
class Recurring:
    """Everything that comes again: `n` incidents with a point of the newest step; surface: None without any."""

    n: int
    places: list[Repeat]
    near: list[Knox]
    surface: Surface | None


def recurring(door: Door, scope: Scope, question: Question) -> Recurring:
    """Return what comes again in the area of a question, of public sources alone if it asks so."""
    whole = cube(door, scope, question)
    chosen = _chosen(door, scope, question, whole)
    xy, days = whole.points.xy[chosen], whole.points.days[chosen]
    newest = np.argsort(days, kind="stable")[-MOST:]
    return Recurring(
        n=len(xy),
        places=_places(door, whole, chosen),
        near=knox(xy[newest], days[newest]) if len(xy) >= FEWEST else [],
        surface=quartic(xy, door.config.hot_spots.bandwidth_m) if len(xy) else None,
    )


def _chosen(door: Door, scope: Scope, question: Question, whole: Cube) -> NDArray[np.int64]:
    """Return the positions of the points that count: of the newest step, in the area asked for, with a place."""
    rows = door.query("areas", scope, day=local_day(question.now, door.config.zone)).select(["area_id", "parent_id"])
    above = dict(zip(*(rows[name].to_pylist() for name in ("area_id", "parent_id")), strict=True))
    points = whole.points
    inside = {area: _below(area, question.area, above) for area in set(points.area)}
    own = np.array([inside[area] for area in points.area], bool) & (points.step == whole.steps - 1)
    return np.flatnonzero(own & np.isfinite(points.xy).all(axis=1) & (points.public | (not question.public_only)))


def _below(area: str, top: str, above: dict[str, str | None]) -> bool:
    at: str | None = area
    while at is not None and at != top:
        at = above.get(at)
    return at == top


def _places(door: Door, whole: Cube, chosen: NDArray[np.int64]) -> list[Repeat]:
    """Return places with two incidents or more, most first: the point with most others near takes them all."""
    if not len(chosen):
        return []
    xy, zone = whole.points.xy[chosen], door.config.zone
    near = cKDTree(xy).query_ball_point(xy, SAME_M)
    free, out = np.ones(len(xy), bool), []
    for at in sorted(range(len(xy)), key=lambda at: (-len(near[at]), at)):
        members = [other for other in near[at] if free[other]]
        if free[at] and len(members) > 1:
            free[members] = False
            reported = [whole.points.reported[chosen[one]] for one in members]
            lon, lat = to_degrees(xy[[at], 0], xy[[at], 1], door.config.city.crs_metric)
            days = len({local_day(moment, zone) for moment in reported})
            area = whole.points.area[chosen[at]]
            out.append(Repeat(area, float(lon[0]), float(lat[0]), len(members), days, max(reported)))
    return sorted(out, key=lambda place: (-place.n, -place.days, place.area_id))
