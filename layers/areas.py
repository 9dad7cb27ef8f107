"""Areas: the fill of the exception, grid lines, and unit lines over a dark halo."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, path, strokes


def draw(data: dict[str, Any], theme: Theme, view: str) -> list[pydeck.Layer]:
    """Return fill and lines.

    data: `fill` rows with id, polygon and fill [r, g, b, a]; `hatch` strokes over areas without a value; `lines`
    strokes; `units` and `chosen` paths; `cells` rows as of `fill`, which lie over the lines; absent ones are left out.
    """
    scale = 1.6 if view == "town" else 1.0
    layers = []
    if "fill" in data:
        layers.append(_filled(f"{view}-areas", data["fill"], theme))
    if "hatch" in data:
        layers.append(strokes(f"{view}-hatch", data["hatch"], theme["missing"], 1.0))
    if "lines" in data:
        layers.append(strokes(f"{view}-grid-lines", data["lines"], theme["grid-line"], 0.35 if view == "city" else 0.9))
    if "units" in data:
        layers.append(path(f"{view}-unit-halo", data["units"], theme["unit-halo"], 3.0 * scale))
        layers.append(path(f"{view}-unit-lines", data["units"], theme["unit-line"], 1.0 * scale))
    if "cells" in data:
        layers.append(_filled(f"{view}-cells-areas", data["cells"], theme))
    if "chosen" in data:
        layers.append(path(f"{view}-chosen", data["chosen"], theme["accent"], 2.0))
    return layers


def _filled(name: str, rows: Any, theme: Theme) -> pydeck.Layer:
    return pydeck.Layer(
        "SolidPolygonLayer",
        rows,
        id=name,
        get_polygon="polygon",
        position_format='"XY"',
        get_fill_color="fill",
        pickable=True,
        auto_highlight=True,
        highlight_color=theme["highlight"],
    )


LAYER = Layer(query="areas", draw=draw)
