"""One case on a map: rings of distance, the way to each worker on offer, and the workers as numbered discs."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, checked, text


def draw(data: dict[str, Any], theme: Theme, view: str, font: str, size: float) -> list[pydeck.Layer]:
    """Return the layers of a case.

    data: `rings` rows with path (list of [lon, lat]); `words` rows with p and name; `ways` rows with path and colour;
    `people` rows with p, n (number as text), name, fill, ink, words; `point` rows with p, icon and size. font and
    size (px) are those of the numbers and names.
    """
    checked("case", data["rings"], "path")
    checked("case", data["words"], "p", "name")
    checked("case", data["ways"], "path", "colour")
    checked("case", data["people"], "p", "n", "name", "fill", "ink", "words")
    checked("case", data["point"], "p", "icon", "size")
    label = {"font_family": text(font), "character_set": text("auto")}
    lines = {"width_units": '"pixels"', "joint_rounded": True}
    edges = [*theme["neutral"][:3], 130]
    rings = pydeck.Layer(
        "PathLayer", data["rings"], id=f"{view}-rings", get_path="path", get_color=edges, get_width=1, **lines
    )
    ways = pydeck.Layer(
        "PathLayer", data["ways"], id=f"{view}-ways", get_path="path", get_color="colour", get_width=1.8, **lines
    )
    words = (label, size)
    people = _people(view, data["people"], theme, words)
    return [rings, _words(view, data["words"], theme, words), ways, *people, _point(view, data["point"])]


def _words(view: str, rows: Any, theme: Theme, words: tuple[dict[str, Any], float]) -> pydeck.Layer:
    return pydeck.Layer(
        "TextLayer",
        rows,
        id=f"{view}-ringwords",
        get_position="p",
        get_text="name",
        get_size=words[1],
        get_color=theme["label"],
        background=True,
        get_background_color=theme["label-plate"],
        background_padding=[4, 1],
        **words[0],
    )


def _people(view: str, rows: Any, theme: Theme, words: tuple[dict[str, Any], float]) -> list[pydeck.Layer]:
    discs = pydeck.Layer(
        "ScatterplotLayer",
        rows,
        id=f"{view}-people",
        get_position="p",
        get_radius=11,
        radius_units='"pixels"',
        get_fill_color="fill",
        get_line_color=theme["halo"],
        stroked=True,
        line_width_units='"pixels"',
        get_line_width=2,
        pickable=True,
    )
    both = {"get_position": "p", "get_size": words[1], **words[0]}
    numbers = pydeck.Layer(
        "TextLayer", rows, id=f"{view}-numbers", get_text="n", get_color="ink", font_weight=700, **both
    )
    names = pydeck.Layer(
        "TextLayer",
        rows,
        id=f"{view}-names",
        get_text="name",
        get_color=theme["label"],
        get_text_anchor='"start"',
        get_pixel_offset=[16, 0],
        background=True,
        get_background_color=theme["label-plate"],
        background_padding=[4, 1],
        **both,
    )
    return [discs, numbers, names]


def _point(view: str, rows: Any) -> pydeck.Layer:
    return pydeck.Layer(
        "IconLayer",
        rows,
        id=f"{view}-point",
        get_position="p",
        get_icon="icon",
        get_size="size",
        size_units='"pixels"',
        alpha_cutoff=-1,
    )


LAYER = Layer(query="board", draw=draw)
