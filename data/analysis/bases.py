"""What a rate stands on, by kind: households, kilometres of road, floating population, hours of patrol, or area."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from data.cache import SingleFlight
from data.days import local_day
from data.metric_crs import to_metres

if TYPE_CHECKING:
    from data.analysis.hot_answer import Question
    from data.query import Door
    from data.scope import Scope

Floats = NDArray[np.float64]
PER = {"households": 1000.0, "road_km": 1.0, "floating": 1000.0, "patrol_hours": 100.0, "area": 1.0}
FLOATING = "floating"  # class of data/codes/population_classes.csv
ROADS = ("expressway", "trunk", "county", "minor", "street")
_kept = SingleFlight(8)


@dataclass(frozen=True)
class Base:
    """What the units' rates stand on: its name, the amounts (0: none known), which units are rated, and per how many.

    asked: the base wanted before one without data was left; equal to `name` where there was data. households: of each
    unit, all 0 where none are known; of too few of them a unit is not rated, whatever the base.
    """

    name: str
    asked: str
    amount: Floats
    rated: NDArray[np.bool_]
    households: Floats

    @property
    def per(self) -> float:
        """Return per how many of the base a rate is told."""
        return PER[self.name]


def base_of(door: Door, scope: Scope, question: Question, shapes: NDArray[Any], ids: list[str]) -> Base:
    """Return the base of the leaf areas `ids` (their polygons in metres) for a question's kind.

    A base of which nothing is known gives way to households, then to area, in km2.
    """
    rules = door.config.hot_spots
    asked = question.base if question.base != "auto" else _by_kind(question.kind, rules)
    amounts = _amounts(door, scope, question, ids)
    amounts["area"] = shapely.area(shapes) / 1e6
    amounts["road_km"] = _roads(door, scope, shapes, ids) if asked == "road_km" else np.zeros(len(ids))
    name = next(one for one in (asked, "households", "area") if amounts[one].any())
    return rated_base((name, asked), amounts[name], amounts["households"], rules.least_households)


def rated_base(names: tuple[str, str], amount: Floats, households: Floats, least: int) -> Base:
    """Return the base of these names (used, asked): a unit is rated that has some of it, and homes enough if known."""
    enough = households >= least if households.any() else True
    return Base(*names, amount, np.asarray((amount > 0) & enough), households)


def metres(shapes: NDArray[Any], crs: str) -> NDArray[Any]:
    """Return shapes of EPSG:4326 in metres of the city's CRS."""
    return np.asarray(shapely.transform(shapes, lambda at: np.column_stack(to_metres(at[:, 0], at[:, 1], crs))))


def _by_kind(kind: str, rules: Any) -> str:
    if kind in rules.road_kinds:
        return "road_km"
    return "floating" if kind in rules.floating_kinds else "households"


def _amounts(door: Door, scope: Scope, question: Question, ids: list[str]) -> dict[str, Floats]:
    last = local_day(question.now, door.config.zone)
    first = last - timedelta(weeks=question.weeks)
    rows = door.query("hot_base", scope, first_day=first, last_day=last).to_pylist()
    found = {row["area_id"]: row for row in rows}
    names = ("households", "floating", "patrol_hours")
    amounts = {name: np.array([float((found.get(one) or {}).get(name) or 0) for one in ids]) for name in names}
    amounts["floating"][_untold(door, scope, amounts["floating"], ids)] = 0
    return amounts


def _untold(door: Door, scope: Scope, people: Floats, ids: list[str]) -> NDArray[np.bool_]:
    """Say of each area whether its number of people is small or hidden in the published table: a rate would tell it."""
    rows = door.query("population_in", scope, areas=ids).to_pylist()
    hidden = {row["area_id"] for row in rows if row["class"] == FLOATING and row["hidden"]}
    return np.array([one in hidden for one in ids], bool) | (people < door.config.privacy.small_count)


def _roads(door: Door, scope: Scope, shapes: NDArray[Any], ids: list[str]) -> Floats:
    """Return kilometres of road inside each area, from the city's own basemap."""
    key = (door.config.home, door.state("basemap", "area"), scope.area_id, len(ids))

    def measured() -> Floats:
        rows = door.query("basemap", scope).to_pylist()
        lines = shapely.from_wkb([row["geometry"] for row in rows if row["kind"] in ROADS])
        if not len(lines):
            return np.zeros(len(ids))
        lines = metres(lines, door.config.city.crs_metric)
        area, line = shapely.STRtree(lines).query(shapes, predicate="intersects")
        length = shapely.length(shapely.intersection(shapes[area], lines[line]))
        return np.bincount(area, length, minlength=len(ids)) / 1000

    found: Floats = _kept.get(key, measured)
    return found
