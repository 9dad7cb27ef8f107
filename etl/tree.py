"""Rows of areas into nodes of one tree: levels known, ids single, every parent there."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from data.config import Config
from etl.geometry import read_shapes, repaired
from etl.rejects import Refusals

OTHERS = ("name", "name_en", "level", "parent_id", "code", "valid_from", "valid_to")


@dataclass(frozen=True)
class Node:
    """One area; `row` is its position among the input rows, -1 for a parent that only its grids name."""

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


def grown(rows: pa.Table, config: Config, refusals: Refusals) -> tuple[dict[str, Node], list[int]]:
    """Return the accepted areas by id, the city always among them, and the positions of repeated equal rows.

    Parents stand before their children. What cannot stand in the tree is noted in `refusals`.
    """
    nodes, duplicates = _single(_admitted(rows, config, refusals), refusals)
    nodes = _agreeing(nodes, refusals)
    known = {**_named_above(nodes), **{x.area_id: x for x in nodes}}
    top = known.pop(config.city.area_id, None)
    root = top or Node(config.city.area_id, config.levels[0].id, config.city.name, name_en=config.city.name_en)
    tree = {root.area_id: replace(root, parent_id=None)}
    for node in sorted(known.values(), key=lambda x: (-config.rank(x.level), x.area_id)):
        parent = node.parent_id or _default_parent(node, known, config)
        if parent in tree and config.rank(tree[parent].level) > config.rank(node.level):
            tree[node.area_id] = replace(node, parent_id=parent)
        elif node.row >= 0:
            refusals.one(node.row, "no_parent", node.parent_id or "∅")
    return _filled(tree, config), duplicates


def _admitted(rows: pa.Table, config: Config, refusals: Refusals) -> list[Node]:
    """Return the rows whose level, id and polygon can stand alone."""
    shapes, reasons, details = repaired(read_shapes(rows["geometry"].to_numpy(zero_copy_only=False)))
    nodes = []
    for at, row in enumerate(rows.drop_columns(["geometry"]).to_pylist()):
        above = tuple(tuple(x) for x in json.loads(row.get("_ancestors") or "[]"))
        node = Node(row["area_id"], shape=shapes[at], row=at, above=above, **{x: row[x] for x in OTHERS})
        wrong = _wrong(node, config) or ((reasons[at], details[at]) if reasons[at] else None)
        if wrong:
            refusals.one(at, *wrong)
        else:
            nodes.append(node)
    return nodes


def _wrong(node: Node, config: Config) -> tuple[str, str] | None:
    places = [(node.level, node.area_id), *((level, area_id) for level, area_id, _ in node.above)]
    for level, area_id in places:
        if not config.rank(level):
            return "unknown_level", str(level)
        if (level == config.levels[0].id) != (area_id == config.city.area_id):
            return "second_city", area_id
        if area_id.endswith("~"):
            return "bad_value", area_id
    return None


def _single(nodes: list[Node], refusals: Refusals) -> tuple[list[Node], list[int]]:
    """Keep one row of each id, the one whose polygon sorts first; equal rows are duplicates, others are refused."""
    kept: dict[str, tuple[Any, Node]] = {}
    duplicates = []
    for order, node in sorted(((_order(x), x) for x in nodes), key=lambda x: x[0]):
        first = kept.setdefault(node.area_id, (order, node))
        if first[1] is node:
            continue
        if first[0][:-1] == order[:-1]:
            duplicates.append(node.row)
        else:
            refusals.one(node.row, "repeated_id", node.area_id)
    return [node for _, node in kept.values()], duplicates


def _order(node: Node) -> tuple[Any, ...]:
    return (shapely.to_wkb(node.shape), *(str(getattr(node, x)) for x in OTHERS), node.above, node.row)


def _agreeing(nodes: list[Node], refusals: Refusals) -> list[Node]:
    """Refuse grids that put a named parent under another parent than most grids do."""
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for node in nodes:
        votes.update({x: votes[x] for x, _ in _chain(node)})
        for area_id, parent in _chain(node):
            votes[area_id][parent] += 1
    chosen = {area_id: min(x, key=lambda parent: (-x[parent], parent)) for area_id, x in votes.items()}
    kept = []
    for node in nodes:
        odd = next((area_id for area_id, parent in _chain(node) if chosen[area_id] != parent), None)
        if odd is None:
            kept.append(node)
        else:
            refusals.one(node.row, "two_parents", odd)
    return kept


def _chain(node: Node) -> list[tuple[str, str]]:
    """Return (area, its parent) for the parents a grid names; the topmost has the parent ''."""
    ids = ["", *(area_id for _, area_id, _ in node.above)]
    return list(zip(ids[1:], ids, strict=False))


def _named_above(nodes: list[Node]) -> dict[str, Node]:
    """Return the parents that rows only name; the name most rows use, then the first in the alphabet."""
    names: defaultdict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for node in nodes:
        for (level, area_id, name), (_, parent) in zip(node.above, _chain(node), strict=True):
            names[level, area_id, parent][name] += 1
    return {
        area_id: Node(area_id, level, min(x, key=lambda n: (-x[n], n)), parent or None)
        for (level, area_id, parent), x in sorted(names.items(), key=lambda x: x[0])
    }


def _default_parent(node: Node, known: dict[str, Node], config: Config) -> str | None:
    """Return the city for a row without a parent when no level in use stands between the two."""
    rank = config.rank(node.level)
    between = any(rank < config.rank(x.level) for x in known.values())
    return None if between else config.city.area_id


def _filled(tree: dict[str, Node], config: Config) -> dict[str, Node]:
    """Give each parent without a polygon the union of its children, from below; an empty one is left out."""
    below: defaultdict[str | None, list[shapely.Geometry]] = defaultdict(list)
    found = {}
    for area_id, node in reversed(tree.items()):
        if node.shape is None and below[area_id]:
            node = replace(node, shape=shapely.normalize(shapely.union_all(np.array(below[area_id], dtype=object))))
        if node.shape is not None or area_id == config.city.area_id:
            below[node.parent_id].append(node.shape)
            found[area_id] = node
    return dict(reversed(found.items()))
