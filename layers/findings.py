"""Faults in boundaries: where areas overlap or leave a gap, filled and ringed; what is only odd is outlined."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, checked


def draw(data: Any, theme: Theme, view: str) -> list[pydeck.Layer]:
    """Return fills and outlines, and rings that stay visible where the place itself is smaller than a pixel.

    data: rows with `id`, `words`, `polygon` (rings of [lon, lat]), `p`, a point inside, and `grave`: what is merely odd
    (a size, a name) gets an outline and nothing else.
    """
    checked("findings", data, "id", "words", "polygon", "p", "grave")
    rows = data if isinstance(data, list) else []
    grave = [row for row in rows if row["grave"]]
    odd = [row for row in rows if not row["grave"]]
    clear = [*theme["crit"][:3], 0]
    return [
        _shapes(f"{view}-findings-odd", odd, clear, theme["neutral"]),
        _shapes(f"{view}-findings", grave, [*theme["crit"][:3], 70], theme["crit"]),
        _rings(f"{view}-findings-rings", grave, theme["crit"]),
    ]


def _shapes(name: str, rows: list[Any], fill: list[int], line: list[int]) -> pydeck.Layer:
    return pydeck.Layer(
        "PolygonLayer",
        rows,
        id=name,
        get_polygon="polygon",
        get_fill_color=fill,
        get_line_color=line,
        get_line_width=1.5,
        line_width_units='"pixels"',
        pickable=True,
    )


def _rings(name: str, rows: list[Any], colour: list[int]) -> pydeck.Layer:
    return pydeck.Layer(
        "ScatterplotLayer",
        rows,
        id=name,
        get_position="p",
        get_radius=8,
        radius_units='"pixels"',
        filled=False,
        stroked=True,
        get_line_color=colour,
        get_line_width=1.5,
        line_width_units='"pixels"',
        pickable=True,
    )


LAYER = Layer(query="area_findings", draw=draw)
