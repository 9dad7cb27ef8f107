"""Density of incidents or fixes: a picture made on the server, one per view, so that two views never disagree."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, text


def draw(image: Any, theme: Theme, view: str, bounds: list[float]) -> list[pydeck.Layer]:
    """Return the picture at `image` (address of a PNG) over `bounds` [west, south, east, north]."""
    del theme
    return [pydeck.Layer("BitmapLayer", id=f"{view}-heat", image=text(image), bounds=bounds, opacity=1.0)]


LAYER = Layer(query="heat_incidents", draw=draw)
