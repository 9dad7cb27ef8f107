"""The city's own ground: land, water, built-up areas, roads by class, railways."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, path, strokes

# Order from below. Widths in pixels at city scale; the town view multiplies them (design system, section 6).
GROUND = ("land", "built", "water")
LINES = {"minor": 0.55, "street": 0.5, "county": 0.85, "rail": 0.9, "trunk": 1.15, "expressway": 1.5, "river": 1.2}
# Under a pixel in either view.
THIN = frozenset({"street", "minor"})
# The script asks for a layer of this name only where the map is looked at from that close.
NEAR = {"building": "near-building"}
# Drawn in the town view only: at city scale they would be noise.
TOWN_ONLY = frozenset({"street", "building", "minor"})


def draw(data: dict[str, Any], theme: Theme, view: str) -> list[pydeck.Layer]:
    """Return one layer per class present in `data` (class -> source), for the `city` or the `town` view."""
    scale = 1.6 if view == "town" else 1.0
    layers = []
    for kind in [*GROUND, "building", *LINES]:
        if kind not in data or (view == "city" and kind in TOWN_ONLY):
            continue
        name, source, colour = f"{view}-{NEAR.get(kind, kind)}", data[kind], theme[kind]
        if kind in THIN:
            layers.append(strokes(name, source, colour, LINES[kind] * scale))
        elif kind in LINES:
            layers.append(path(name, source, colour, LINES[kind] * scale, cap_rounded=True))
        else:
            layers.append(_ground(name, source, colour))
    return layers


def _ground(name: str, data: Any, colour: list[int]) -> pydeck.Layer:
    return pydeck.Layer(
        "SolidPolygonLayer", data, id=name, get_polygon="polygon", position_format='"XY"', get_fill_color=colour
    )


LAYER = Layer(query="basemap", draw=draw)
