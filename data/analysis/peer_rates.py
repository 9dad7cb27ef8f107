"""Peers: who is compared with whom, and the rate R0 a small sample is pulled towards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from data.analysis.by_subject import Subject
from data.analysis.figures import Ask
from data.analysis.weights import UNIT, WORKER

Row = dict[str, Any]
Groups = Mapping[str, str | None]


@dataclass(frozen=True)
class Rates:
    """The rate of one metric by peer group; `city` stands in for groups that are too small. None: nothing counted."""

    of_group: Mapping[str | None, float]
    city: float | None

    def of(self, group: str | None) -> tuple[float | None, str]:
        """Return R0 for a subject of a group, and whose rate it is: "group" or "city"."""
        return (self.of_group[group], "group") if group in self.of_group else (self.city, "city")


def city_wide(ask: Ask) -> Ask:
    """Return the same question for the whole city: peers are the same whoever looks, and only their sums are used."""
    scope = replace(ask.scope, area_id=ask.door.config.city.area_id, worker_id="", unit_id="")
    return replace(ask, scope=scope)


def seen(ask: Ask, area: str | None) -> Callable[[str], bool]:
    """Return what says whether an area or unit lies inside `area` (None: the scope's); departments see themselves."""
    root, inside, city = area or ask.scope.area_id, ask.door.places.tree().inside, ask.door.config.city.area_id
    if ask.level != UNIT:
        return lambda subject: inside(subject, root)
    if ask.scope.is_handler:
        return lambda subject: subject == ask.scope.unit_id
    units = ask.door.query("units", ask.scope).to_pylist()
    here = {row["unit_id"] for row in units if inside(row["area_id"] or city, root)}
    return lambda subject: subject in here


def classes(ask: Ask) -> dict[str, str | None]:
    """Return the urban class of every area of the city: that of most of its households."""
    rows = ask.door.query("area_classes", city_wide(ask).scope).to_pylist()
    return {row["area_id"]: row["urban_class"] for row in rows}


def with_subjects(ask: Ask, workers: Sequence[str] | None = None) -> Ask:
    """Return the question with its units, or its workers (None: all of the scope), which the audit log is told."""
    if ask.level == UNIT:
        units = ask.door.query("units", city_wide(ask).scope).to_pylist()
        return replace(
            ask, subjects={row["unit_id"]: Subject(row["name"], row["unit_kind"], row["area_id"]) for row in units}
        )
    if ask.level != WORKER:
        return ask
    assigned = ask.door.query("worker_areas", ask.scope, workers=workers).to_pylist()
    known = {row["worker_id"]: Subject(row["name"] or row["worker_id"], None, row["area_id"]) for row in assigned}
    return replace(ask, subjects=known)


def groups(ask: Ask) -> dict[str, str | None]:
    """Return the peer group of each subject of a level: urban class of areas and workers, kind of units."""
    if ask.level == UNIT:
        return {name: one.kind for name, one in ask.subjects.items()}
    known = classes(ask)
    if ask.level != WORKER:
        return known
    return {name: known.get((one.area_id or "").removesuffix("~")) for name, one in ask.subjects.items()}


def rates(rows: Sequence[Row], group_of: Groups, fewest: int) -> Rates:
    """Return the rates of the peer groups with at least so many members, and of the city: sum(part) / sum(whole).

    rows: of every subject of the level, and of what is located in none (it counts for the city alone).
    """
    members = [row for row in rows if row["level"] != "unlocated"]
    size = Counter(group_of.get(row["area_id"]) for row in members)
    found = {
        group: rate
        for group, count in size.items()
        if count >= fewest
        and (rate := _rate([row for row in members if group_of.get(row["area_id"]) == group])) is not None
    }
    return Rates(found, _rate(rows))


def _rate(rows: Sequence[Row]) -> float | None:
    whole = sum(row["whole"] or 0.0 for row in rows)
    return sum(row["part"] or 0.0 for row in rows) / whole if whole else None
