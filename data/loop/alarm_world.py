"""What the rules of alarms look at: one moment of the city, read once a round and only as far as a rule asks.

Positions are columns, so that one pass over some thousand workers and hundreds of shapes costs milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import select

from data.loop.alarm_settings import Setting
from data.loop.nearest import ORDERED
from data.loop.shapes import Shapes
from data.loop.store import alarm, incident
from data.metric_crs import to_metres
from data.operations import Operations, position
from data.places import Places
from data.present import Present
from data.warehouse import Warehouse

Row = dict[str, Any]
Floats = NDArray[np.float64]
NAMES = "SELECT area_id, name FROM area"
FUTURE = timedelta(minutes=2)  # clocks of phones


@dataclass(frozen=True)
class People:
    """Workers on duty with a position of today, in parallel columns; x, y in metres, moments naive UTC."""

    rows: list[Row]
    x: Floats
    y: Floats

    @cached_property
    def points(self) -> NDArray[np.object_]:
        """The positions as points in metres."""
        return np.asarray(shapely.points(self.x, self.y), object)


class World:
    """One moment (naive UTC) of one home; everything is read when a rule first asks for it."""

    def __init__(self, home: Home, now: datetime) -> None:
        self.home, self.now = home, now
        self.config, self.places = home.config, home.places

    @cached_property
    def on_duty(self) -> dict[str, datetime] | None:
        """Who is on duty by roster, and since when; None without a roster."""
        return self.home.present.on_duty_since(self.now)

    @cached_property
    def people(self) -> People:
        """Whoever is on duty and has sent a position today."""
        began, there = self.home.present.day_began(self.now), self.on_duty
        asked = select(position).where(position.c.fixed_at >= began, position.c.fixed_at <= self.now + FUTURE)
        with self.home.operations.engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(asked.order_by(position.c.worker_id)).mappings()]
        rows = [row for row in rows if there is None or row["worker_id"] in there]
        lon, lat = (np.array([row[name] for row in rows], float) for name in ("lon", "lat"))
        return People(rows, *to_metres(lon, lat, self.config.city.crs_metric))

    @cached_property
    def ordered(self) -> frozenset[str]:
        """Workers with an order in hand, who may be wherever it sends them."""
        asked = select(incident.c.worker_id).where(incident.c.state.in_(ORDERED), incident.c.worker_id.is_not(None))
        with self.home.operations.engine.connect() as connection:
            return frozenset(connection.execute(asked).scalars())

    @cached_property
    def open(self) -> list[Row]:
        """Alarms that have not ended, as they stand in operations."""
        with self.home.operations.engine.connect() as connection:
            found = connection.execute(select(alarm).where(alarm.c.ended_at.is_(None))).mappings()
            return [dict(row) for row in found]

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of every area."""
        named: dict[str, str] = self.once(
            "names", ("area",), lambda: {row["area_id"]: row["name"] for row in self.fetch(NAMES)}
        )
        return named

    def common(self, area_ids: Sequence[str]) -> str:
        """Return the smallest area that holds all of these."""
        ways = [self.places.up(area) for area in dict.fromkeys(area_ids)]
        if len(ways) == 1:
            return area_ids[0]
        return next((up for up in ways[0] if all(up in way for way in ways)), self.config.city.area_id)

    def fetch(self, sql: str, **params: Any) -> list[Row]:
        """Return rows of the version served."""
        rows: list[Row] = self.home.warehouse.fetch(sql, params).to_pylist()
        return rows

    def once(self, key: str, tables: tuple[str, ...], read: Callable[[], Any], part: object = None) -> Any:
        """Return what `read` returns, read again only when one of these tables or the part asked for has changed."""
        return self.home.once(key, tables, read, part)

    def cause(self, area_id: str, subject: str, setting: Setting) -> str:
        """Return what the alarm of a subject in an area has in common with others, by [rule] group."""
        if setting.group == "subject":
            return subject
        return self.above(area_id, setting.group)

    def above(self, area_id: str, group: str) -> str:
        """Return the area of the level above the leaf ("above") or below the city ("top") that holds an area."""
        levels = [level.id for level in self.config.levels]
        wanted = levels[min(1, len(levels) - 1)] if group == "top" else self.config.above_leaf
        ups = self.places.up(area_id)
        return next((up for up in ups if self.places.level(up) == wanted), ups[-1] if ups else area_id)

    @property
    def shapes(self) -> Shapes:
        """The areas and key areas of the version served, in metres."""
        return self.home.shapes


class Home:
    """The stores of one home as rounds use them, and what is remembered of a version between two rounds."""

    def __init__(self, operations: Operations, warehouse: Warehouse) -> None:
        self.operations, self.warehouse, self.config = operations, warehouse, warehouse.config
        self.places = Places(warehouse, self.config)
        self.present = Present(warehouse, self.config)
        self._known: dict[str, tuple[Any, Any]] = {}

    def once(self, key: str, tables: tuple[str, ...], read: Callable[[], Any], part: object = None) -> Any:
        """Return what `read` returns, read again only when one of these tables or the part asked for has changed."""
        state = (self.warehouse.state(tables), part)
        if key not in self._known or self._known[key][0] != state:
            self._known[key] = (state, read())
        return self._known[key][1]

    @property
    def shapes(self) -> Shapes:
        """The areas and key areas of the version served, in metres."""
        made: Shapes = self.once("shapes", ("area", "key_area"), lambda: Shapes.read(self.places, self.warehouse))
        return made
