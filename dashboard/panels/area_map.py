"""The area on the map: grids filled with the exception, its border, open incidents; a click goes into a grid."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import fills, moment, place
from dashboard.api import BUNDLE
from dashboard.focus import focused, name
from dashboard.panels.map import box, render
from dashboard.parts import panel
from dashboard.text import number, t
from dashboard.view import VIEW

SPEC, CANVAS, LEGEND = "area-map-spec", "area-map", "area-map-legend"


def layout() -> Component:
    """Return the empty map and its legend."""
    body = [dcc.Store(id=SPEC), box(CANVAS)]
    return panel("area-map map", t("area_map.title"), body, t("area_map.note"), html.Span(id=LEGEND))


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
    return drawn.spec(bundle=BUNDLE, choose="area"), legend(view)


def legend(view: dict[str, Any]) -> list[Any]:
    """Return what the fill means: its name and the classes with the value each begins at."""
    shown = fills.fill(place.area(view), moment.today(view))
    if not shown.breaks:
        return [t("area_map.no_fill")]
    share = shown.kind == "empty"
    first = html.I(className="swatch seq-1")
    steps: list[Any] = [first]
    for at, value in enumerate(shown.breaks, start=2):
        steps += [
            html.Small(f"{number(value * 100)}%" if share else number(value)),
            html.I(className=f"swatch seq-{min(at, 5)}"),
        ]
    return [t(f"map.{shown.kind}"), html.Span(steps, className="steps-of-fill")]
