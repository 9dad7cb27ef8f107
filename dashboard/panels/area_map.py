"""The area on the map: grids filled with the exception, its border, open incidents; a click goes into a grid."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import fills, legend, moment, place, tools
from dashboard.api import BUNDLE
from dashboard.focus import focused, name
from dashboard.panels.map import box, render
from dashboard.parts import panel
from dashboard.text import t
from dashboard.view import VIEW

SPEC, CANVAS, LEGEND = "area-map-spec", "area-map", "area-map-legend"


def layout() -> Component:
    """Return the empty map and its legend."""
    body = [dcc.Store(id=SPEC), box(CANVAS, *tools.bar()), html.Div(id=LEGEND, className="legend")]
    return panel("area-map map", t("area_map.title"), body, t("area_map.note"))


render(SPEC, CANVAS)


@callback(Output(SPEC, "data"), Output(LEGEND, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[dict[str, Any], list[Any]]:
    """Describe the map of the view's area at its moment."""
    view = view or {}
    now = moment.now(view)
    drawn = focused(view, filled=True)
    drawn.overlay("key_areas")
    drawn.incidents(now, now, now, open=1)
    name(drawn, view)
    return drawn.spec(bundle=BUNDLE, choose="area", tilt=drawn.address("heights")), explain(view)


def explain(view: dict[str, Any]) -> list[Any]:
    """Return what the fill means: its name, its classes and what it leaves out."""
    area, day = place.area(view), moment.today(view)
    shown = fills.fill(area, day)
    return [legend.filled(shown, len(fills.missing(shown, area, day)))] if shown.values else [t("area_map.no_fill")]
