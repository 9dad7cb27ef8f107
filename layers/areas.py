"""Areas: the fill of the exception, grid lines, and unit lines over a dark halo."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme


def draw(data: dict[str, Any], theme: Theme, view: str) -> list[pydeck.Layer]:
    """Return fill and lines.

    data: `fill` rows with id, polygon and fill [r, g, b, a]; `lines` and `units` paths; absent ones are left out.
    """
    scale = 1.6 if view == "town" else 1.0
    layers = []
    if "fill" in data:
        layers.append(
            pydeck.Layer(
                "SolidPolygonLayer",
                data["fill"],
                id=f"{view}-areas",
                get_polygon="polygon",
                position_format='"XY"',
                get_fill_color="fill",
                pickable=True,
                auto_highlight=True,
                highlight_color=theme["highlight"],
            )
        )
    if "lines" in data:
        layers.append(line(f"{view}-grid-lines", data["lines"], theme["grid-line"], 0.35 if view == "city" else 0.9))
    if "units" in data:
        layers.append(line(f"{view}-unit-halo", data["units"], theme["unit-halo"], 3.0 * scale))
        layers.append(line(f"{view}-unit-lines", data["units"], theme["unit-line"], 1.0 * scale))
    if "chosen" in data:
        layers.append(line(f"{view}-chosen", data["chosen"], theme["accent"], 2.0))
    return layers


def line(name: str, data: Any, colour: list[int], width: float) -> pydeck.Layer:
    """Return the borders of areas as closed paths, `width` in pixels."""
    return pydeck.Layer(
        "PathLayer",
        data,
        id=name,
        _path_type='"open"',
        position_format='"XY"',
        get_color=colour,
        get_width=width,
        width_units='"pixels"',
        joint_rounded=True,
    )


LAYER = Layer(query="areas", draw=draw)
