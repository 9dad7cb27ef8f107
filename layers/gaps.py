"""Gaps of a track: slanted strokes across the chord and a ring at each end, never a line that looks like a walk."""

from __future__ import annotations

import math
from typing import Any

import pydeck

from layers.base import Layer, Theme

SLANT = math.radians(55)
FEWEST, MOST = 3, 80


def draw(data: Any, theme: Theme) -> list[pydeck.Layer]:
    """Return strokes and rings; the script gives both their rows.

    data: strokes are rows with `a` and `b` [lon, lat] and `colour`; rings are rows with `p` and `colour`.
    """
    del theme
    hatch = pydeck.Layer(
        "LineLayer",
        data,
        id="gaps",
        get_source_position="a",
        get_target_position="b",
        get_color="colour",
        get_width=1.3,
        width_units='"pixels"',
    )
    rings = pydeck.Layer(
        "ScatterplotLayer",
        data,
        id="gap-ends",
        get_position="p",
        get_radius=4,
        radius_units='"pixels"',
        filled=False,
        stroked=True,
        get_line_color="colour",
        get_line_width=1.3,
        line_width_units='"pixels"',
    )
    return [hatch, rings]


def strokes(start: tuple[float, float], end: tuple[float, float], step: float) -> list[tuple[list[float], list[float]]]:
    """Cut the hatch of one gap between two points (lon, lat): strokes `step` degrees of latitude apart, slanted.

    A gap that leads nowhere has FEWEST strokes, so that it can be seen.
    """
    squeeze = math.cos(math.radians((start[1] + end[1]) / 2))
    dx, dy = (end[0] - start[0]) * squeeze, end[1] - start[1]
    number = min(max(round(math.hypot(dx, dy) / step), FEWEST), MOST)
    across = math.atan2(dy, dx) + SLANT
    ox, oy = 0.65 * step * math.cos(across) / squeeze, 0.65 * step * math.sin(across)
    out = []
    for at in range(number):
        share = (at + 0.5) / number
        x, y = start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
        out.append(([x - ox, y - oy], [x + ox, y + oy]))
    return out


LAYER = Layer(query="gaps", draw=draw)
