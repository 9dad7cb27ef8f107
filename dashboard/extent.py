"""Where a map looks: the whole of an area, and the part of it where most grids stand close together."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely

from dashboard.session import door, scope

Bounds = tuple[float, float, float, float]
TOWN_SHARE = 0.22  # of the longer side of the whole
SMALL_DEGREES = 0.06  # an area this small needs no second scale
MARGIN = 0.02


def whole(area_id: str, day: Any) -> Bounds:
    """Return west, south, east, north of an area with a small margin; around the city's centre when unknown."""
    rows = door().query("areas", scope(), day=day)
    mine = [g for i, g in zip(rows["area_id"].to_pylist(), rows["geometry"].to_pylist(), strict=True) if i == area_id]
    if not mine or mine[0] is None:
        lon, lat = door().config.city.centre
        return lon - 0.2, lat - 0.2, lon + 0.2, lat + 0.2
    west, south, east, north = shapely.from_wkb(mine[0]).bounds
    margin = MARGIN * max(east - west, north - south)
    return west - margin, south - margin, east + margin, north + margin


def town(area_id: str, day: Any) -> Bounds | None:
    """Return the second map scale: as configured for the city, else the densest window of leaves; None if too small."""
    config = door().config
    if area_id == config.city.area_id and config.city.town:
        west, south, east, north = config.city.town
        return west, south, east, north
    around = whole(area_id, day)
    side = TOWN_SHARE * max(around[2] - around[0], around[3] - around[1])
    if side < SMALL_DEGREES * TOWN_SHARE:
        return None
    rows = door().query("areas", scope(), day=day).to_pylist()
    points = np.array([(r["lon"], r["lat"]) for r in rows if r["level"] == config.leaf and r["lon"] is not None])
    if len(points) < 8:
        return None
    wider = 1 / math.cos(math.radians(around[1]))
    near = (np.abs(points[:, None, :] - points[None, :, :]) <= [side / 2 * wider, side / 2]).all(axis=2).sum(axis=1)
    lon, lat = points[np.argmax(near)]
    return lon - side / 2 * wider, lat - side / 2, lon + side / 2 * wider, lat + side / 2


def joined(bounds: Bounds) -> str:
    """Return bounds as they stand in an address."""
    return ",".join(f"{x:.5f}" for x in bounds)


def parsed(text: str) -> Bounds:
    """Return bounds from an address; raises ValueError on anything but four numbers."""
    west, south, east, north = (float(x) for x in text.split(","))
    return west, south, east, north
