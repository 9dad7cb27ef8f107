"""The map of a replay: the city's ground, and over it what the script draws at the clock's moment."""

from __future__ import annotations

import json
from typing import Any

import pydeck
from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import place
from dashboard.api import BUNDLE
from dashboard.deck import Map
from dashboard.look import Look, look
from dashboard.panels.map import box, render
from dashboard.session import door
from dashboard.subject import SUBJECT, chosen, day
from dashboard.text import t
from layers import LAYERS

SPEC, CANVAS = "tracks-map-spec", "tracks-map"
LEGEND, CARD = "tracks-legend", "tracks-card"  # filled by the script
# Drawn in this order, from below.
MOVING = ("beats", "gaps", "stays", "trips", "doubtful", "reports", "notes", "heads")
WORDY = ("notes", "heads")


def layout() -> Component:
    """Return the empty map, its legend, and the card of what just happened."""
    minutes = {"trail": door().config.playback.trail_s / 60, "stay": door().config.fixes.stay_s / 60}
    entries = [
        html.Span([html.I(className="key walked"), t("strip.walked", n=f"{minutes['trail']:g}")]),
        html.Span([html.I(className="key gap"), t("strip.gap")]),
        html.Span([html.I(className="key stay"), t("strip.stay", n=f"{minutes['stay']:g}")]),
        html.Span([html.I(className="key doubtful"), t("strip.tied")]),
        html.Span(id=LEGEND, className="classes"),
    ]
    card: Any = {"aria-live": "polite"}
    now = html.P(id=CARD, className="moment-card", role="status", **card)
    parts = [dcc.Store(id=SPEC), box(CANVAS), html.Div(entries, className="map-key"), now]
    return html.Section(html.Div(parts, className="body"), className="panel tracks-map")


render(SPEC, CANVAS)


@callback(Output(SPEC, "data"), SUBJECT)
def show(view: dict[str, Any] | None) -> dict[str, Any] | None:
    """Describe the ground, and give the script the layers it moves."""
    shown = day(view)
    if shown is None:
        return None
    style = look(view)
    drawn = Map(place.area(view), style.theme, shown, two_scales=False, scale="town" if chosen(view) else "city")
    drawn.close = bool(chosen(view))
    drawn.ground(filled=False)
    drawn.labels(door().config.screen.font, style.px(13), levels=2 if chosen(view) else 1)
    return drawn.spec(bundle=BUNDLE, templates=_templates(drawn, style))


def _templates(drawn: Map, style: Look) -> list[dict[str, Any]]:
    words = {"font": door().config.screen.font, "size": style.px(13)}
    options: dict[str, dict[str, Any]] = {"trips": {"trail_s": door().config.playback.trail_s}}
    options |= dict.fromkeys(WORDY, words)
    made = [layer for name in MOVING for layer in LAYERS[name].draw(None, drawn.colours, **options.get(name, {}))]
    deck = pydeck.Deck(layers=made, map_provider=None, map_style=None, initial_view_state=None)
    layers: list[dict[str, Any]] = json.loads(deck.to_json())["layers"]
    return layers
