"""Key areas by the state of their visits: dashed outlines, a faint fill where one is due, and a mark of the state."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme

# Design system 2.1: a shape beside every colour.
MARKS = {
    "overdue": '<path d="M32 12 52 32 32 52 12 32Z" fill="{crit}" stroke="{halo}" stroke-width="5"/>',
    "due": '<path d="M32 13 53 50H11Z" fill="{warn}" stroke="{halo}" stroke-width="5" stroke-linejoin="round"/>',
    "fine": '<circle cx="32" cy="32" r="16" fill="{ok}" stroke="{halo}" stroke-width="5"/>',
    "none": '<circle cx="32" cy="32" r="14" fill="none" stroke="{halo}" stroke-width="12"/>'
    '<circle cx="32" cy="32" r="14" fill="none" stroke="{neutral}" stroke-width="6"/>',
}


def draw(data: Any, theme: Theme, view: str) -> list[pydeck.Layer]:
    """Return fills (rows of id, words, polygon, fill), dashes (path, colour, width) and marks (p, icon, size)."""
    del theme
    data = data or {"fill": [], "dashes": [], "marks": []}
    fill = pydeck.Layer(
        "SolidPolygonLayer",
        data["fill"],
        id=f"{view}-fill-keys",
        get_polygon="polygon",
        get_fill_color="fill",
        pickable=True,
    )
    dashes = pydeck.Layer(
        "PathLayer",
        data["dashes"],
        id=f"{view}-dashes",
        get_path="path",
        get_color="colour",
        get_width="width",
        width_units='"pixels"',
        joint_rounded=True,
    )
    marks = pydeck.Layer(
        "IconLayer",
        data["marks"],
        id=f"{view}-marks-keys",
        get_position="p",
        get_icon="icon",
        get_size="size",
        size_units='"pixels"',
        pickable=True,
        alpha_cutoff=-1,
    )
    return [fill, dashes, marks]


def shape(state: str, theme: Theme) -> str:
    """Return the SVG of a state's mark in the colours of the theme; an unknown state is drawn as none required."""
    colours = {name: _css(theme[name]) for name in ("crit", "warn", "ok", "neutral", "halo")}
    body = MARKS.get(state, MARKS["none"]).format_map(colours)
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">{body}</svg>'


def _css(colour: list[int]) -> str:
    return f"rgb({colour[0]},{colour[1]},{colour[2]})"


LAYER = Layer(query="key_area_states", draw=draw)
