"""Cameras: in a town only those that are offline, struck through; in a block all of them with what they look at."""

from __future__ import annotations

import math
from typing import Any

import pydeck

from layers.base import Layer, Theme, checked

BODY = '<rect x="8" y="20" width="32" height="24" rx="3"/><path d="M42 28 56 20V44L42 36Z"/>'
STRIKE = '<path d="M10 56 54 10"/>'
REACH_M, VIEW_DEG = 85.0, 52.0  # how far a camera is drawn to look, and how wide when its own angle is not known
CORNERS, STEP_DEG = 8, 8.0  # of the arc: at least so many, and one for as many degrees


def draw(data: dict[str, Any], theme: Theme, view: str) -> list[pydeck.Layer]:
    """Return the cameras; nothing at city scale.

    data: `offline` and `all` rows with `p` and `icon`, the latter with `cone` too, a polygon. The script shows layers
    named block only where the map is looked at from that close.
    """
    checked("cameras", data["offline"], "p", "icon")
    checked("cameras", data["all"], "p", "icon", "cone")
    if view == "city":
        return []
    cones = pydeck.Layer(
        "SolidPolygonLayer",
        data["all"],
        id=f"{view}-block-cones",
        get_polygon="cone",
        get_fill_color=[*theme["accent"][:3], 41],
    )
    near = _icons(f"{view}-block-cameras", data["all"], size=22)
    return [cones, _icons(f"{view}-cameras", data["offline"], size=11), near]


def cone(
    lon: float, lat: float, heading_deg: float | None, view_deg: float | None, range_m: float | None = None
) -> list[list[float]]:
    """Return the ring [lon, lat] of what a camera sees: `range_m` far, `heading_deg` clockwise from north.

    The ring of a camera without a heading has no area: nobody knows where it looks. Degrees are as long as on the
    WGS 84 ellipsoid at the camera (series of the meridian arc), which errs by less than 2 cm over 200 m.
    """
    if heading_deg is None:
        return [[lon, lat]] * 3
    wide, away = view_deg or VIEW_DEG, range_m or REACH_M
    per_lon, per_lat = metres_per_degree(lat)
    ring = [[lon, lat]]
    corners = max(CORNERS, math.ceil(wide / STEP_DEG))
    for corner in range(corners + 1):
        turned = math.radians(heading_deg + wide * (corner / corners - 0.5))
        east, north = away * math.sin(turned) / per_lon, away * math.cos(turned) / per_lat
        ring.append([round(lon + east, 7), round(lat + north, 7)])
    return [*ring, [lon, lat]]


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Return how many metres a degree of longitude and one of latitude are at a latitude on the WGS 84 ellipsoid."""
    phi = math.radians(lat)
    per_lon = 111412.84 * math.cos(phi) - 93.5 * math.cos(3 * phi) + 0.118 * math.cos(5 * phi)
    per_lat = 111132.954 - 559.822 * math.cos(2 * phi) + 1.175 * math.cos(4 * phi)
    return per_lon, per_lat


def mark(online: bool, theme: Theme) -> str:
    """Return the SVG of a camera that is online or not."""
    colour = theme["camera" if online else "crit"]
    stroke = f'fill="none" stroke="rgb({colour[0]},{colour[1]},{colour[2]})" stroke-width="5"'
    body = BODY if online else BODY + STRIKE
    box = 'xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64"'
    return f"<svg {box}><g {stroke}>{body}</g></svg>"


def _icons(name: str, data: Any, size: float) -> pydeck.Layer:
    return pydeck.Layer(
        "IconLayer",
        data,
        id=name,
        get_position="p",
        get_icon="icon",
        get_size=size,
        size_units='"pixels"',
        pickable=True,
        alpha_cutoff=-1,
    )


LAYER = Layer(query="cameras", draw=draw)
