"""Short notes beside things on a map, on a plate so that they can be read on any ground."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, checked, text


def draw(data: Any, theme: Theme, font: str, size: float) -> list[pydeck.Layer]:
    """Return the notes: rows with `p` [lon, lat], `name` and `away` [x, y] pixels from p; size in pixels."""
    checked("notes", data, "p", "name", "away")
    return [
        pydeck.Layer(
            "TextLayer",
            data,
            id="notes",
            get_position="p",
            get_text="name",
            get_pixel_offset="away",
            get_size=size,
            get_color=theme["label"],
            background=True,
            get_background_color=theme["label-plate"],
            background_padding=[5, 2],
            font_family=text(font),
            character_set=text("auto"),
        )
    ]


LAYER = Layer(query="stays", draw=draw)
