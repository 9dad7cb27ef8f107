"""The overlays of 网格+: dashed outlines of police beats, and a mark for every place, a letter-free shape per kind."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, path

# Told apart by shape alone: a fill or a colour would say that something is to be done.
MARKS = {
    "party": '<path d="M32 10 38.5 25 55 26.5 42.5 37 46.5 53 32 44.5 17.5 53 21.5 37 9 26.5 25.5 25Z"'
    ' fill="{ink}" stroke="{halo}" stroke-width="4" stroke-linejoin="round"/>',
    "police": '<path d="M32 9 52 16V33C52 44 43 51 32 56 21 51 12 44 12 33V16Z" fill="{ink}" stroke="{halo}"'
    ' stroke-width="4" stroke-linejoin="round"/>',
    "mediation": '<path d="M10 14H54V43H35L24 54V43H10Z" fill="{ink}" stroke="{halo}" stroke-width="4"'
    ' stroke-linejoin="round"/>',
    "volunteer": '<path d="M32 54C14 42 9 33 9 25 9 12 26 9 32 21 38 9 55 12 55 25 55 33 50 42 32 54Z" fill="{ink}"'
    ' stroke="{halo}" stroke-width="4" stroke-linejoin="round"/>',
}

SOFT = 185  # of 255: outlines of beats stand behind the places


def draw(data: Any, theme: Theme, view: str) -> list[pydeck.Layer]:
    """Return outlines (`beats`: binary paths) and marks (`places`: rows of p, icon, words), those that are there."""
    layers = []
    data = {"beats": [], "places": []} if data is None else data
    if "beats" in data:
        layers.append(path(f"{view}-beat-lines", data["beats"], [*theme["key-area"][:3], SOFT], 1.4))
    if "places" in data:
        layers.append(
            pydeck.Layer(
                "IconLayer",
                data["places"],
                id=f"{view}-marks-plus",
                get_position="p",
                get_icon="icon",
                get_size=20,
                size_units='"pixels"',
                pickable=True,
                alpha_cutoff=-1,
            )
        )
    return layers


def shape(kind: str, theme: Theme) -> str:
    """Return the SVG of an overlay's mark in the colours of the theme. Raises KeyError for a kind nobody made."""
    ink, halo = (f"rgb({','.join(map(str, theme[name][:3]))})" for name in ("key-area", "halo"))
    body = MARKS[kind].format(ink=ink, halo=halo)
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">{body}</svg>'


LAYER = Layer(query="plus_places", draw=draw)
