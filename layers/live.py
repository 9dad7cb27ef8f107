"""Workers on duty at a desk: a dot moving, a dot in a ring staying, a warning ring silent; hollow when long unseen."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, path


def draw(data: Any, theme: Theme) -> list[pydeck.Layer]:
    """Return the way of somebody's last hour, rings, dots, and what is marked; the script fills all of them.

    data of rings and dots: binary position, radius (pixels), fill and line colour; of the marks: rows with `p`
    [lon, lat] and `r` (pixels); of the way: rows with `path`.
    """
    return [
        path("live-way", data, theme["accent"], 3.0, get_path="path"),
        _discs("live-rings", data, filled=False, line_width=1.5),
        _discs("live-dots", data, filled=True, line_width=1.2, pickable=True),
        pydeck.Layer(
            "ScatterplotLayer",
            data,
            id="live-marks",
            get_position="p",
            get_radius="r",
            radius_units='"pixels"',
            filled=False,
            stroked=True,
            get_line_color=theme["accent"],
            get_line_width=2.5,
            line_width_units='"pixels"',
        ),
    ]


def _discs(name: str, data: Any, filled: bool, line_width: float, **more: Any) -> pydeck.Layer:
    return pydeck.Layer(
        "ScatterplotLayer",
        data,
        id=name,
        radius_units='"pixels"',
        filled=filled,
        stroked=True,
        get_line_width=line_width,
        line_width_units='"pixels"',
        position_format='"XY"',
        **more,
    )


LAYER = Layer(query="positions", draw=draw)
