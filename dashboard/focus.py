"""A map looking at one area from a desk: the whole area at the size marks have in town, named one level down."""

from __future__ import annotations

from typing import Any

from dashboard import extent, moment, place
from dashboard.deck import Map
from dashboard.look import look
from dashboard.session import door

SCALE = "town"
LABEL_PX = 13


def focused(view: dict[str, Any] | None, filled: bool, fill: str = "fill") -> Map:
    """Return a map of the view's area with its ground, the leaves filled or not, and the area's own border."""
    view = view or {}
    drawn = Map(place.area(view), look(view).theme, moment.today(view), two_scales=False, scale=SCALE)
    drawn.ground(filled=filled, fill=fill)
    if place.level(view) != door().config.levels[0].id:
        border = drawn.address(f"lines/{place.level(view)}", only=drawn.area)
        drawn.draw("areas", {"chosen": {"@@function": "binary", "url": border}})
    return drawn


def name(drawn: Map, view: dict[str, Any] | None) -> None:
    """Write the names of the areas down to the level right below the view's."""
    ids = [level.id for level in door().config.levels]
    size, where = look(view).px(LABEL_PX), extent.joined(drawn.bounds[SCALE])
    url = drawn.address("labels", bounds=where, em=size, deepest=ids.index(place.below(view)))
    drawn.draw("labels", {"@@function": "sized", "url": url, "view": SCALE}, font=door().config.screen.font, size=size)
