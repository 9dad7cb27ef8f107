"""What happened during a replay, each from its moment on: reports, alarms, and events of key areas."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, checked


def draw(data: Any, theme: Theme) -> list[pydeck.Layer]:
    """Return reports and happenings: rows with `p` [lon, lat], `icon` and `size` (pixels)."""
    checked("reports", data, "p", "icon", "size")
    del theme
    return [_icons(name, data) for name in ("reports", "happened")]


def _icons(name: str, data: Any) -> pydeck.Layer:
    return pydeck.Layer(
        "IconLayer",
        data,
        id=name,
        get_position="p",
        get_icon="icon",
        get_size="size",
        size_units='"pixels"',
        pickable=True,
        alpha_cutoff=-1,
    )


def shape(theme: Theme) -> str:
    """Return the SVG of a moment at a key area: a hexagon of dashes in the colours of the theme."""
    ink, halo = (f"rgb({red},{green},{blue})" for red, green, blue, *_ in (theme["label"], theme["halo"]))
    edge = '<path d="M8 32L20 11H44L56 32L44 53H20Z" stroke-linejoin="round"'
    body = (
        f'{edge} fill="{halo}" fill-opacity=".78" stroke="{halo}" stroke-width="9"/>'
        f'{edge} fill="none" stroke="{ink}" stroke-width="5" stroke-dasharray="10 6"/>'
        f'<circle cx="32" cy="32" r="6" fill="{ink}"/>'
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">{body}</svg>'


LAYER = Layer(query="incidents_between", draw=draw)
