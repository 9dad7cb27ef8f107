"""Metres between a point and many others on the sphere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RADIUS_M = 6_371_008.8  # mean radius of the earth (IUGG); at most 0.4 % from the ellipsoid

Floats = NDArray[np.float64]
Point = tuple[float, float]  # lon, lat, EPSG:4326


def metres(lon: Floats, lat: Floats, point: Point) -> Floats:
    """Return great-circle distances in metres (haversine) from degrees EPSG:4326."""
    to_lon, to_lat = np.radians(point)
    x, y = np.radians(lon), np.radians(lat)
    chord = np.sin((y - to_lat) / 2) ** 2 + np.cos(to_lat) * np.cos(y) * np.sin((x - to_lon) / 2) ** 2
    return np.asarray(2 * RADIUS_M * np.arcsin(np.sqrt(np.minimum(chord, 1.0))), np.float64)


def box(point: Point, radius_m: float) -> tuple[float, float, float, float]:
    """Return west, south, east, north in degrees of a box that holds the circle; not for circles over a pole."""
    lon, lat = point
    high = np.degrees(radius_m / RADIUS_M)
    wide = high / np.cos(np.radians(min(abs(lat) + high, 89.0)))
    return float(lon - wide), float(lat - high), float(lon + wide), float(lat + high)
