"""What a layer is: the query whose rows it draws, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pydeck

Colour = list[int]
Theme = Mapping[str, Colour]


@dataclass(frozen=True)
class Layer:
    """A layer of the map.

    query: name of the file in data/sql/queries whose rows it draws.
    draw: `draw(data, theme, **options) -> list[pydeck.Layer]`, drawn in that order from below.
    """

    query: str
    draw: Callable[..., list[pydeck.Layer]]


def text(value: str) -> Any:
    """Return a constant string for a pydeck property, which would else be read as an expression."""
    return pydeck.types.String(value)


def path(name: str, data: Any, colour: Colour, width: float, **more: Any) -> pydeck.Layer:
    """Return lines with round joints, `width` in pixels: binary paths."""
    return pydeck.Layer(
        "PathLayer",
        data,
        id=name,
        _path_type='"open"',
        position_format='"XY"',
        get_color=colour,
        get_width=width,
        width_units='"pixels"',
        joint_rounded=True,
        **more,
    )


def strokes(name: str, data: Any, colour: Colour, width: float) -> pydeck.Layer:
    """Return lines too thin to show their joints, at a fifth of the cost of paths: binary pairs of positions."""
    return pydeck.Layer(
        "LineLayer",
        data,
        id=name,
        position_format='"XY"',
        get_color=colour,
        get_width=width,
        width_units='"pixels"',
    )


def checked(name: str, data: Any, *columns: str) -> Any:
    """Return rows unchanged after a look at them; what the browser fetches by itself is checked where it is packed.

    Raises ValueError naming the layer and the columns its rows lack.
    """
    if isinstance(data, list):
        missing = [column for column in columns if any(column not in row for row in data)]
        if missing:
            raise ValueError(f"layer {name}: rows without {', '.join(missing)}")
    return data
