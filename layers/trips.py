"""Tracks in time: what was walked thin, the last minutes of it as a tail; chunks near the clock bring the tail."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, text

DAY_S = 100_000  # longer than the longest local day


def draw(data: Any, theme: Theme, trail_s: float) -> list[pydeck.Layer]:
    """Return `walked` (the way so far) and `trips` (the template the script clones for every chunk).

    Both take binary paths with a time per vertex, in elapsed seconds since local midnight; a chunk's positions are
    offsets in degrees from its origin, which keeps them exact in 32 bits. `trail_s` seconds of tail stay visible.
    """
    del theme
    walked = _trips("walked", data, width=1.8, trail=DAY_S)
    walked.fade_trail, walked.opacity = False, 0.45
    tail = _trips("trips", data, width=4.2, trail=trail_s)
    tail.coordinate_system, tail.coordinate_origin = text("lnglat-offsets"), [0, 0]
    return [walked, tail]


def _trips(name: str, data: Any, width: float, trail: float) -> pydeck.Layer:
    return pydeck.Layer(
        "TripsLayer",
        data,
        id=name,
        _path_type='"open"',
        position_format='"XY"',
        width_units='"pixels"',
        get_width=width,
        joint_rounded=True,
        cap_rounded=True,
        trail_length=trail,
        current_time=0,
    )


LAYER = Layer(query="chunks", draw=draw)
