"""The cases of the chosen queue on the map; a click beside them sets the point of a new case."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import markers
from dashboard.api import BUNDLE
from dashboard.focus import focused, name
from dashboard.look import look
from dashboard.panels.board_queues import chosen
from dashboard.panels.map import box, render
from dashboard.parts import panel
from dashboard.queues import board
from dashboard.text import number, t
from dashboard.view import CASES

SPEC, CANVAS, NOTE = "board-map-spec", "board-map", "board-map-note"
MOST = 600


def layout() -> Component:
    """Return the empty map."""
    body = [dcc.Store(id=SPEC), box(CANVAS)]
    return panel("board-map map", t("board_map.title"), body, html.Span(id=NOTE), t("board_map.click"))


render(SPEC, CANVAS)


@callback(Output(SPEC, "data"), Output(NOTE, "children"), CASES)
def show(view: dict[str, Any] | None) -> tuple[dict[str, Any], str]:
    """Describe the map of the chosen queue."""
    view = view or {}
    drawn, theme = focused({**view, "day": None}, filled=False), look(view).theme
    rows = board(view).first(*chosen(view), MOST)
    points = [row for row in rows if row["lon"] is not None]
    drawn.draw("incidents", lambda scale: markers.marks(points, drawn.bounds[scale], scale, theme))
    name(drawn, view)
    note = t("board_map.drawn", n=number(len(points)), all=number(len(rows)))
    return drawn.spec(bundle=BUNDLE, chooseIncident="incident"), note
