"""Gaps of a track: slanted strokes across the chord, never a line that looks like a walk."""

from __future__ import annotations

import math
from typing import Any

import pydeck

from layers.base import Layer, Theme

STROKES = 12
SLANT = math.radians(55)


def draw(data: Any, theme: Theme) -> list[pydeck.Layer]:
    """Return the strokes: rows with `a` and `b` [lon, lat] and `colour` [r, g, b]."""
    del theme
    return [
        pydeck.Layer(
            "LineLayer",
            data,
            id="gaps",
            get_source_position="a",
            get_target_position="b",
            get_color="colour",
            get_width=1.3,
            width_units='"pixels"',
        )
    ]


def strokes(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[list[float], list[float]]]:
    """Cut the hatch of one gap between two points (lon, lat): evenly spaced strokes slanted against the chord."""
    squeeze = math.cos(math.radians((start[1] + end[1]) / 2))
    dx, dy = (end[0] - start[0]) * squeeze, end[1] - start[1]
    length = math.hypot(dx, dy) or 1e-5
    half = min(max(length / STROKES * 0.55, 2e-5), 2.2e-4)
    across = math.atan2(dy, dx) + SLANT
    ox, oy = half * math.cos(across) / squeeze, half * math.sin(across)
    out = []
    for number in range(STROKES):
        share = (number + 0.5) / STROKES
        x, y = start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
        out.append(([x - ox, y - oy], [x + ox, y + oy]))
    return out


LAYER = Layer(query="gaps", draw=draw)
