"""Polygons of grids and their parents into one tree, the same for every order of rows and files.

The tree has one root, the city of the configuration. Every area above the leaf level has a virtual child `<id>~`
(level `unlocated`) for what is known to be inside it but in none of its children. Parents that a file of grids
only names (`_ancestors`) are dissolved from their children, unless a row of their own gives their polygon.

Rows of one id with disjoint days are its versions. The tree, its links and table `area` follow the newest version;
table `area_version` keeps each of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from data.config import Config
from etl.cells import count_cells
from etl.measure import Measures, measured, overlaps
from etl.rejects import Refusals
from etl.tree import grown
from etl.versions import Node

AREA = pa.schema(
    [
        ("area_id", pa.string()),
        ("parent_id", pa.string()),
        ("level", pa.string()),
        ("name", pa.string()),
        ("name_en", pa.string()),
        ("code", pa.string()),
        ("lon", pa.float64()),
        ("lat", pa.float64()),
        ("area_m2", pa.float64()),
        ("cells", pa.int32()),
        ("geometry", pa.binary()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
    ]
)
LINK = pa.schema([("area_id", pa.string()), ("ancestor_id", pa.string()), ("distance", pa.int32())])
Mask = NDArray[np.bool_]
Counts = NDArray[np.int32]
PLAIN = ("area_id", "parent_id", "level", "name", "name_en", "code", "valid_from", "valid_to")


@dataclass(frozen=True)
class Areas:
    """The tree as tables in schema order, what could not stand in it, and what is odd but loaded.

    `area_version` has the columns of `area`, without virtual children. `refused` and `duplicates` are positions
    among the input rows (`refused` parallel to `rejects`); a warning is `{"reason", "key", "detail"}`. `dissolved` are
    the ids of areas whose polygon is the union of their children.
    """

    area: pa.Table
    area_version: pa.Table
    area_link: pa.Table
    rejects: pa.Table
    warnings: list[dict[str, str]] = field(default_factory=list)
    refused: tuple[int, ...] = ()
    duplicates: tuple[int, ...] = ()
    dissolved: frozenset[str] = frozenset()


def build_areas(rows: pa.Table, config: Config) -> Areas:
    """Build the tree of all mapped rows of the feed `area` (with `_row` and `_ancestors`), deterministically."""
    refusals = Refusals(rows.num_rows)
    tree = grown(rows, config, refusals)
    nodes = [x for area_id, newest in tree.nodes.items() for x in (*tree.earlier.get(area_id, ()), newest)]
    shaped = np.array([x.shape is not None for x in nodes])
    measures = measured(np.array([x.shape for x in nodes if x.shape is not None], dtype=object), config.city.crs_metric)
    leaf = np.array([x.level == config.leaf for x in nodes])
    metric = measures.metric[leaf[shaped]]
    version = _version_table(nodes, shaped, measures, (leaf, count_cells(metric)))
    area = pa.concat_tables([_newest(version, nodes), _unlocated(list(tree.nodes.values()), config)])
    return Areas(
        area=area,
        area_version=version,
        area_link=links(area),
        rejects=refusals.table(rows, rows["area_id"]),
        warnings=tree.warnings + _warnings([x for x in nodes if x.level == config.leaf], metric),
        refused=tuple(refusals.positions),
        duplicates=tuple(sorted(tree.duplicates)),
        dissolved=frozenset(x.area_id for x in tree.nodes.values() if x.row < 0),
    )


def links(area: pa.Table) -> pa.Table:
    """Return the closure: each area with itself (distance 0) and each of its ancestors."""
    parent = dict(zip(area["area_id"].to_pylist(), area["parent_id"].to_pylist(), strict=True))
    found = []
    for area_id in parent:
        above: str | None = area_id
        distance = 0
        while above is not None:
            found.append({"area_id": area_id, "ancestor_id": above, "distance": distance})
            above, distance = parent[above], distance + 1
    return pa.Table.from_pylist(found, schema=LINK)


def _version_table(nodes: list[Node], shaped: Mask, measures: Measures, counted: tuple[Mask, Counts]) -> pa.Table:
    columns = {x: pa.array([getattr(node, x) for node in nodes], AREA.field(x).type) for x in PLAIN}
    for name in ("lon", "lat", "area_m2"):
        columns[name] = _spread(getattr(measures, name), shaped)
    leaf, cells = counted
    columns["cells"] = _spread(cells, leaf)
    shapes = [shapely.to_wkb(x.shape, byte_order=1) if x.shape is not None else None for x in nodes]
    columns["geometry"] = pa.array(shapes, pa.binary())
    return pa.table([columns[x] for x in AREA.names], schema=AREA)


def _newest(version: pa.Table, nodes: list[Node]) -> pa.Table:
    """Return one row per id: the newest version, valid from the first day of the first one."""
    last = {node.area_id: at for at, node in enumerate(nodes)}
    first = {node.area_id: node.valid_from for node in reversed(nodes)}
    starts = [first[x] for x in last]
    newest = version.take(pa.array(last.values(), pa.int64()))
    at = AREA.get_field_index("valid_from")
    return newest.set_column(at, AREA.field(at), pa.array(starts, pa.date32()))


def _spread(values: NDArray[np.generic], where: NDArray[np.bool_]) -> pa.Array:
    whole = np.zeros(len(where), values.dtype)
    whole[where] = values
    return pa.array(whole, mask=~where)


def _unlocated(nodes: list[Node], config: Config) -> pa.Table:
    """Return the virtual children of every area above the leaf level."""
    rows = [
        {"area_id": f"{x.area_id}~", "parent_id": x.area_id, "level": "unlocated", "name": x.name, "name_en": x.name_en}
        for x in nodes
        if x.level != config.leaf
    ]
    return pa.Table.from_pylist(rows, schema=AREA)


def _warnings(leaves: list[Node], metric: NDArray[np.object_]) -> list[dict[str, str]]:
    found = []
    for i, j, share in overlaps(metric):
        if not leaves[i].meets(leaves[j]):
            continue
        first, second = sorted((leaves[i].area_id, leaves[j].area_id))
        found.append({"reason": "overlap", "key": first, "detail": f"{second} ({share:.0%})"})
    return sorted(found, key=lambda x: (x["key"], x["detail"]))
