"""Where nothing is known: slanted strokes cut to the areas without a value, since the map's bundle has no hatching."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely


def hatch(shapes: Sequence[Any], gap: float) -> Any:
    """Return strokes at 45 degrees, cut to polygons (EPSG:4326) taken together, as an array of straight lines.

    gap: degrees of latitude between two strokes. They hang together across borders and views of the same gap, because
    every stroke lies on a line whose distance from the origin is a multiple of the gap.
    Raises ValueError for a gap that is not above zero.
    """
    if gap <= 0:
        raise ValueError(gap)
    ground = shapely.union_all(np.asarray(shapes, object))
    if shapely.is_empty(ground):
        return np.array([], object)
    parts = shapely.get_parts(shapely.intersection(_lines(shapely.bounds(ground), gap), ground))
    return parts[shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING]


def _lines(bounds: Any, gap: float) -> Any:
    """Return the lines `lat - lon * squeeze = k * gap * sqrt 2` that cross the bounds."""
    west, south, east, north = (float(x) for x in bounds)
    squeeze, step = math.cos(math.radians((south + north) / 2)), gap * math.sqrt(2)
    first, last = math.ceil((south - east * squeeze) / step), math.floor((north - west * squeeze) / step)
    at = np.arange(first, last + 1) * step
    ends = np.stack([np.full_like(at, west), at + west * squeeze, np.full_like(at, east), at + east * squeeze], axis=1)
    return shapely.multilinestrings(list(shapely.linestrings(ends.reshape(-1, 2, 2))))
