"""Versions of one area: rows of one id whose validity does not overlap, in the order of their days.

An open end means "until the next version": it is closed where another version of the id begins. A version that
says it was still valid then contradicts the other and is refused, the one known before staying.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import shapely

from etl.rejects import Refusals

STATED = ("name", "name_en", "level", "parent_id", "code", "valid_from", "valid_to")


@dataclass(frozen=True)
class Node:
    """One version of an area; `row` is its position among the input rows, -1 for a parent that only its grids name.

    `known`: taken by an earlier load. `above`: (level, area id, name) of the parents a row names, top first.
    """

    area_id: str
    level: str
    name: str
    parent_id: str | None = None
    name_en: str | None = None
    code: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    shape: shapely.Geometry | None = None
    row: int = -1
    above: tuple[tuple[str, str, str], ...] = ()
    known: bool = False

    @property
    def days(self) -> tuple[date, date]:
        """Return the first day of the version and the first one after it."""
        return self.valid_from or date.min, self.valid_to or date.max

    def meets(self, other: Node) -> bool:
        """Say whether there is a day on which both are valid."""
        return self.days[0] < other.days[1] and other.days[0] < self.days[1]


def versions(nodes: list[Node], refusals: Refusals) -> tuple[dict[str, list[Node]], list[int]]:
    """Return the versions of each id, the newest last, and the positions of repeated equal rows.

    Of rows with one id and one first day the one whose polygon sorts first stays; others are refused
    (`repeated_id`), as are versions that overlap (`overlapping_versions`) or change the level (`level_changed`).
    """
    single, duplicates = _single(nodes, refusals)
    of: defaultdict[str, list[Node]] = defaultdict(list)
    for node in sorted(single, key=lambda x: (not x.known, x.days[0])):
        other = next((x for x in of[node.area_id] if _contradict(*sorted((x, node), key=lambda x: x.days[0]))), None)
        if other is None:
            of[node.area_id].append(node)
        else:
            refusals.one(node.row, "overlapping_versions", f"{node.area_id} {_span(node)}, {_span(other)}")
    return {area_id: _closed(_one_level(found, refusals)) for area_id, found in of.items()}, duplicates


def _single(nodes: list[Node], refusals: Refusals) -> tuple[list[Node], list[int]]:
    kept: dict[tuple[str, date | None], tuple[Any, Node]] = {}
    duplicates = []
    for order, node in sorted(((_order(x), x) for x in nodes), key=lambda x: x[0]):
        first = kept.setdefault((node.area_id, node.valid_from), (order, node))
        if first[1] is node:
            continue
        if first[0][:-1] == order[:-1]:
            duplicates.append(node.row)
        else:
            refusals.one(node.row, "repeated_id", node.area_id)
    return [node for _, node in kept.values()], duplicates


def _order(node: Node) -> tuple[Any, ...]:
    return (shapely.to_wkb(node.shape), *(str(getattr(node, x)) for x in STATED), node.above, node.row)


def _contradict(earlier: Node, later: Node) -> bool:
    """Say whether the earlier version states an end after the later one's beginning."""
    return earlier.valid_to is not None and earlier.valid_to > later.days[0]


def _closed(found: list[Node]) -> list[Node]:
    found = sorted(found, key=lambda x: x.days[0])
    ends = [x.valid_to or after.valid_from for x, after in zip(found, found[1:], strict=False)]
    return [*(replace(x, valid_to=end) for x, end in zip(found, ends, strict=False)), found[-1]]


def _one_level(found: list[Node], refusals: Refusals) -> list[Node]:
    """Keep the versions of the level known before, else of the newest one."""
    level = max(found, key=lambda x: (x.known, x.days)).level
    for node in found:
        if node.level != level:
            refusals.one(node.row, "level_changed", f"{node.area_id}: {node.level}, {level}")
    return [x for x in found if x.level == level]


def _span(node: Node) -> str:
    return f"[{node.valid_from or '-∞'}, {node.valid_to or '∞'})"
