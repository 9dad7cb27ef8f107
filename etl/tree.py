"""Rows of areas into nodes of one tree: levels known, versions told apart, every parent there.

The tree stands on the newest version of each area; what older versions say of their parents is kept with them and
told as a warning where it differs.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import shapely

from data.config import Config
from etl.geometry import read_shapes, repaired
from etl.merge import FILE
from etl.rejects import Refusals
from etl.versions import STATED, Node, versions

Notice = dict[str, str]


@dataclass(frozen=True)
class Tree:
    """The newest version of every accepted area by id, parents before children; the versions before it, oldest first.

    `duplicates` are the positions of repeated equal rows.
    """

    nodes: dict[str, Node]
    earlier: dict[str, list[Node]]
    duplicates: list[int]
    warnings: list[Notice]


def grown(rows: pa.Table, config: Config, refusals: Refusals) -> Tree:
    """Return the accepted areas, the city always among them; what cannot stand in the tree is noted in `refusals`."""
    admitted, mended = _admitted(rows, config, refusals)
    of, duplicates = versions(admitted, refusals)
    newest, moved = _agreeing([x[-1] for x in of.values()], refusals)
    known = {**_named_above(newest), **{x.area_id: x for x in newest}}
    top = known.pop(config.city.area_id, None)
    root = top or Node(config.city.area_id, config.levels[0].id, config.city.name, name_en=config.city.name_en)
    tree = {root.area_id: replace(root, parent_id=None)}
    for node in sorted(known.values(), key=lambda x: (-config.rank(x.level), x.area_id)):
        parent = node.parent_id or _default_parent(node, known, config)
        if parent in tree and config.rank(tree[parent].level) > config.rank(node.level):
            tree[node.area_id] = replace(node, parent_id=parent)
        elif node.row >= 0:
            for version in of[node.area_id]:
                refusals.one(version.row, "no_parent", node.parent_id or "∅")
    nodes = _filled(tree, config)
    earlier = {area_id: found[:-1] for area_id, found in of.items() if area_id in nodes}
    return Tree(nodes, earlier, duplicates, mended + moved + _moved(nodes, earlier))


def _admitted(rows: pa.Table, config: Config, refusals: Refusals) -> tuple[list[Node], list[Notice]]:
    """Return the rows whose level, id, days and polygon can stand alone, and which new polygons had to be mended."""
    shapes, reasons, details = repaired(read_shapes(rows["geometry"].to_numpy(zero_copy_only=False)))
    nodes, mended = [], []
    for at, row in enumerate(rows.drop_columns(["geometry"]).to_pylist()):
        above = tuple(tuple(x) for x in json.loads(row.get("_ancestors") or "[]"))
        known = row.get(FILE, 0) < 0
        node = Node(row["area_id"], shape=shapes[at], row=at, above=above, known=known, **{x: row[x] for x in STATED})
        wrong = _wrong(node, config) or ((reasons[at], details[at]) if reasons[at] else None)
        if wrong:
            refusals.one(at, *wrong)
        else:
            nodes.append(node)
            if details[at] and not known:
                mended.append({"reason": "mended", "key": node.area_id, "detail": details[at]})
    return nodes, sorted(mended, key=lambda x: (x["key"], x["detail"]))


def _wrong(node: Node, config: Config) -> tuple[str, str] | None:
    if node.days[0] >= node.days[1]:
        return "time_order", f"valid_from {node.valid_from}, valid_to {node.valid_to}"
    places = [(node.level, node.area_id), *((level, area_id) for level, area_id, _ in node.above)]
    for level, area_id in places:
        if not config.rank(level):
            return "unknown_level", str(level)
        if (level == config.levels[0].id) != (area_id == config.city.area_id):
            return "second_city", area_id
        if area_id.endswith("~"):
            return "bad_value", area_id
    return None


def _agreeing(nodes: list[Node], refusals: Refusals) -> tuple[list[Node], list[Notice]]:
    """Refuse grids that put a named parent under another parent than most grids do.

    Grids still valid decide; those that ended before follow, with a warning.
    """
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for node in nodes:
        for area_id, parent in _chain(node):
            votes[area_id][parent] += len(nodes) + 1 if node.valid_to is None else 1
    chosen = {area_id: min(x, key=lambda parent: (-x[parent], parent)) for area_id, x in votes.items()}
    kept, moved = [], []
    for node in nodes:
        odd = next(((x, parent) for x, parent in _chain(node) if chosen[x] != parent), None)
        if odd is None or node.valid_to is not None:
            kept.append(node)
        else:
            refusals.one(node.row, "two_parents", odd[0])
        if odd is not None and node.valid_to is not None:
            moved.append(_move(odd[0], odd[1], chosen[odd[0]]))
    return kept, list({x["key"] + x["detail"]: x for x in moved}.values())


def _moved(nodes: dict[str, Node], earlier: dict[str, list[Node]]) -> list[Notice]:
    """Name the areas whose earlier versions stood under another parent."""
    found = []
    for area_id, older in sorted(earlier.items()):
        now = nodes[area_id].parent_id or ""
        found += [_move(area_id, then, now) for then in sorted({x.parent_id or now for x in older} - {now})]
    return found


def _move(area_id: str, then: str, now: str) -> Notice:
    return {"reason": "moved_parent", "key": area_id, "detail": f"{then} → {now}"}


def _chain(node: Node) -> list[tuple[str, str]]:
    """Return (area, its parent) for the parents a grid names; the topmost has the parent ''."""
    ids = ["", *(area_id for _, area_id, _ in node.above)]
    return list(zip(ids[1:], ids, strict=False))


def _named_above(nodes: list[Node]) -> dict[str, Node]:
    """Return the parents that rows only name, grids still valid first; the name most rows use, then the alphabet's."""
    names: defaultdict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for node in nodes:
        for (level, area_id, name), (_, parent) in zip(node.above, _chain(node), strict=True):
            names[level, area_id, parent][name] += len(nodes) + 1 if node.valid_to is None else 1
    return {
        area_id: Node(area_id, level, min(x, key=lambda n: (-x[n], n)), parent or None)
        for (level, area_id, parent), x in sorted(names.items(), key=lambda x: (max(x[1].values()), x[0]))
    }


def _default_parent(node: Node, known: dict[str, Node], config: Config) -> str | None:
    """Return the city for a row without a parent when no level in use stands between the two."""
    rank = config.rank(node.level)
    between = any(rank < config.rank(x.level) for x in known.values())
    return None if between else config.city.area_id


def _filled(tree: dict[str, Node], config: Config) -> dict[str, Node]:
    """Give each parent without a polygon the union of its children, from below; an empty one is left out."""
    below: defaultdict[str | None, list[Node]] = defaultdict(list)
    found = {}
    for area_id, node in reversed(tree.items()):
        if node.shape is None and below[area_id]:
            node = _dissolved(node, below[area_id], is_root=area_id == config.city.area_id)
        if node.shape is not None or area_id == config.city.area_id:
            below[node.parent_id].append(node)
            found[area_id] = node
    return dict(reversed(found.items()))


def _dissolved(node: Node, children: list[Node], is_root: bool) -> Node:
    """Unite the children still valid (of a parent that ended with them: all), and take over their days."""
    valid = [x for x in children if x.valid_to is None] or children
    shape = shapely.normalize(shapely.union_all(np.array([x.shape for x in valid], dtype=object)))
    if is_root:
        return replace(node, shape=shape)
    starts, ends = [x.valid_from for x in children], [x.valid_to for x in children]
    return replace(
        node,
        shape=shape,
        valid_from=None if None in starts else min(x for x in starts if x),
        valid_to=None if None in ends else max(x for x in ends if x),
    )
