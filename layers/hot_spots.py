"""Hot spots: a ring around each, and at its edge a disc with the number it has in the list beside the map."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, checked, text


def draw(data: Any, theme: Theme, view: str, font: str, size: float) -> list[pydeck.Layer]:
    """Return rings, discs and numbers.

    data: rows with `p` [lon, lat] and `radius` (metres) of the ring, `at` [lon, lat] of the disc, `number` (text),
    `edge` and `width` of the ring, `fill` and `ink` of the disc, `id` and `card`; size in pixels of the screen.
    """
    checked("hot_spots", data, "p", "radius", "at", "number", "edge", "width", "fill", "ink", "id", "card")
    shown = {"id": view, "size": size}
    return [_rings(data, view), _discs(data, theme, shown), _numbers(data, font, shown)]


def _rings(data: Any, view: str) -> pydeck.Layer:
    return pydeck.Layer(
        "ScatterplotLayer",
        data,
        id=f"{view}-spot-rings",
        get_position="p",
        get_radius="radius",
        filled=False,
        stroked=True,
        get_line_color="edge",
        get_line_width="width",
        line_width_units='"pixels"',
    )


def _discs(data: Any, theme: Theme, shown: dict[str, Any]) -> pydeck.Layer:
    return pydeck.Layer(
        "ScatterplotLayer",
        data,
        id=f"{shown['id']}-spots",
        get_position="at",
        get_radius=shown["size"] * 0.85,
        radius_units='"pixels"',
        get_fill_color="fill",
        stroked=True,
        get_line_color=theme["halo"],
        get_line_width=1.5,
        line_width_units='"pixels"',
        pickable=True,
    )


def _numbers(data: Any, font: str, shown: dict[str, Any]) -> pydeck.Layer:
    return pydeck.Layer(
        "TextLayer",
        data,
        id=f"{shown['id']}-spot-numbers",
        get_position="at",
        get_text="number",
        get_size=shown["size"],
        get_color="ink",
        font_weight=700,
        font_family=text(font),
        character_set=text("auto"),
    )


LAYER = Layer(query="incidents_between", draw=draw)
