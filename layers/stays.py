"""Stays of a track: a disc that grows with the root of its minutes."""

from __future__ import annotations

import math
from typing import Any

import pydeck

from layers.base import Layer, Theme, checked


def draw(data: Any, theme: Theme) -> list[pydeck.Layer]:
    """Return the stays: rows with `p` [lon, lat], `r` (pixels), `fill` and `colour` [r, g, b, a]."""
    checked("stays", data, "p", "r", "fill", "colour")
    del theme
    return [
        pydeck.Layer(
            "ScatterplotLayer",
            data,
            id="stays",
            get_position="p",
            get_radius="r",
            radius_units='"pixels"',
            get_fill_color="fill",
            stroked=True,
            get_line_color="colour",
            get_line_width=1.3,
            line_width_units='"pixels"',
            pickable=True,
        )
    ]


def radius(minutes: float) -> float:
    """Return the radius of a stay in pixels."""
    return round(4 + 1.5 * math.sqrt(max(minutes, 0)), 1)


LAYER = Layer(query="stays", draw=draw)
