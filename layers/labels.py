"""Names of areas, placed by the server so that none overlaps another."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, checked, text


def draw(data: Any, theme: Theme, view: str, font: str = "sans-serif", size: float = 13.0) -> list[pydeck.Layer]:
    """Return the labels: rows with `p` [lon, lat] and `name`; size in pixels of the screen."""
    checked("labels", data, "p", "name", "away")
    return [
        pydeck.Layer(
            "TextLayer",
            data,
            id=f"{view}-labels",
            get_position="p",
            get_text="name",
            get_pixel_offset="away",
            get_size=size,
            get_color=theme["label"],
            outline_color=theme["label-halo"],
            outline_width=3.5,
            font_settings={"sdf": True, "fontSize": 28, "buffer": 6, "radius": 9, "cutoff": 0.22, "smoothing": 0.22},
            font_weight=600,
            character_set=text("auto"),
            font_family=text(font),
        )
    ]


LAYER = Layer(query="areas", draw=draw)
