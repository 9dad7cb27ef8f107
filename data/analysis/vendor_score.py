"""The composite 数字城管 systems commonly show (综合指标), reproduced so that it can be held beside ours.

60 x handled in time / should be handled + 30 x closed / should be closed + 10 x (1 - reworked / handled), per unit: of
few cases as of many, without interval, peers or data of whoever has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data.analysis.figures import Ask

IN_TIME, CLOSED, REWORK = 60.0, 30.0, 10.0
Row = Mapping[str, Any]

COUNTS = ("due", "in_time", "closed", "handled", "reworked")


@dataclass(frozen=True)
class VendorScore:
    """One subject: the counts added up, and the composite 0-100; None where nothing was due, as 0/0 has no value."""

    due: float
    in_time: float
    closed: float
    handled: float
    reworked: float

    @property
    def value(self) -> float | None:
        """60 x in time + 30 x closed + 10 x (1 - rework)."""
        if not self.due or not self.handled:
            return None
        in_time, closed, rework = self.in_time / self.due, self.closed / self.due, self.reworked / self.handled
        return IN_TIME * in_time + CLOSED * closed + REWORK * (1 - rework)


def vendor_scores(ask: Ask) -> dict[str, VendorScore]:
    """Return the composite of every area of the level (or unit, level "unit") inside the scope, by id."""
    start, end = ask.period.bounds(ask.door.config.zone)
    values = {"start": start, "end": end, "now": min(ask.now, end)}
    sums: dict[str, list[float]] = {}
    for row in ask.door.query("vendor_sums", ask.scope, **values).to_pylist():
        subject = _subject(ask, row)
        if subject is not None:
            counts = sums.setdefault(subject, [0.0] * 5)
            for at, name in enumerate(COUNTS):
                counts[at] += row[name]
    return {name: VendorScore(*counts) for name, counts in sorted(sums.items())}


def _subject(ask: Ask, row: Row) -> str | None:
    places = ask.door.places
    if ask.level == "unit":
        unit: str | None = row["unit_id"]
        return unit
    return next((area for area in places.up(row["area_id"]) if places.level(area) == ask.level), None)
