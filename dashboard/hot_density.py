"""The density of a step's incidents as a picture over a view: the surface in metres, looked up for every pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dashboard.extent import Bounds
from dashboard.heat import Field, picture
from data.metric_crs import to_metres

if TYPE_CHECKING:
    from data.analysis.density import Surface

PIXELS = 1000  # of the longer side


def density(surface: Surface | None, bounds: Bounds, crs: str, look: tuple[str, str]) -> bytes:
    """Return the surface over bounds as PNG; `look` is the theme and the scale of the view. Nothing is transparent."""
    west, south, east, north = bounds
    squeeze = np.cos(np.radians((south + north) / 2))
    side = max((east - west) * squeeze, north - south) / PIXELS
    rows, columns = (max(int(np.ceil(span / side)), 1) for span in (north - south, (east - west) * squeeze))
    values = np.zeros((rows, columns))
    if surface is not None:
        lon, lat = np.meshgrid(
            west + (np.arange(columns) + 0.5) * (east - west) / columns,
            north - (np.arange(rows) + 0.5) * (north - south) / rows,
        )
        x, y = to_metres(lon.ravel(), lat.ravel(), crs)
        column = np.floor((x - surface.x) / surface.cell_m).astype(int)
        row = np.floor((y - surface.y) / surface.cell_m).astype(int)
        high, wide = surface.values.shape
        there = (column >= 0) & (column < wide) & (row >= 0) & (row < high)
        values.ravel()[there] = surface.values[row[there], column[there]]
    return picture(Field(bounds, values), *look)
