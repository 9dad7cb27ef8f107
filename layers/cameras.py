"""Cameras: a small mark, struck through when offline; at town scale only."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, checked

BODY = '<rect x="8" y="20" width="32" height="24" rx="3"/><path d="M42 28 56 20V44L42 36Z"/>'
STRIKE = '<path d="M10 56 54 10"/>'


def draw(data: Any, theme: Theme, view: str) -> list[pydeck.Layer]:
    """Return the cameras: rows with `p` and `icon`; nothing at city scale."""
    checked("cameras", data, "p", "icon")
    del theme
    if view == "city":
        return []
    return [
        pydeck.Layer(
            "IconLayer",
            data,
            id=f"{view}-cameras",
            get_position="p",
            get_icon="icon",
            get_size=11,
            size_units='"pixels"',
            pickable=True,
            alpha_cutoff=-1,
        )
    ]


def mark(online: bool, theme: Theme) -> str:
    """Return the SVG of a camera that is online or not."""
    colour = theme["camera" if online else "crit"]
    stroke = f'fill="none" stroke="rgb({colour[0]},{colour[1]},{colour[2]})" stroke-width="5"'
    body = BODY if online else BODY + STRIKE
    box = 'xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64"'
    return f"<svg {box}><g {stroke}>{body}</g></svg>"


LAYER = Layer(query="cameras", draw=draw)
