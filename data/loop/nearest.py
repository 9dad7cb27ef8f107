"""Who is near an incident now: live positions, duty and open orders of operations and roster, ranked and masked.

What changes seldom (names, skills, duty of the hour, borders) is read once per version; positions and orders each time.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any

import numpy as np
from sqlalchemy import case, func, select

from data.cache import SingleFlight
from data.loop.distance import Point, box
from data.loop.fitness import fitness
from data.loop.ground import Ground
from data.loop.ranking import NEARNESS, Candidate, Case, Offer, People, rank
from data.loop.shifts import Shifts
from data.loop.store import incident, metadata
from data.masking import mask_name
from data.operations import AT_ONCE, position
from data.places import UNLOCATED
from data.query import Door
from data.scope import Scope

__all__ = ["Nearest", "rank"]

ORDERED = ("S15", "S40", "S50", "X5")  # states in which a worker named in the case has something to do
UNINTERRUPTED = 1  # severity of a case nobody is called away from
LABEL = "SELECT lon, lat FROM area WHERE area_id = $area_id AND lon IS NOT NULL"
CREW = "SELECT worker_id, name, role, skills FROM worker"
POSITIONS = select(
    position.c.worker_id, position.c.area_id, position.c.fixed_at, position.c.lon, position.c.lat, position.c.battery
)
SECRET = secrets.token_bytes(16)  # tokens of nameless workers mean nothing outside this process


@dataclass(frozen=True)
class Member:
    """What the list of workers says of one."""

    name: str | None
    role: str | None
    skills: frozenset[str]


NOBODY = Member(None, None, frozenset())
Orders = dict[str, tuple[int, bool]]  # by worker: how many are open, and whether one may not be interrupted
NO_ORDERS = (0, False)


class Nearest:
    """Ranks the workers of one home for its incidents."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self._ground = Ground(door.places)
        self._shifts = Shifts(door.warehouse)
        self._cache = SingleFlight(2)
        self._always = door.config.duty.roster == "none"
        door.operations.make(metadata)

    def offer(self, scope: Scope, row: Mapping[str, Any], now: datetime) -> Offer:
        """Return the workers to send to an incident, best first; now: naive UTC.

        row: incident_id, kind, subkind, title, area_id, lon, lat of the incident (without a point, the label point of
        its area stands for it). Whoever belongs to an area outside the scope, or is seen by an account that may not
        see workers as points, is a role, a distance and an age. Nobody is offered where no point is known.
        """
        point = self._point(row)
        if point is None:
            return Offer((), {}, 0)
        near, elsewhere = self._positions(point)
        ends = self._shifts.ends(now)
        asked = fitness(row["kind"], row["subkind"], self.door.config, row["title"])
        orders = self._orders([one.worker_id for one in near], row["incident_id"])
        people = self._people(near, ends, orders, self._nearness(row["area_id"], point))
        offer = rank(Case(point, now, asked.skill), people, self.door.config)
        far = offer.not_listed["far"] + sum(self._always or worker in ends for worker in elsewhere)
        home = {one.worker_id: one.area_id for one in near}
        shown = (self._shown(one, scope, home[one.worker_id]) for one in offer.candidates)
        return replace(offer, candidates=tuple(shown), not_listed=offer.not_listed | {"far": far})

    def _point(self, row: Mapping[str, Any]) -> Point | None:
        if row["lon"] is not None:
            return row["lon"], row["lat"]
        label = self.door.warehouse.fetch(LABEL, {"area_id": row["area_id"].removesuffix(UNLOCATED)}).to_pylist()
        return next(((one["lon"], one["lat"]) for one in label), None)

    def _nearness(self, area_id: str, point: Point) -> Callable[[str], int]:
        """Return a function from a worker's assigned area to its position in NEARNESS."""
        grid = (self.door.places.at(*point) if area_id.endswith(UNLOCATED) else None) or area_id
        beside, above = self._ground.beside(grid), self.door.places.tree().parent
        community = above.get(grid)

        def of(area: str) -> int:
            if area == grid:
                return 0
            if area in beside:
                return 1
            return 2 if community and community in (area, above.get(area)) else len(NEARNESS) - 1

        return of

    def _positions(self, point: Point) -> tuple[list[Any], list[str]]:
        """Return the positions in a box round the radius, and whose lie outside it."""
        west, south, east, north = box(point, self.door.config.dispatch.radius_m)
        inside = position.c.lon.between(west, east) & position.c.lat.between(south, north)
        with self.door.operations.engine.connect() as connection:
            near = list(connection.execute(POSITIONS.where(inside)).all())
            return near, list(connection.execute(select(position.c.worker_id).where(~inside)).scalars().all())

    def _people(
        self, near: list[Any], ends: Mapping[str, datetime], orders: Orders, nearness: Callable[[str], int]
    ) -> People:
        """Return the workers near as arrays."""
        ids, areas, fixed_at, lon, lat, battery = zip(*near, strict=True) if near else ((),) * 6
        crew = self._crew()
        return People(
            worker_id=np.array(ids, np.str_),
            lon=np.array(lon, np.float64),
            lat=np.array(lat, np.float64),
            fixed_at=np.array(fixed_at, "datetime64[us]"),
            battery=np.array(battery, np.float64),
            on_duty=np.array([self._always or name in ends for name in ids], np.bool_),
            duty_ends=np.array([ends.get(name) for name in ids], "datetime64[us]"),
            orders=np.array([orders.get(name, NO_ORDERS)[0] for name in ids], np.int64),
            bound=np.array([orders.get(name, NO_ORDERS)[1] for name in ids], np.bool_),
            nearness=np.array([nearness(area) for area in areas], np.int64),
            skills=[crew.get(name, NOBODY).skills for name in ids],
        )

    def _crew(self) -> dict[str, Member]:
        def load() -> dict[str, Member]:
            rows = self.door.warehouse.fetch(CREW, {}).to_pylist()
            return {row["worker_id"]: Member(row["name"], row["role"], _codes(row["skills"])) for row in rows}

        crew: dict[str, Member] = self._cache.get(("crew", self.door.state("worker")), load)
        return crew

    def _orders(self, workers: list[str], but: str) -> Orders:
        """Return the open orders of these workers beside one case."""
        urgent = func.max(case((incident.c.severity <= UNINTERRUPTED, 1), else_=0))
        theirs = incident.c.worker_id.in_(workers) if len(workers) <= AT_ONCE else incident.c.worker_id.is_not(None)
        mine = theirs & incident.c.state.in_(ORDERED) & (incident.c.incident_id != but)
        asked = select(incident.c.worker_id, func.count(), urgent).where(mine).group_by(incident.c.worker_id)
        with self.door.operations.engine.connect() as connection:
            return {worker: (n, bool(bound)) for worker, n, bound in connection.execute(asked)}

    def _shown(self, one: Candidate, scope: Scope, area_id: str) -> Candidate:
        """Return a candidate, assigned to an area, as the account may see them."""
        member = self._crew().get(one.worker_id or "", NOBODY)
        if scope.sees_exact_workers and self.door.places.inside(area_id, scope.area_id):
            return replace(one, name=mask_name(member.name, scope), role=member.role)
        return Candidate(_token(one.token), one.distance_m, one.walk_min, one.age_s, role=member.role)


def _codes(skills: str | None) -> frozenset[str]:
    return frozenset(filter(None, re.split(r"[;；,，、\s]+", skills or "")))


def _token(worker_id: str) -> str:
    return blake2b(worker_id.encode(), digest_size=8, key=SECRET).hexdigest()
