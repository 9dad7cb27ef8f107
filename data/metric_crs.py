"""Between degrees and metres of the city's projected CRS, for what is stored as cells."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

Floats = NDArray[np.float64]


def to_degrees(x: Floats, y: Floats, crs: str) -> tuple[Floats, Floats]:
    """Return lon, lat (EPSG:4326) of eastings and northings in metres."""
    lon, lat = _transformer(crs).transform(x, y)
    return np.asarray(lon), np.asarray(lat)


def to_metres(lon: Floats, lat: Floats, crs: str) -> tuple[Floats, Floats]:
    """Return eastings and northings in metres of degrees EPSG:4326."""
    x, y = _transformer(crs).transform(lon, lat, direction="INVERSE")
    return np.asarray(x), np.asarray(y)


@cache
def _transformer(crs: str) -> Transformer:
    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
