"""Key areas: dashed outlines; the dashes are cut by the server, since the bundle has no extensions."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, path


def draw(data: Any, theme: Theme, view: str) -> list[pydeck.Layer]:
    """Return the dashes: binary paths."""
    return [path(f"{view}-key-areas", data, theme["key-area"], 1.2 if view == "city" else 1.5)]


LAYER = Layer(query="key_areas", draw=draw)
