"""Cameras: in a town only those that are offline, struck through; in a block all of them with what they look at."""

from __future__ import annotations

import math
from typing import Any

import pydeck

from layers.base import Layer, Theme, checked

BODY = '<rect x="8" y="20" width="32" height="24" rx="3"/><path d="M42 28 56 20V44L42 36Z"/>'
STRIKE = '<path d="M10 56 54 10"/>'
REACH_M, VIEW_DEG = 85.0, 52.0  # how far a camera is drawn to look, and how wide when its own angle is not known
CORNERS = 8
METRES_PER_DEGREE = 110_900.0


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


def cone(lon: float, lat: float, heading_deg: float | None, view_deg: float | None) -> list[list[float]]:
    """Return the ring [lon, lat] of what a camera sees: REACH_M far, `heading_deg` clockwise from north.

    The ring of a camera without a heading has no area: nobody knows where it looks.
    """
    if heading_deg is None:
        return [[lon, lat]] * 3
    wide = view_deg or VIEW_DEG
    squeeze = math.cos(math.radians(lat))
    ring = [[lon, lat]]
    for corner in range(CORNERS + 1):
        turned = math.radians(heading_deg + wide * (corner / CORNERS - 0.5))
        away = REACH_M / METRES_PER_DEGREE
        ring.append([round(lon + away * math.sin(turned) / squeeze, 6), round(lat + away * math.cos(turned), 6)])
    return [*ring, [lon, lat]]


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
