"""How well whistles are answered: arrival, arrival in time and resolution (domain 5.3, C21), sums over sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from data.intervals import wilson
from data.loop.rights import Places
from data.loop.store import whistle, whistle_call
from data.operations import Operations

RATES = ("arrival", "on_time_arrival", "resolution")

Row = dict[str, Any]
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Share:
    """A part of a whole, both counts."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """The share 0-1; None where there is nothing to divide by."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % Wilson interval of the share."""
        return wilson(self.part, self.whole)


class WhistleRates:
    """The rates of one home's whistles; a rate of several areas is the sum of parts over the sum of wholes.

    arrival and on_time_arrival: of the calls that had to arrive in the period, those that did (in time). A unit that
    was no longer needed still counts as called. resolution: of the whistles ended in the period, those resolved.
    Cancelled whistles count nowhere.
    """

    def __init__(self, operations: Operations, places: Places) -> None:
        self.operations, self.places = operations, places

    def of(self, areas: Iterable[str], period: Span, now: datetime) -> dict[str, dict[str, Share]]:
        """Return area -> rate -> share, each area with all below it.

        period: start and end (excluded), naive UTC; what is due after `now` is not counted yet.
        """
        calls, whistles = self._calls(period, now), self._ended(period, now)
        return {area: self._shares(area, calls, whistles) for area in areas}

    def _shares(self, area: str, calls: list[Row], whistles: list[Row]) -> dict[str, Share]:
        mine, ended = ([row for row in rows if self._inside(row, area)] for rows in (calls, whistles))
        arrived = [row for row in mine if row["arrived_at"]]
        in_time = [row for row in arrived if row["arrived_at"] <= row["arrive_by"]]
        resolved = [row for row in ended if row["outcome"] == "resolved"]
        counted = ((arrived, mine), (in_time, mine), (resolved, ended))
        return {name: Share(len(part), len(whole)) for name, (part, whole) in zip(RATES, counted, strict=True)}

    def _inside(self, row: Mapping[str, Any], area: str) -> bool:
        return self.places.inside(row["area_id"], area)

    def _calls(self, period: Span, now: datetime) -> list[Row]:
        joined = select(whistle.c.area_id, whistle.c.arrive_by, whistle.c.outcome, whistle_call.c.arrived_at).join(
            whistle_call, whistle_call.c.whistle_id == whistle.c.whistle_id
        )
        due = (whistle.c.arrive_by >= period[0], whistle.c.arrive_by < period[1], whistle.c.arrive_by <= now)
        return self._rows(joined.where(*due))

    def _ended(self, period: Span, now: datetime) -> list[Row]:
        ended = whistle.c.ended_at
        query = select(whistle.c.area_id, whistle.c.outcome)
        return self._rows(query.where(ended >= period[0], ended < period[1], ended <= now))

    def _rows(self, query: Any) -> list[Row]:
        with self.operations.engine.connect() as connection:
            rows = [row._asdict() for row in connection.execute(query)]
        return [row for row in rows if row["outcome"] != "cancelled"]
