"""The assigned areas of the workers of a replay: a tint of their colour and a dashed outline."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme


def draw(data: Any, theme: Theme) -> list[pydeck.Layer]:
    """Return tints and dashes: rows with `polygon`, `fill`; and rows with `path`, `colour`, cut beforehand."""
    del theme
    tint = pydeck.Layer("SolidPolygonLayer", data, id="beats", get_polygon="polygon", get_fill_color="fill")
    dashes = pydeck.Layer(
        "PathLayer",
        data,
        id="beat-lines",
        get_path="path",
        get_color="colour",
        get_width=1.3,
        width_units='"pixels"',
    )
    return [tint, dashes]


LAYER = Layer(query="areas", draw=draw)
