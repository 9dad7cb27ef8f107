"""A closed month is told from the version it was closed on, so that what came later changes nothing in it."""

from __future__ import annotations

import copy
from functools import lru_cache

from data.analysis.periods import Period
from data.cache import SingleFlight
from data.closing import Closed, Closings, month_of
from data.config import Config
from data.lake import Pointer
from data.places import Places
from data.present import Present
from data.query import Door
from data.warehouse import Warehouse


class Pinned(Warehouse):
    """One version of the warehouse, whatever CURRENT names by now."""

    def __init__(self, config: Config, version: str) -> None:
        super().__init__(config)
        self._pinned = Pointer(version, "")

    def _pointer(self) -> Pointer:
        return self._pinned


def closed(door: Door, period: Period) -> Closed | None:
    """Return the closing of a period that is exactly a closed month, else None."""
    month = month_of(*period.bounds(door.config.zone), door.config.zone)
    return Closings(door.config).get(month) if month else None


@lru_cache(maxsize=4)
def door_of(door: Door, version: str) -> Door:
    """Return a door like this one that opens on one version for good."""
    other = copy.copy(door)
    other.warehouse = Pinned(door.config, version)
    other._cache = SingleFlight()
    other.places = Places(other.warehouse, door.config)
    other.present = Present(other.warehouse, door.config)
    return other
