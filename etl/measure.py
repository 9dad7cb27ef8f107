"""What is measured on polygons in metres: size, a point for the label, overlaps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from etl.geometry import Shapes
from etl.projection import from_metric, to_metric

Floats = NDArray[np.float64]

LARGEST_OVERLAP = 0.01  # of the smaller polygon: more is reported
ROUNDING_M = 0.1  # overlaps narrower than this on average are none
LABEL_PRECISION = 0.05  # of the polygon's width: how near the label is to the middle of its widest part


class Measures(NamedTuple):
    """Label points (EPSG:4326), sizes in square metres, and the shapes in the metric CRS."""

    lon: Floats
    lat: Floats
    area_m2: Floats
    metric: Shapes


def measured(shapes: Shapes, crs_metric: str) -> Measures:
    """Measure polygons in EPSG:4326; the label point lies inside, near the middle of the widest part."""
    metric = in_metres(shapes, crs_metric)
    area = shapely.area(metric)
    tolerance = np.maximum(np.sqrt(area) * LABEL_PRECISION, 0.01)
    widest = [shapely.maximum_inscribed_circle(x, tolerance=t) for x, t in zip(metric, tolerance, strict=True)]
    centre = shapely.get_point(np.array(widest, dtype=object), 0)
    inner = np.where(shapely.contains(metric, centre), centre, shapely.point_on_surface(metric))
    lon, lat = from_metric(shapely.get_x(inner), shapely.get_y(inner), crs_metric)
    return Measures(lon, lat, area, metric)


def in_metres(shapes: Shapes, crs_metric: str) -> Shapes:
    """Return shapes in EPSG:4326 as shapes in the metric CRS."""

    def moved(points: Floats) -> Floats:
        return np.column_stack(to_metric(points[:, 0], points[:, 1], crs_metric))

    return np.asarray(shapely.transform(shapes, moved), dtype=object)


def neighbours(metric: Shapes, width_m: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs (first < second) among which are all that share a piece wider on average than `width_m`.

    Such a piece holds a circle of that width, whose centre is still inside when either polygon is shrunk by half of it
    (area <= inradius x outline). Those that only touch, nearly all, cost no intersection.
    """
    shrunk, whole = shapely.STRtree(metric).query(shapely.buffer(metric, -width_m / 2), predicate="intersects")
    pairs = np.unique(np.sort(np.stack([shrunk, whole])[:, shrunk != whole], axis=0), axis=1)
    return pairs[0], pairs[1]


def overlaps(metric: Shapes) -> list[tuple[int, int, float]]:
    """Return pairs of polygons that share more than 1 % of the smaller one: both positions and the share."""
    first, second = neighbours(metric, ROUNDING_M)
    shared = shapely.area(shapely.intersection(metric[first], metric[second]))
    smaller = np.minimum(shapely.area(metric[first]), shapely.area(metric[second]))
    share = shared / smaller
    return [(int(first[i]), int(second[i]), float(share[i])) for i in np.flatnonzero(share > LARGEST_OVERLAP)]
