"""Open alarms on the wall's map: layers of their own over the map's, so that an alarm asks for nothing else anew."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback, dcc
from dash.development.base_component import Component

from dashboard import alarms as told
from dashboard import markers, moment, seat
from dashboard.look import look
from dashboard.panels.map import enlarged, scales
from dashboard.tree import UNLOCATED, tree
from dashboard.view import CASES

LAYERS = "map-alarms"


def layout() -> Component:
    """Return where the layers are kept for the browser."""
    return dcc.Store(id=LAYERS)


@callback(Output(LAYERS, "data"), CASES)
def show(view: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Describe the marks of the alarms that have a point, in the views of the wall's map."""
    view, theme = view or {}, look(view).theme
    shown = [{**placed(row), "words": told.words(row)} for row in seat.alarms()]
    drawn = scales(view)
    drawn.draw("alarms", lambda scale: markers.alarm_marks(shown, scale, theme))
    return enlarged(drawn.spec()["layers"], look(view).u)


def placed(row: dict[str, Any]) -> dict[str, Any]:
    """Return an alarm with a point: its own, or, where the account may not see a person's, that of its area."""
    area = tree(moment.today({})).rows.get((row["area_id"] or "").removesuffix(UNLOCATED))
    if row["lon"] is not None or area is None:
        return row
    return {**row, "lon": area["lon"], "lat": area["lat"]}


clientside_callback(ClientsideFunction("wallAlarms", "show"), Output(LAYERS, "clear_data"), Input(LAYERS, "data"))
