"""Dashed outlines cut beforehand: the map's bundle draws solid lines only."""

from __future__ import annotations

import shapely
from numpy.typing import NDArray
from shapely.ops import substring

DASH_M, SPACE_M = 60.0, 42.0
METRES_PER_DEGREE = 100_000.0  # near enough for the length of a dash


def dashes(shapes: NDArray[object]) -> list[shapely.LineString]:
    """Return the pieces of the outlines of polygons, about 60 m long with 42 m between."""
    step, dash = (DASH_M + SPACE_M) / METRES_PER_DEGREE, DASH_M / METRES_PER_DEGREE
    out = []
    for ring in shapely.get_parts(shapely.boundary(shapes)):
        at = 0.0
        while at < ring.length:
            out.append(substring(ring, at, min(at + dash, ring.length)))
            at += step
    return out
