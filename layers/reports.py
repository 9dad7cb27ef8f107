"""Incidents of a replay, each from the moment it was reported."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, checked


def draw(data: Any, theme: Theme) -> list[pydeck.Layer]:
    """Return the reports: rows with `p` [lon, lat], `icon` and `size` (pixels)."""
    checked("reports", data, "p", "icon", "size")
    del theme
    return [
        pydeck.Layer(
            "IconLayer",
            data,
            id="reports",
            get_position="p",
            get_icon="icon",
            get_size="size",
            size_units='"pixels"',
            pickable=True,
            alpha_cutoff=-1,
        )
    ]


LAYER = Layer(query="incidents_between", draw=draw)
