"""The chosen incidents on the map: points while they are few, rings where they are many, or their density."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import markers, moment, tools
from dashboard.api import BUNDLE
from dashboard.cases import Cases, cases
from dashboard.focus import focused, name
from dashboard.look import look
from dashboard.panels.map import box, render
from dashboard.panels.segments import segments
from dashboard.parts import panel
from dashboard.text import number, t
from dashboard.view import VIEW

SPEC, CANVAS, NOTE = "cases-map-spec", "cases-map", "cases-map-note"


def layout(layers: str = "") -> Component:
    """Return the empty map with its choice of points or heat."""
    shown = segments("layers", [("points", t("cases_map.points")), ("heat", t("cases_map.heat"))], layers)
    body = [dcc.Store(id=SPEC), box(CANVAS, *tools.bar())]
    return panel("cases-map map", t("cases_map.title"), body, html.Span(id=NOTE), shown)


render(SPEC, CANVAS)


@callback(Output(SPEC, "data"), Output(NOTE, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[dict[str, Any], str]:
    """Describe the map of the chosen incidents."""
    view = view or {}
    chosen, theme, heat = cases(view), look(view).theme, view.get("layers") == "heat"
    drawn, points = focused(view, filled=False), chosen.points()
    if heat:
        start, end = moment.period(view)
        drawn.heat(start.isoformat(), end.isoformat())
    else:
        drawn.draw("incidents", lambda scale: markers.marks(points, drawn.bounds[scale], scale, theme))
    name(drawn, view)
    tall = drawn.address("heights", of="incidents")
    return drawn.spec(bundle=BUNDLE, chooseIncident="incident", tilt=tall), note(chosen, len(points), heat)


def note(chosen: Cases, drawn: int, heat: bool) -> str:
    """Say how many are drawn, and how many cannot or must not be."""
    if heat:
        return t("cases_map.density")
    left_out = {"unlocated": chosen.unlocated, "withheld": chosen.n - chosen.unlocated - drawn}
    words = [t(f"cases_map.{why}", n=number(n)) for why, n in left_out.items() if n]
    return " · ".join([t("cases_map.drawn", n=number(drawn)), *words])
