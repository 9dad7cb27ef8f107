"""Places of a file that is not loaded yet: its points, or the outlines of its areas, over the areas that are."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, checked


def draw(data: Any, theme: Theme, view: str) -> list[pydeck.Layer]:
    """Return outlines and points. data: rows with `path` ([lon, lat] ...) and `p`; either may be null."""
    checked("proposed", data, "path", "p")
    known = data if isinstance(data, list) else []
    outlines = pydeck.Layer(
        "PathLayer",
        [row for row in known if row["path"]],
        id=f"{view}-proposed-lines",
        get_path="path",
        get_color=theme["accent"],
        get_width=2,
        width_units='"pixels"',
    )
    points = pydeck.Layer(
        "ScatterplotLayer",
        [row for row in known if row["p"]],
        id=f"{view}-proposed",
        get_position="p",
        get_fill_color=theme["accent"],
        get_line_color=theme["halo"],
        get_radius=3.5,
        radius_units='"pixels"',
        stroked=True,
        get_line_width=1,
        line_width_units='"pixels"',
    )
    return [outlines, points]


LAYER = Layer(query="areas", draw=draw)
