"""Tracks in time: the template the playback script clones for every chunk near the playhead."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme


def draw(data: Any, theme: Theme, trail_s: float) -> list[pydeck.Layer]:
    """Return one TripsLayer without data: a chunk brings positions, times and colours as typed arrays.

    Times are seconds since local midnight; `trail_s` seconds of tail stay visible.
    """
    del theme
    return [
        pydeck.Layer(
            "TripsLayer",
            data,
            id="trips",
            _path_type='"open"',
            position_format='"XY"',
            width_units='"pixels"',
            get_width=3.2,
            width_min_pixels=2,
            joint_rounded=True,
            cap_rounded=True,
            trail_length=trail_s,
            current_time=0,
        )
    ]


LAYER = Layer(query="chunks", draw=draw)
