"""What the areas of a map are filled with: the exception, in fixed classes, never the success."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from dashboard.session import door, scope
from dashboard.text import number, percent, t
from data.days import midnight

DAYS = 7


@dataclass(frozen=True)
class Fill:
    """Values of leaves by id, breaks between classes, and their kind: `empty` (share), `by_incidents` or `nothing`."""

    kind: str
    values: dict[str, float]
    breaks: tuple[float, ...]

    def classes(self) -> dict[str, int]:
        """Return the class 0-4 of every leaf with a value."""
        return {area: int(np.searchsorted(self.breaks, value, side="right")) for area, value in self.values.items()}

    def spell(self, area: str) -> str:
        """Return the value of a leaf with what it is, in words."""
        value = self.values[area]
        return f"{t(f'map.{self.kind}')} {percent(value) if self.kind == 'empty' else number(value)}"


def fill(area_id: str, last: date) -> Fill:
    """Return the unpatrolled share of the last seven days; where nobody is on duty or tracked, incidents of thirty."""
    first = last - timedelta(days=DAYS - 1)
    tracked = [row["day"] for row in door().query("days_tracked", scope()).to_pylist()]
    if door().config.duty.roster == "required" and any(first <= day <= last for day in tracked):
        return _empty(area_id, first, last)
    zone = door().config.zone
    return _incidents(area_id, midnight(last - timedelta(days=29), zone), midnight(last + timedelta(days=1), zone))


def _empty(area_id: str, first: date, last: date) -> Fill:
    rows = door().query("coverage", scope(), area=area_id, first_day=first, last_day=last).to_pylist()
    values = {row["area_id"]: 1 - row["visited"] / row["cells"] for row in rows if row["cells"]}
    return Fill("empty", values, door().config.screen.empty_breaks)


def _incidents(area_id: str, start: datetime, end: datetime) -> Fill:
    """Quantiles, because no city's counts are known beforehand; ties fall into the lower class."""
    facts = {"area": area_id, "start": start, "end": end, "level": door().config.leaf}
    rows = door().query("incident_counts", scope(), **facts).to_pylist()
    values = {row["area_id"]: float(row["n"]) for row in rows if row["n"]}
    if not values:
        return Fill("nothing", {}, ())
    breaks = np.unique(np.quantile(list(values.values()), (0.2, 0.4, 0.6, 0.8)).round())
    return Fill("by_incidents", values, tuple(float(x) for x in breaks))
