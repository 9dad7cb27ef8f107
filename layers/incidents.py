"""Incidents by severity: one shape each, with a halo; where many meet, one ring that keeps their mix."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, checked

SHAPES = {
    1: '<circle cx="32" cy="32" r="26" fill="none" stroke="{crit}" stroke-width="4"/>'
    '<path d="M32 16 48 32 32 48 16 32Z" fill="{crit}" stroke="{halo}" stroke-width="4"/>',
    2: '<path d="M32 13 53 50H11Z" fill="{warn}" stroke="{halo}" stroke-width="5" stroke-linejoin="round"/>',
    3: '<rect x="15" y="15" width="34" height="34" fill="{neutral}" stroke="{halo}" stroke-width="5"/>',
    4: '<circle cx="32" cy="32" r="15" fill="none" stroke="{halo}" stroke-width="12"/>'
    '<circle cx="32" cy="32" r="15" fill="none" stroke="{neutral}" stroke-width="5"/>',
    5: '<circle cx="32" cy="32" r="8" fill="{neutral}" stroke="{halo}" stroke-width="5"/>',
}
# Pixels of the 64 x 64 box at city and town scale; 0 = not drawn there (design system 2.2).
SIZES = {"city": {1: 26, 2: 17, 3: 9, 4: 0, 5: 0}, "town": {1: 32, 2: 20, 3: 18, 4: 15, 5: 9}}


def draw(data: Any, theme: Theme, view: str) -> list[pydeck.Layer]:
    """Return the incidents: rows with `p` [lon, lat], `icon` and `size` (pixels), made by dashboard/markers.py."""
    checked("incidents", data, "p", "icon", "size")
    return [
        pydeck.Layer(
            "IconLayer",
            data,
            id=f"{view}-incidents",
            get_position="p",
            get_icon="icon",
            get_size="size",
            size_units='"pixels"',
            pickable=True,
            alpha_cutoff=-1,
        )
    ]


def shape(severity: int, theme: Theme) -> str:
    """Return the SVG of a severity in the colours of the theme."""
    colours = {name: _css(theme[name]) for name in ("crit", "warn", "neutral", "halo")}
    body = SHAPES[severity].format_map(colours)
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">{body}</svg>'


def _css(colour: list[int]) -> str:
    return f"rgb({colour[0]},{colour[1]},{colour[2]})"


LAYER = Layer(query="incident_points", draw=draw)
