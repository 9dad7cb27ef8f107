"""The parts of a home beside its queries, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import pyarrow as pa

from data.analysis.weighing import Weighing
from data.closing import Closings
from data.config import Config
from data.loop.alarms import Alarms
from data.loop.assignments import Assignments
from data.loop.calendar import Calendar
from data.loop.desk import Desk
from data.loop.due import Due
from data.loop.walls import Walls
from data.loop.watch import Watches
from data.loop.whistle import Whistles
from data.loop.working import WorkingTime
from data.operations import Operations
from data.places import Places
from data.targets import Targets


class Rooms:
    """What a Door leads to besides its queries; the Door itself sets the attributes named here."""

    config: Config
    operations: Operations
    places: Places
    closings: Closings | None
    query: Callable[..., pa.Table]

    @cached_property
    def desk(self) -> Desk:
        """The closed loop of this home."""
        return Desk(self.operations, self.config, self.places, Due(self.config))

    @cached_property
    def calendar(self) -> Calendar:
        """The working calendar of this home."""
        return Calendar(self.config)

    @cached_property
    def working(self) -> WorkingTime:
        """The working clock of this home."""
        return WorkingTime(self.calendar, self.config)

    @cached_property
    def whistles(self) -> Whistles:
        """The streets' calls to departments (吹哨报到) of this home."""
        return Whistles(self.operations, self.config, self.places, self.desk.deadlines)

    @cached_property
    def watches(self) -> Watches:
        """The watch of the room and its handovers."""
        return Watches(self.operations)

    @cached_property
    def alarms(self) -> Alarms:
        """The alarms of this home: who is in them, and who has seen them."""
        return Alarms(self.operations, self.places, self.query)

    @cached_property
    def assignments(self) -> Assignments:
        """The tasks leaders gave."""
        return Assignments(self.operations, self.places)

    @cached_property
    def walls(self) -> Walls:
        """The named walls of this home, their scenes, and what is put on them."""
        return Walls(self.operations, self.config, Targets(self.query, self.operations, self.config))

    @cached_property
    def weighing(self) -> Weighing:
        """The weights, targets, exclusions and appeals of this home's scorecards."""
        return Weighing(self.operations, self.config, self.query, self.places.inside)
