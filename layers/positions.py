"""Last positions of workers: filled while fresh, hollow when stale."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme


def draw(data: Any, theme: Theme, view: str) -> list[pydeck.Layer]:
    """Return the dots: binary columns position, fill and line colour (hollow = transparent fill)."""
    radius = 1.6 if view == "city" else 3.2
    return [
        pydeck.Layer(
            "ScatterplotLayer",
            data,
            id=f"{view}-positions",
            radius_units='"pixels"',
            get_radius=radius,
            stroked=True,
            line_width_units='"pixels"',
            get_line_width=1.0,
            get_line_color=theme["worker-line"],
            position_format='"XY"',
        )
    ]


LAYER = Layer(query="positions", draw=draw)
