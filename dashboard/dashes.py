"""Dashed outlines cut beforehand: the map's bundle draws solid lines only."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

DASH_M, SPACE = 60.0, 0.7
METRES_PER_DEGREE = 100_000.0  # near enough for the length of a dash


def dashes(shapes: NDArray[np.object_], dash_m: float = DASH_M) -> list[shapely.LineString]:
    """Return the pieces of the outlines of polygons, about `dash_m` long with 0.7 of that between."""
    step, dash = dash_m * (1 + SPACE) / METRES_PER_DEGREE, dash_m / METRES_PER_DEGREE
    out = []
    for ring in shapely.get_parts(shapely.boundary(shapes)):
        at = 0.0
        while at < ring.length:
            out.append(substring(ring, at, min(at + dash, ring.length)))
            at += step
    return out
