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
