"""What the areas of a map are filled with: the exception, in classes whose method is told, never the success."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow.compute as pc

from dashboard.session import door, scope
from dashboard.text import number, percent, t
from data.days import midnight

DAYS, MONTH = 7, 30
FEW = 10  # patrol cells: of fewer, one visit moves the share by more than a tenth
VIRTUAL = "~"  # ends the id of what lies in an area but in none below it


@dataclass(frozen=True)
class Fill:
    """Values of leaves by id, breaks between classes, and their kind: `empty` (share), `by_incidents` or `nothing`.

    `cells`: of a share, how many it is a share of, by leaf.
    """

    kind: str
    values: dict[str, float]
    breaks: tuple[float, ...]
    cells: dict[str, int] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """How the breaks were found: `fixed` by configuration, or `quantiles` of what there is."""
        return "fixed" if self.kind == "empty" else "quantiles"

    def classes(self) -> dict[str, int]:
        """Return the class 0-4 of every leaf with a value."""
        return {area: int(np.searchsorted(self.breaks, value, side="right")) for area, value in self.values.items()}

    def counted(self) -> list[int]:
        """Return how many leaves there are in each class, from below."""
        return [list(self.classes().values()).count(at) for at in range(len(self.breaks) + 1)]

    def heights(self) -> dict[str, float]:
        """Return every value as a share 0-1 of the largest."""
        most = max(self.values.values(), default=0) or 1
        return {area: round(value / most, 4) for area, value in self.values.items()}

    def few(self) -> list[str]:
        """Return the leaves whose share is of fewer than ten."""
        return [area for area, n in self.cells.items() if n < FEW and area in self.values]

    def spell(self, area: str) -> str:
        """Return the value of a leaf with what it is, in words."""
        return f"{t(f'map.{self.kind}')} {self.told(self.values[area])}"

    def told(self, value: float) -> str:
        """Return a value with its unit."""
        return percent(value) if self.kind == "empty" else t("legend.cases", n=number(value))

    def note(self, area: str) -> str:
        """Return what a share is of, and that it is of few; nothing of a count."""
        n = self.cells.get(area)
        if not n:
            return ""
        return t("legend.of_few" if n < FEW else "legend.of", n=number(n), empty=number(round(n * self.values[area])))


def fill(area_id: str, last: date) -> Fill:
    """Return the unpatrolled share of the last seven days; where nobody is on duty or tracked, incidents of thirty."""
    first = last - timedelta(days=DAYS - 1)
    tracked = [row["day"] for row in door().query("days_tracked", scope()).to_pylist()]
    if door().config.duty.roster == "required" and any(first <= day <= last for day in tracked):
        return _empty(area_id, first, last)
    return by_incidents(area_id, last)


def by_incidents(area_id: str, last: date) -> Fill:
    """Return the incidents of thirty days ending with `last`, by leaf."""
    zone = door().config.zone
    return _incidents(
        area_id, midnight(last - timedelta(days=MONTH - 1), zone), midnight(last + timedelta(days=1), zone)
    )


def missing(shown: Fill, area_id: str, last: date) -> list[str]:
    """Return the leaves below an area that have no value; nothing is missing where nothing is shown."""
    if not shown.values:
        return []
    facts = {"area": area_id, "start": _midnight(last), "end": _midnight(last), "level": door().config.leaf}
    below = door().query("incident_counts", scope(), **facts)
    return [area for area in below["area_id"].to_pylist() if area not in shown.values and not area.endswith(VIRTUAL)]


def _midnight(day: date) -> datetime:
    return midnight(day, door().config.zone)


def _empty(area_id: str, first: date, last: date) -> Fill:
    rows = door().query("coverage", scope(), area=area_id, first_day=first, last_day=last)
    there = rows.filter(pc.greater(rows["cells"], 0)).to_pylist()
    values = {row["area_id"]: 1 - row["visited"] / row["cells"] for row in there}
    cells = {row["area_id"]: row["cells"] for row in there}
    return Fill("empty", values, door().config.screen.empty_breaks, cells)


def _incidents(area_id: str, start: datetime, end: datetime) -> Fill:
    """Quantiles, because no city's counts are known beforehand; ties fall into the lower class.

    A leaf without incidents has the value 0: nothing happened there, which is no lack of data.
    """
    facts = {"area": area_id, "start": start, "end": end, "level": door().config.leaf}
    rows = door().query("incident_counts", scope(), **facts).to_pylist()
    values = {row["area_id"]: float(row["n"]) for row in rows if not row["area_id"].endswith(VIRTUAL)}
    some = [value for value in values.values() if value]
    if not some:
        return Fill("nothing", {}, ())
    breaks = np.unique(np.quantile(some, (0.2, 0.4, 0.6, 0.8)).round())
    return Fill("by_incidents", values, tuple(float(x) for x in breaks))
