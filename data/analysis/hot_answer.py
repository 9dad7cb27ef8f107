"""What is asked about hot spots, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data.analysis.accuracy import Accuracy


@dataclass(frozen=True)
class Question:
    """What is asked: a kind (L1; '*': all problems), an area, and `steps` steps of `weeks` weeks, the last ending now.

    base: auto (by kind) | households | road_km | floating | patrol_hours | area. `now` is naive UTC.
    """

    kind: str
    area: str
    now: datetime
    weeks: int = 4
    steps: int = 13
    base: str = "auto"
    cells: bool = False
    public_only: bool = False


@dataclass(frozen=True)
class Unit:
    """One grid or cell: incidents of the newest step, its base, rate (per `method.per` of it), and what that means.

    significance: +-1, +-2, +-3 for 90, 95, 99 %, 0 for neither, also where not rated. `difference` of rates holds when
    it survives false-discovery control. lon, lat: a point inside, EPSG:4326; corners: of a cell, else None.
    """

    area_id: str
    name: str
    lon: float
    lat: float
    n: int
    base: float
    rate: float
    smoothed: float
    z: float | None
    p: float | None
    significance: int
    emerging: str | None
    before: int
    difference: float
    difference_holds: bool
    rated: bool
    corners: list[list[float]] | None = None


@dataclass(frozen=True)
class Spot:
    """A group of touching hot units, numbered by strength; `ratio` to the rate of all, `run` hot steps up to now."""

    number: int
    name: str
    area_ids: list[str]
    lon: float
    lat: float
    radius_m: float
    n: int
    before: int
    rate: float
    ratio: float
    z: float
    emerging: str | None
    run: int
    kinds: list[tuple[str, float]]
    trend: list[int]
    public_n: int
    public_holds: bool
    small: bool


@dataclass(frozen=True)
class HotSpots:
    """Everything about one question: units inside its area, hot spots, and how it was reckoned.

    n: incidents of the newest step inside the area; left_out: those without a place; hours: 7 x 24 of the newest step
    in the city's zone, Monday first; pai: how last step's hot units told this one.
    """

    units: list[Unit]
    spots: list[Spot]
    left_out: int
    n: int
    base: str
    method: dict[str, Any]
    hours: list[list[int]]
    pai: dict[str, list[Accuracy]]
