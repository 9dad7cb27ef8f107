"""Suppression of small counts in a tree of areas, so that no hidden one follows from what is shown.

Counts below k are hidden (primary). Then, as long as the shown cells, the sums of the tree and the meaning of the two
marks (small: 0 to k-1, withheld: k or more) leave any hidden cell fewer than three values, one more cell of the same
sum is withheld (complementary). The values a cell can have are found by passing bounds up and down the tree once,
which is exact for sums that form a tree.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from dataclasses import dataclass

SMALL, WITHHELD = "small", "withheld"
SPREAD = 2  # at least so far apart lie the smallest and the largest value a hidden cell can have

Bounds = dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Cell:
    """What is shown of one area: its count, or None and why it is hidden ('small' | 'withheld')."""

    count: int | None
    hidden: str | None = None


def suppress(
    parent_of: Mapping[str, str | None], counts: Mapping[str, int], k: int, before: Set[str] = frozenset()
) -> dict[str, Cell]:
    """Return what may be shown of every area in whose subtree something was counted, by area id.

    parent_of: each area's parent (None: the root); counts: of areas without children, 0 or more. An area of which
    nothing is known is no cell. k: counts below it are hidden; 0 hides nothing. Where no choice of cells keeps every
    hidden one open (three values at least), nothing at all is shown. before: what the table before this one hid; it
    is withheld sooner than others, so that what hardly changes is not hidden now and shown then.
    """
    tree = _Tree(parent_of, counts)
    hidden = {area: SMALL for area, count in tree.total.items() if count < k}
    while given_away := _given_away(tree.bounds(hidden, k), hidden, min(SPREAD, k - 1)):
        more = _more(tree, hidden, given_away, before)
        if not more:
            return {}
        hidden.update(dict.fromkeys(more, WITHHELD))
    return {area: Cell(None, hidden[area]) if area in hidden else Cell(count) for area, count in tree.total.items()}


def possible(parent_of: Mapping[str, str | None], cells: Mapping[str, Cell], k: int) -> Bounds:
    """Return the smallest and the largest value each cell can have for a reader of all cells (inf: any)."""
    tree = _Tree(parent_of, {area: 0 for area in cells})
    shown = {area: cell.count for area, cell in cells.items() if cell.count is not None}
    tree.total.update(shown)
    return tree.bounds({area: cell.hidden for area, cell in cells.items() if cell.hidden}, k)


class _Tree:
    """The areas with something counted in their subtree, parents before children, and their sums."""

    def __init__(self, parent_of: Mapping[str, str | None], counts: Mapping[str, int]) -> None:
        self.parent: dict[str, str | None] = {}
        self.total: dict[str, int] = {}
        for area, count in counts.items():
            at: str | None = area
            while at is not None:
                self.total[at] = self.total.get(at, 0) + count
                above = parent_of.get(at)
                self.parent[at] = above
                at = above
        self.children: dict[str, list[str]] = {}
        for area in sorted(self.total):
            if (above := self.parent[area]) is not None:
                self.children.setdefault(above, []).append(area)
        self.order = [area for area in sorted(self.total) if self.parent[area] is None]
        for area in self.order:  # grows while it is read
            self.order += self.children.get(area, [])

    def bounds(self, hidden: Mapping[str, str], k: int) -> Bounds:
        """Return what each cell can be, given the marks of the hidden ones."""
        meaning = {SMALL: (0.0, k - 1.0), WITHHELD: (float(k), math.inf)}
        out: Bounds = {}
        for area in self.order:
            count = float(self.total[area])
            out[area] = meaning[hidden[area]] if area in hidden else (count, count)
        for area in reversed(self.order):
            if below := [out[child] for child in self.children.get(area, ())]:
                out[area] = _both(out[area], (sum(low for low, _ in below), sum(high for _, high in below)))
        for area in self.order:
            self._down(area, out)
        return out

    def _down(self, area: str, out: Bounds) -> None:
        """Tighten the children of an area: each is the parent's sum less all the others."""
        children = self.children.get(area, [])
        low = sum(out[child][0] for child in children)
        finite = sum(out[child][1] for child in children if out[child][1] < math.inf)
        endless = sum(out[child][1] == math.inf for child in children)
        above = out[area]
        tight = {}
        for child in children:
            mine = out[child]
            others = finite if mine[1] == math.inf else finite - mine[1]
            most = math.inf if endless - (mine[1] == math.inf) else others
            tight[child] = _both(mine, (above[0] - most, above[1] - (low - mine[0])))
        out.update(tight)


def _both(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return max(one[0], other[0]), min(one[1], other[1])


def _given_away(bounds: Bounds, hidden: Mapping[str, str], spread: int) -> list[str]:
    """Return the hidden cells whose values lie nearer to each other than `spread`."""
    return [area for area in sorted(hidden) if bounds[area][1] - bounds[area][0] < spread]


def _more(tree: _Tree, hidden: Mapping[str, str], given_away: list[str], before: Set[str]) -> set[str]:
    """Return the cells to withhold next: one of each sum that gives a cell away, the smallest, an upper one last."""
    more: set[str] = set()
    done: set[tuple[str, str | None]] = set()
    for area in given_away:
        below, above = tree.children.get(area, []), tree.parent[area]
        by_children = bool(below) and not any(child in hidden for child in below)
        group = ("below", area) if by_children else ("beside", above)
        if group in done:
            continue
        done.add(group)
        beside = tree.children.get(above, []) if above is not None else []
        for choice in (below if by_children else beside, [above] if above else [], tree.order):
            free = [one for one in choice if one not in hidden]
            if free:
                more.add(min(free, key=lambda one: (one not in before, tree.total[one], one)))
                break
    return more
