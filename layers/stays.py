"""Stays of a track: a disc that grows with the root of its minutes."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme


def draw(data: Any, theme: Theme) -> list[pydeck.Layer]:
    """Return the stays: rows with `p`, `r` (pixels) and `colour` [r, g, b]."""
    del theme
    shared = {"radius_units": '"pixels"', "get_radius": "r", "get_position": "p", "pickable": True}
    return [
        pydeck.Layer(
            "ScatterplotLayer",
            data,
            id="stays",
            get_fill_color="[colour[0], colour[1], colour[2], 41]",
            get_line_color="colour",
            stroked=True,
            line_width_units='"pixels"',
            get_line_width=1.3,
            **shared,
        )
    ]


LAYER = Layer(query="stays", draw=draw)
