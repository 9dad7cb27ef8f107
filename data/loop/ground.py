"""Grids beside grids: which ones touch, read once per version of the boundaries."""

from __future__ import annotations

from data.places import Places, Tree

TOUCH = 1e-5  # degrees, about a metre: borders drawn twice seldom meet to the last digit


class Ground:
    """The neighbours of every grid of the version served."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._tree: Tree | None = None
        self._number: dict[str, int] = {}
        self._beside: dict[str, frozenset[str]] = {}

    def beside(self, grid: str) -> frozenset[str]:
        """Return the grids that touch a grid, without itself; none for an area that is no grid."""
        tree = self._places.tree()
        if tree is not self._tree:
            self._tree, self._beside = tree, {}
            self._number = {area_id: number for number, (area_id, _) in enumerate(tree.leaves)}
        if grid not in self._number:
            return frozenset()
        if grid not in self._beside:
            shape = tree.index.geometries[self._number[grid]]
            near = tree.index.query(shape, predicate="dwithin", distance=TOUCH)
            self._beside[grid] = frozenset(tree.leaves[i][0] for i in near.tolist()) - {grid}
        return self._beside[grid]
