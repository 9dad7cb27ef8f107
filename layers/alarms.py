"""Open alarms: a bell in a square, filled while nobody has acknowledged it; above everything but labels."""

from __future__ import annotations

from typing import Any

import pydeck

from layers.base import Layer, Theme, checked

# Pixels of the 64 x 64 box by severity (1 critical), at city and town scale.
SIZES = {"city": {1: 30, 2: 22, 3: 0}, "town": {1: 34, 2: 26, 3: 20}}
INKS = {1: "crit", 2: "warn", 3: "neutral"}
BELL = "M32 15a11 11 0 0 0-11 11c0 10-4 13-4 16h30c0-3-4-6-4-16a11 11 0 0 0-11-11zM28 46a4 4 0 0 0 8 0z"


def draw(data: Any, theme: Theme, view: str) -> list[pydeck.Layer]:
    """Return the alarms: rows with `p` [lon, lat], `icon`, `size` (px) and `words`, made by dashboard/markers.py."""
    checked("alarms", data, "p", "icon", "size")
    more = {"get_position": "p", "get_icon": "icon", "get_size": "size", "size_units": '"pixels"'}
    return [pydeck.Layer("IconLayer", data, id=f"{view}-alarms", pickable=True, alpha_cutoff=-1, **more)]


def shape(name: str, theme: Theme) -> str:
    """Return the SVG of an alarm by `<severity>` or `<severity>-seen` (acknowledged) in the colours of the theme."""
    severity, _, seen = name.partition("-")
    ink, halo = (_css(theme[one]) for one in (INKS[int(severity)], "halo"))
    plate, bell = (halo, ink) if seen else (ink, halo)
    body = (
        f'<rect x="5" y="5" width="54" height="54" rx="8" fill="{plate}" stroke="{halo}" stroke-width="4"/>'
        f'<rect x="9" y="9" width="46" height="46" rx="5" fill="none" stroke="{ink}" stroke-width="3"/>'
        f'<path d="{BELL}" fill="{bell}"/>'
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">{body}</svg>'


def _css(colour: list[int]) -> str:
    return f"rgb({colour[0]},{colour[1]},{colour[2]})"


LAYER = Layer(query="alarms", draw=draw)
