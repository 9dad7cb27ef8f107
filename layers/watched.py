"""Cameras on the page that opens them: dots from afar, marks and fields of view from close by, tiles numbered."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, checked, text

FAINT, CLEAR = 36, 84  # opacity of a field of view, of one that is on a tile


def draw(data: dict[str, Any], theme: Theme, view: str, font: str, size: float) -> list[pydeck.Layer]:
    """Return the cameras of one view.

    data: `all` rows with p, id, words, icon, colour (of the dot), cone (ring) and fill (of the cone); `tiles` the rows
    on tiles with p and n, their number as text; `place` rows with p, what the cameras should see, or none. font and
    size (px) are those of the numbers. Layers named block are shown from close by only.
    """
    checked("watched", data["all"], "p", "id", "words", "icon", "colour", "cone", "fill")
    checked("watched", data["tiles"], "p", "n")
    cones = pydeck.Layer(
        "SolidPolygonLayer", data["all"], id=f"{view}-block-cones", get_polygon="cone", get_fill_color="fill"
    )
    marks = [_dots(view, data["all"], theme), _marks(view, data["all"])]
    return [cones, *marks, *_place(view, data["place"], theme), _numbers(view, data["tiles"], theme, (font, size))]


def fill(theme: Theme, online: bool, on_tile: bool) -> list[int]:
    """Return the colour of a field of view: none of a camera that is off, clearer of one on a tile."""
    return [*theme["accent"][:3], (CLEAR if on_tile else FAINT) if online else 0]


def _dots(view: str, rows: Any, theme: Theme) -> pydeck.Layer:
    return pydeck.Layer(
        "ScatterplotLayer",
        rows,
        id=f"{view}-cameras",
        get_position="p",
        get_fill_color="colour",
        get_line_color=theme["halo"],
        get_radius=3,
        radius_units='"pixels"',
        stroked=True,
        line_width_units='"pixels"',
        get_line_width=1.4,
        pickable=True,
    )


def _marks(view: str, rows: Any) -> pydeck.Layer:
    return pydeck.Layer(
        "IconLayer",
        rows,
        id=f"{view}-block-cameras",
        get_position="p",
        get_icon="icon",
        get_size=24,
        size_units='"pixels"',
        pickable=True,
        alpha_cutoff=-1,
    )


def _place(view: str, rows: Any, theme: Theme) -> list[pydeck.Layer]:
    """Return the ring round the point looked for, and the point."""
    ring = {"stroked": True, "radius_units": '"pixels"', "line_width_units": '"pixels"', "get_position": "p"}
    return [
        pydeck.Layer(
            "ScatterplotLayer",
            rows,
            id=f"{view}-place{name}",
            get_radius=radius,
            filled=filled,
            get_fill_color=theme["label"],
            get_line_color=theme["halo"] if filled else theme["label"],
            get_line_width=2,
            **ring,
        )
        for name, radius, filled in (("ring", 17, False), ("point", 4, True))
    ]


def _numbers(view: str, rows: Any, theme: Theme, words: tuple[str, float]) -> pydeck.Layer:
    return pydeck.Layer(
        "TextLayer",
        rows,
        id=f"{view}-numbers",
        get_position="p",
        get_text="n",
        get_size=words[1],
        font_family=text(words[0]),
        font_weight=700,
        get_color=theme["on-track"],
        get_pixel_offset=[17, -15],
        background=True,
        get_background_color=theme["accent"],
        background_padding=[5, 2],
    )


LAYER = Layer(query="cameras", draw=draw)
