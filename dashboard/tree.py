"""The tree of areas valid on a day, without shapes: who stands below whom, and what their grids add up to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard.session import door, scope

UNLOCATED = "~"
# From the most to the least built-up; a tie goes to the first.
CLASSES = ("urban", "town", "rural")

Row = dict[str, Any]


@dataclass(frozen=True)
class Tree:
    """Rows of the query `areas` by id (area_id, parent_id, level, name, area_m2, cells, households, urban_class)."""

    rows: dict[str, Row]
    children: dict[str, list[str]]

    def up(self, area_id: str) -> Iterator[str]:
        """Yield an area and everything above it; a virtual child counts as the area it belongs to."""
        at: str | None = area_id.removesuffix(UNLOCATED)
        while at is not None and at in self.rows:
            yield at
            at = self.rows[at]["parent_id"]

    def below(self, area_id: str) -> Iterator[str]:
        """Yield an area and everything under it."""
        yield area_id
        for child in self.children.get(area_id, []):
            yield from self.below(child)

    def leaves(self, area_id: str) -> list[Row]:
        """Return the rows of the areas without children under an area (itself, where it is one)."""
        return [self.rows[i] for i in self.below(area_id) if i in self.rows and not self.children.get(i)]

    def child_of(self, area_id: str, parent: str) -> str | None:
        """Return the child of `parent` a fact belongs to, `<parent>~` when no child is known, None outside."""
        way = list(self.up(area_id))
        if parent not in way:
            return None
        at = way.index(parent)
        return way[at - 1] if at else f"{parent}{UNLOCATED}"

    def households(self, area_id: str) -> int | None:
        """Return the households of an area's grids, or None where no grid says how many."""
        known = [leaf["households"] for leaf in self.leaves(area_id) if leaf["households"] is not None]
        return sum(known) if known else None

    def urban_class(self, area_id: str) -> str | None:
        """Return the class most households of an area's grids live in; grids count where households are unknown."""
        leaves = [leaf for leaf in self.leaves(area_id) if leaf["urban_class"]]
        by_homes = any(leaf["households"] for leaf in leaves)
        weights: Counter[str] = Counter()
        for leaf in leaves:
            weights[leaf["urban_class"]] += (leaf["households"] or 0) if by_homes else 1
        order = [*CLASSES, *sorted(set(weights) - set(CLASSES))]
        return max(weights, key=lambda name: (weights[name], -order.index(name))) if weights else None


def tree(day: date) -> Tree:
    """Return the areas of the account's scope as they stood on a local day."""
    rows = door().query("areas", scope(), day=day).drop_columns(["geometry"]).to_pylist()
    children: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["parent_id"] is not None:
            children[row["parent_id"]].append(row["area_id"])
    return Tree({row["area_id"]: row for row in rows}, dict(children))
