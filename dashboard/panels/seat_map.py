"""Open alarms on the map of a seat, over the grids; a click beside 定位 in the list looks there."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import alarms, markers, seat
from dashboard.api import BUNDLE
from dashboard.focus import focused, name
from dashboard.look import look
from dashboard.panels.map import box, render
from dashboard.parts import panel
from dashboard.text import number, t
from dashboard.view import CASES

SPEC, CANVAS, NOTE = "seat-map-spec", "seat-map", "seat-map-note"


def layout() -> Component:
    """Return the empty map."""
    return panel("seat-map map", t("seat.map"), [dcc.Store(id=SPEC), box(CANVAS)], html.Span(id=NOTE))


render(SPEC, CANVAS)


@callback(Output(SPEC, "data"), Output(NOTE, "children"), CASES)
def show(view: dict[str, Any] | None) -> tuple[dict[str, Any], str]:
    """Describe the map of the open alarms."""
    drawn, theme = focused({**(view or {}), "day": None}, filled=False), look(view).theme
    rows = [{**row, "words": alarms.words(row)} for row in seat.alarms()]
    placed = [row for row in rows if row["lon"] is not None]
    drawn.overlay("key_areas")
    drawn.draw("alarms", lambda scale: markers.alarm_marks(placed, scale, theme))
    name(drawn, view)
    return drawn.spec(bundle=BUNDLE), t("seat.placed", n=number(len(placed)), all=number(len(rows)))
