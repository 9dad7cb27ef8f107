"""What is odd about the shapes of areas: overlaps, gaps, slivers, and what hangs over the parent.

Everything is computed in the metric CRS on whole columns of shapes. Narrow or tiny pieces are rounding and pass
([boundaries] of the configuration). A width is the mean one: twice the area by the length of the outline.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from data.settings import Boundaries
from etl.geometry import Shapes
from etl.measure import neighbours

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Ground(NamedTuple):
    """The areas that are valid and have a shape, one element each, parents before children.

    `parent` is the parent's position, -1 for the root; `rank` 1 for leaves; `dissolved`: made of its children.
    """

    area_id: list[str]
    parent: Ints
    rank: Ints
    shape: Shapes
    dissolved: Mask


class Finding(NamedTuple):
    """One row of table `area_finding`, its shape in the metric CRS or None."""

    kind: str
    area_id: str
    other_id: str | None
    area_m2: float | None
    detail: str
    shape: shapely.Geometry | None


def shape_findings(ground: Ground, limits: Boundaries) -> list[Finding]:
    """Return every finding about shapes."""
    checks = (overlapping, gaps, slivers, outside_parent)
    return [finding for check in checks for finding in check(ground, limits)]


def overlapping(ground: Ground, limits: Boundaries) -> list[Finding]:
    """Find pairs of areas of one level that share ground; the detail is the share of the smaller one."""
    found = []
    for rank in np.unique(ground.rank):
        at = np.flatnonzero((ground.rank == rank) & ~ground.dissolved)
        shapes = ground.shape[at]
        first, second = neighbours(shapes, limits.tolerance_m)
        shared = _worth(shapely.intersection(shapes[first], shapes[second]), limits)
        size = shapely.area(shapes)
        for i, piece in shared:
            a, b = sorted((ground.area_id[at[first[i]]], ground.area_id[at[second[i]]]))
            share = piece.area / min(size[first[i]], size[second[i]])
            found.append(Finding("overlap", a, b, piece.area, f"{share:.1%}", piece))
    return found


def gaps(ground: Ground, limits: Boundaries) -> list[Finding]:
    """Find what lies inside a parent and in none of its children; the detail is the mean width.

    Of a parent made of its children those are the holes nobody fills. A hole is told once, at the lowest level.
    """
    within, holes = _rests(ground, limits)
    hole, of = _pieces(holes, limits)
    within = within[of]
    inner, outer = shapely.STRtree(hole).query(shapely.point_on_surface(hole), predicate="intersects")
    repeated = inner[ground.rank[within[outer]] < ground.rank[within[inner]]]
    told = np.setdiff1d(np.arange(len(hole)), repeated)
    return [
        Finding("gap", ground.area_id[within[i]], None, hole[i].area, f"{_width(hole[i]):.1f} m", hole[i]) for i in told
    ]


def slivers(ground: Ground, limits: Boundaries) -> list[Finding]:
    """Find parts of areas too narrow to be meant; the detail is the mean width."""
    at = np.flatnonzero(~ground.dissolved)
    part, of = shapely.get_parts(ground.shape[at], return_index=True)
    thin = np.flatnonzero(_width(part) < limits.sliver_m)
    return [
        Finding("sliver", ground.area_id[at[of[i]]], None, part[i].area, f"{_width(part[i]):.1f} m", part[i])
        for i in thin
    ]


def outside_parent(ground: Ground, limits: Boundaries) -> list[Finding]:
    """Find what hangs over the parent's own polygon; the detail is the share of the area."""
    child = np.flatnonzero(ground.parent >= 0)
    child = child[~ground.dissolved[ground.parent[child]]]
    shapely.prepare(ground.shape[ground.parent[child]])
    child = child[~shapely.covers(ground.shape[ground.parent[child]], ground.shape[child])]
    over = shapely.difference(ground.shape[child], ground.shape[ground.parent[child]])
    found = []
    for i, piece in _worth(over, limits):
        mine, share = child[i], piece.area / ground.shape[child[i]].area
        parent = ground.area_id[ground.parent[mine]]
        found.append(Finding("outside_parent", ground.area_id[mine], parent, piece.area, f"{share:.1%}", piece))
    return found


def _rests(ground: Ground, limits: Boundaries) -> tuple[Ints, Shapes]:
    """Return parents and what each of them leaves to no child."""
    parents = np.unique(ground.parent[ground.parent >= 0])
    rests = [_holes(ground, i, limits) if ground.dissolved[i] else _left(ground, i) for i in parents]
    return parents, np.array(rests, dtype=object)


def _left(ground: Ground, parent: int) -> shapely.Geometry:
    return shapely.difference(ground.shape[parent], shapely.union_all(ground.shape[ground.parent == parent]))


def _holes(ground: Ground, parent: int, limits: Boundaries) -> shapely.Geometry:
    """Return the holes of a dissolved parent, without what leaves of other parents fill."""
    rings, of = shapely.get_rings(shapely.get_parts(ground.shape[parent]), return_index=True)
    inner = np.append(False, of[1:] == of[:-1])  # the first ring of each part is its outline
    holes = shapely.polygons(rings[inner])
    holes = shapely.multipolygons(holes[shapely.area(holes) > limits.least_m2])
    near = np.flatnonzero(shapely.intersects(ground.shape, holes) & (ground.rank == 1))
    return shapely.difference(holes, shapely.union_all(ground.shape[near]))


def _width(shape: Any) -> Any:
    return 2 * shapely.area(shape) / np.maximum(shapely.length(shape), 1e-9)


def _pieces(shapes: Shapes, limits: Boundaries) -> tuple[Shapes, Ints]:
    """Return the polygons of shapes that are too wide and too large to be rounding, and the shape each is of.

    Shrinking and growing again takes off the hairs that two ways of drawing one border leave.
    """
    half = limits.tolerance_m / 2
    core = shapely.buffer(shapes, -half, join_style="mitre")
    part, of = shapely.get_parts(shapely.buffer(core, half, join_style="mitre"), return_index=True)
    keep = shapely.area(part) > limits.least_m2
    return part[keep], of[keep]


def _worth(shapes: Shapes, limits: Boundaries) -> list[tuple[int, shapely.Geometry]]:
    """Return the positions of shapes with pieces worth a look, and those pieces."""
    part, of = _pieces(shapes, limits)
    pieces = {int(i): part[of == i] for i in np.unique(of)}
    return [(i, p[0] if len(p) == 1 else shapely.multipolygons(p)) for i, p in pieces.items()]
