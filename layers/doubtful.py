"""Doubtful fixes: a cross where the device said it was, tied to where the track was."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, checked


def draw(data: Any, theme: Theme) -> list[pydeck.Layer]:
    """Return ties and crosses: rows with `p` and `tie` [lon, lat] and, for the crosses, `icon`."""
    checked("doubtful", data, "p", "tie", "icon")
    ties = pydeck.Layer(
        "LineLayer",
        data,
        id="doubtful-ties",
        get_source_position="p",
        get_target_position="tie",
        get_color=[*theme["crit"][:3], 110],
        get_width=1,
        width_units='"pixels"',
    )
    crosses = pydeck.Layer(
        "IconLayer",
        data,
        id="doubtful",
        get_position="p",
        get_icon="icon",
        get_size=16,
        size_units='"pixels"',
        pickable=True,
        alpha_cutoff=-1,
    )
    return [ties, crosses]


def cross(theme: Theme) -> str:
    """Return the SVG of a cross of about 8 of 16 pixels."""
    red, green, blue, _ = theme["crit"]
    ends = '<path d="M18 18 46 46M46 18 18 46" fill="none" stroke-linecap="round" '
    halo = f'{ends} stroke="rgb({",".join(map(str, theme["halo"][:3]))})" stroke-width="12"/>'
    mark = f'{ends} stroke="rgb({red},{green},{blue})" stroke-width="6"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">{halo}{mark}</svg>'


LAYER = Layer(query="flagged_fixes", draw=draw)
