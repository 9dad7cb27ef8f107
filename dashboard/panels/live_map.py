"""Where everybody on duty is: the ground, and over it what 47-live-map.js keeps up to date."""

from __future__ import annotations

import json
from typing import Any

import pydeck
from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard.api import BUNDLE
from dashboard.deck import Map
from dashboard.focus import focused, name
from dashboard.panels.live_list import STATES
from dashboard.panels.map import box, render
from dashboard.parts import panel
from dashboard.text import t
from dashboard.view import VIEW
from layers import LAYERS

SPEC, CANVAS, CARD = "live-map-spec", "live-map", "live-card"


def layout() -> Component:
    """Return the empty map, its legend and the card of whom the pointer is over."""
    keys = [html.Span([html.I(className=f"live-mark {state}"), t(f"live.{state}")]) for state in STATES]
    keys.append(html.Span([html.I(className="live-mark old"), t("live.stale")]))
    card = html.Div(id=CARD, className="live-card", hidden=True)
    drawn = html.Div([box(CANVAS), card], className="with-card")
    body = [dcc.Store(id=SPEC), drawn, html.Div(keys, className="map-key")]
    return panel("live-map map", t("live.map"), body, None, t("live.click"))


render(SPEC, CANVAS)


@callback(Output(SPEC, "data"), VIEW)
def show(view: dict[str, Any] | None) -> dict[str, Any]:
    """Describe the ground of the view's area, and give the script the layers it fills."""
    drawn = focused({**(view or {}), "day": None}, filled=False)
    drawn.overlay("key_areas")
    name(drawn, view)
    return drawn.spec(bundle=BUNDLE, choosePoint="point", templates=_templates(drawn))


def _templates(drawn: Map) -> list[dict[str, Any]]:
    made = LAYERS["live"].draw(None, drawn.colours)
    deck = pydeck.Deck(layers=made, map_provider=None, map_style=None, initial_view_state=None)
    layers: list[dict[str, Any]] = json.loads(deck.to_json())["layers"]
    return layers
