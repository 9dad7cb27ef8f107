"""Who is assigned where on a day: the worker's own area, and the area whose playback holds them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from functools import cached_property

import pyarrow as pa


@dataclass(frozen=True)
class Crew:
    """Worker -> assigned area, leaf -> the area above it, and the id of the city."""

    area_of: dict[str, str]
    above: dict[str, str]
    city: str
    numbers: dict[str, int] = field(default_factory=dict, compare=False, repr=False)  # of packed areas, once asked

    def assigned(self, worker_id: str) -> str:
        """Return the assigned area of a worker, the city's unlocated child where there is none."""
        return self.area_of.get(worker_id) or self.nowhere

    def packed_in(self, worker_id: str) -> str:
        """Return the area above the leaves whose chunks hold the worker's playback."""
        area = self.assigned(worker_id)
        return area if area in self._uppers else self.above.get(area, self.nowhere)

    def owns(self, worker_id: str, area_id: str) -> bool:
        """Say whether an area a fix lies in is the worker's own: the assigned one or a leaf inside it."""
        assigned = self.assigned(worker_id)
        inside = assigned in (area_id, self.above.get(area_id))
        return inside or (assigned == self.city and area_id != self.nowhere)

    def block(self, worker_id: str, blocks: int) -> int:
        """Return the block of a day's workers this one belongs to: workers of one packed area stay together."""
        number = self.numbers.get(worker_id)
        if number is None:
            number = self.numbers[worker_id] = zlib.crc32(self.packed_in(worker_id).encode())
        return number % blocks

    @property
    def nowhere(self) -> str:
        """The virtual child of the city, where those are counted who are assigned to no area."""
        return f"{self.city}~"

    @cached_property
    def _uppers(self) -> frozenset[str]:
        return frozenset(self.above.values())


def assigned_on(crew: Crew, worker_day: pa.Table) -> Crew:
    """Return the crew of a day that was derived before: who was assigned somewhere then stays there.

    A worker who moves to another grid takes nothing of the past along; one who was on no list is put in their place.
    """
    rows = zip(worker_day["worker_id"].to_pylist(), worker_day["area_id"].to_pylist(), strict=True)
    then = {worker: area for worker, area in rows if not area.endswith("~")}
    return replace(crew, area_of={**crew.area_of, **then}, numbers={}) if then else crew
