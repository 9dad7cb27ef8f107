"""Shapes: into EPSG:4326, closed, whole, or refused with the reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from data.errors import ConfigError, FileRefused
from etl.projection import agree, is_degrees, to_wgs84

Shapes = NDArray[np.object_]
Points = NDArray[np.float64]

LARGEST_REPAIR = 0.01  # of the area: a repair that changes more is not a repair


def from_geojson(geometry: Any) -> bytes | None:
    """Return the WKB of a GeoJSON geometry, its open rings closed; None for null.

    Raises ValueError with `unclosed` or `bad_geometry` and the cause as its arguments.
    """
    if geometry is None:
        return None
    try:
        with np.errstate(invalid="ignore"):
            shape = shapely.geometry.shape(geometry)
    except (TypeError, ValueError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError) as fault:
        reason = "unclosed" if _is_open(geometry) else "bad_geometry"
        raise ValueError(reason, str(fault) or "no coordinates") from fault
    return bytes(shapely.to_wkb(shape, output_dimension=2))


def _is_open(geometry: Any) -> bool:
    """Say whether a ring that could not be closed is what is wrong with a GeoJSON geometry."""
    try:
        parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        return any(len(ring) > 1 and ring[0] != ring[-1] for part in parts for ring in part)
    except (TypeError, KeyError):
        return False


def read_shapes(wkb: Any) -> Shapes:
    """Return shapes of WKB values, None where the bytes are no shape; third dimensions are dropped."""
    values = np.asarray(wkb, dtype=object)
    with np.errstate(invalid="ignore"):  # not-a-number is found and named later
        return np.asarray(shapely.force_2d(shapely.from_wkb(values, on_invalid="ignore")), dtype=object).reshape(-1)


def check_file(shapes: Shapes, stated: str | None, crs: str, path: object) -> None:
    """Refuse a file that contradicts the mapping about its coordinates.

    Raises FileRefused `crs_conflict` when the file states another system, and `not_degrees` when most of its shapes
    hold numbers that cannot be the degrees the mapping states.
    """
    bounds = shapely.bounds(shapes)
    west, south, east, north = bounds[~np.isnan(bounds).any(axis=1)].T
    if not len(west):
        return
    _check_stated(stated, crs, (float(np.median(west)), float(np.median(south))), path)
    wild = (west < -180) | (east > 180) | (south < -90) | (north > 90)
    if is_degrees(crs) and wild.mean() > 0.5:
        first = int(np.flatnonzero(wild)[0])
        raise FileRefused("not_degrees", path=path, detail=f"{west[first]:.1f}, {south[first]:.1f}")


def _check_stated(stated: str | None, crs: str, point: tuple[float, float], path: object) -> None:
    try:
        if stated is None or agree(stated, crs, *point):
            return
    except ConfigError as fault:
        raise FileRefused("unknown_crs", path=path, detail=f"{stated} ({path})") from fault
    raise FileRefused("crs_conflict", path=path, detail=stated[:80], known=crs)


def to_degrees(shapes: Shapes, crs: str) -> Shapes:
    """Return shapes in `crs` as shapes in EPSG:4326; None for those with a coordinate that is no place on the globe."""

    def moved(points: Points) -> Points:
        return np.column_stack(to_wgs84(points[:, 0], points[:, 1], crs))

    placed = shapes.copy()
    placed[_any_point(shapes, lambda points: ~np.isfinite(points))] = None
    placed = np.asarray(shapely.transform(placed, moved), dtype=object)
    placed[is_wild(placed)] = None
    return placed


def is_wild(shapes: Shapes) -> NDArray[np.bool_]:
    """Say which shapes (EPSG:4326) hold coordinates that are not numbers or not on the globe."""
    return _any_point(shapes, lambda points: ~(np.abs(points) <= (180.0, 90.0)))


def _any_point(shapes: Shapes, wrong: Callable[[Points], NDArray[np.bool_]]) -> NDArray[np.bool_]:
    points, of = shapely.get_coordinates(shapes, return_index=True)
    return np.bincount(of[wrong(points).any(axis=1)], minlength=len(shapes)).astype(bool)


def repaired(shapes: Shapes) -> tuple[Shapes, NDArray[np.object_], NDArray[np.object_]]:
    """Return valid polygons, for those that cannot be had the reason, and a detail for these and for repaired ones.

    A crossing is undone when that changes the area by less than 1 %; otherwise the polygon means two things.
    Reasons and details are None elsewhere.
    """
    fixed = np.array(shapes, dtype=object)
    reasons, details = np.full(len(fixed), None, object), np.full(len(fixed), None, object)
    kind = shapely.get_type_id(fixed)
    hopeless = shapely.is_empty(fixed) | (fixed == None) | is_wild(fixed) | ~np.isin(kind, (3, 6))  # noqa: E711
    for i in np.flatnonzero(hopeless):
        reasons[i], details[i] = "bad_geometry", _kind(fixed[i])
    for i in np.flatnonzero(~hopeless & ~shapely.is_valid(fixed)):
        cause = shapely.is_valid_reason(fixed[i])
        whole = _polygons(shapely.make_valid(fixed[i]))
        if whole.is_empty or abs(whole.area - fixed[i].area) > LARGEST_REPAIR * whole.area:
            reasons[i], details[i] = "bad_geometry" if whole.is_empty else "self_crossing", cause
        else:
            details[i] = f"{cause}, {(whole.area - fixed[i].area) / whole.area:+.2%}"
        fixed[i] = whole
    fixed[reasons != None] = None  # noqa: E711
    return np.asarray(shapely.normalize(fixed), dtype=object), reasons, details


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    parts = shapely.get_parts(parts[np.isin(shapely.get_type_id(parts), (3, 6))])
    return shapely.union_all(parts)


def _kind(shape: shapely.Geometry | None) -> str:
    if shape is None or shape.is_empty:
        return "empty"
    return "NaN" if shape.geom_type in {"Polygon", "MultiPolygon"} else str(shape.geom_type)
