"""Where workers are at the clock of a replay: dots, or for the few chosen discs with letter and name.

A position of poor accuracy is pale, with a ring of its radius; one whose data is late has an edge of its own.
"""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, checked, text


def draw(data: Any, theme: Theme, font: str, size: float) -> list[pydeck.Layer]:
    """Return rings, discs, letters and names; the script gives all the same rows, anew for every frame.

    data: rows with `p` [lon, lat], `r` (pixels), `colour` and `edge` [r, g, b, a], `ring` (metres, 0 for none),
    `faint` [r, g, b, a], `letter` and `name`; size in pixels.
    """
    checked("heads", data, "p", "r", "colour", "edge", "ring", "faint", "letter", "name")
    rings = pydeck.Layer(
        "ScatterplotLayer",
        data,
        id="head-rings",
        get_position="p",
        get_radius="ring",
        get_fill_color="faint",
        stroked=True,
        get_line_color="colour",
        get_line_width=1,
        line_width_units='"pixels"',
    )
    disc = pydeck.Layer(
        "ScatterplotLayer",
        data,
        id="heads",
        get_position="p",
        get_radius="r",
        radius_units='"pixels"',
        get_fill_color="colour",
        stroked=True,
        get_line_color="edge",
        get_line_width=1.5,
        line_width_units='"pixels"',
        pickable=True,
    )
    letter = _words("head-letters", data, "letter", font=font, size=size * 0.8)
    letter.get_color, letter.font_weight = theme["on-track"], 700
    name = _words("head-names", data, "name", font=font, size=size)
    name.get_color, name.background, name.get_background_color = theme["label"], True, theme["label-plate"]
    name.background_padding, name.get_pixel_offset = [5, 2], [14, 0]
    name.get_text_anchor = text("start")
    return [rings, disc, letter, name]


def _words(name: str, data: Any, column: str, font: str, size: float) -> pydeck.Layer:
    return pydeck.Layer(
        "TextLayer",
        data,
        id=name,
        get_position="p",
        get_text=column,
        get_size=size,
        font_family=text(font),
        character_set=text("auto"),
    )


LAYER = Layer(query="chunks", draw=draw)
