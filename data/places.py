"""The tree of areas as the desk needs it: levels, what lies inside what, and in which grid a point lies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from data.config import Config
from data.errors import Problem
from data.warehouse import Warehouse

AREAS = "SELECT area_id, parent_id, level, geometry FROM area"
UNIT = "SELECT level FROM unit WHERE unit_id = $unit_id"
UNLOCATED = "~"


@dataclass(frozen=True)
class Tree:
    """The areas of one version; `geometry` is WKB, EPSG:4326."""

    parent: dict[str, str | None]
    level: dict[str, str]
    leaves: list[tuple[str, bytes]]

    @cached_property
    def index(self) -> shapely.STRtree:
        """The polygons of the leaves, in the order of their ids."""
        return shapely.STRtree(shapely.from_wkb([shape for _, shape in self.leaves]))

    def inside(self, area_id: str, root: str) -> bool:
        """Say whether an area lies in the subtree of another, itself included."""
        here: str | None = area_id if area_id == root else area_id.removesuffix(UNLOCATED)
        while here is not None and here != root:
            here = self.parent.get(here)
        return here is not None


class Places:
    """The areas of the version served; a new version is read when it is asked for."""

    def __init__(self, warehouse: Warehouse, config: Config) -> None:
        self.warehouse, self.config = warehouse, config
        self._known: tuple[str, Tree] | None = None

    def level(self, area_id: str) -> str | None:
        """Return the level of an area; that of its parent for an unlocated child, None for an unknown area."""
        return self.tree().level.get(area_id.removesuffix(UNLOCATED))

    def inside(self, area_id: str, root: str) -> bool:
        """Say whether an area lies in the subtree of another, itself included; for many, ask the `tree` once."""
        return self.tree().inside(area_id, root)

    def at(self, lon: float, lat: float) -> str | None:
        """Return the leaf area of a point (EPSG:4326), the smallest id on a shared border; None outside them all."""
        tree = self.tree()
        hits = tree.index.query(shapely.Point(lon, lat), predicate="intersects")
        return tree.leaves[int(np.min(hits))][0] if len(hits) else None

    def up(self, area_id: str) -> list[str]:
        """Return an area and those above it, the city last."""
        way, parents = [], self.tree().parent
        here: str | None = area_id.removesuffix(UNLOCATED)
        while here is not None:
            way.append(here)
            here = parents.get(here)
        return way

    def unit_level(self, unit_id: str) -> str | None:
        """Return the level of a unit, None of a department outside the tree; raises Problem `unknown_unit`."""
        found = self.warehouse.fetch(UNIT, {"unit_id": unit_id})["level"].to_pylist()
        if not found:
            raise Problem("unknown_unit", detail=unit_id)
        level: str | None = found[0]
        return level

    def tree(self) -> Tree:
        """Return the areas of the version served."""
        state = self.warehouse.state(("area",))
        if self._known is None or self._known[0] != state:
            self._known = (state, self._load())
        return self._known[1]

    def _load(self) -> Tree:
        rows = self.warehouse.fetch(AREAS, {}).to_pylist()
        real = [row for row in rows if row["level"] != "unlocated"]
        leaves = sorted((row["area_id"], row["geometry"]) for row in real if row["level"] == self.config.leaf)
        parents = {row["area_id"]: row["parent_id"] for row in real}
        return Tree(parents, {row["area_id"]: row["level"] for row in real}, [leaf for leaf in leaves if leaf[1]])
