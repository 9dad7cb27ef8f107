"""The overlays of 网格+ on the map, each switched on or off, and filled: the grids that have none of the one listed."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import moment, place, plus
from dashboard.api import BUNDLE
from dashboard.focus import focused, name
from dashboard.panels.map import box, render
from dashboard.parts import panel
from dashboard.text import number, t
from dashboard.view import VIEW

SPEC, CANVAS, TOGGLES = "plus-map-spec", "plus-map", "plus-map-toggles"


def layout() -> Component:
    """Return the empty map, its switches and its legend."""
    body = [dcc.Store(id=SPEC), html.Div(id=TOGGLES, className="toggles"), html.Div(box(CANVAS), className="ground")]
    return panel("plus-map map", t("plus.map"), body, t("plus.map_note"))


render(SPEC, CANVAS)


@callback(Output(SPEC, "data"), Output(TOGGLES, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[dict[str, Any], list[Component]]:
    """Describe the map of the view's area, and how many of each overlay lie in it."""
    plus.only(view, "overlays")
    view = view or {}
    chosen, shown = plus.overlay(view), plus.drawn(view)
    drawn = focused(view, filled=chosen in shown, fill=f"without/{chosen}")
    data: dict[str, Any] = {}
    if "police" in shown:
        data["beats"] = {"@@function": "binary", "url": drawn.lasting("beats", "beat", "grid_beat")}
    if shown:
        data["places"] = {"@@function": "rows", "url": drawn.address("plus_places", of=",".join(shown))}
    drawn.draw("plus", data)
    name(drawn, view)
    fill = [html.P([html.I(className="swatch seq-3"), t(f"plus.none_{chosen}")])] if chosen in shown else []
    return drawn.spec(bundle=BUNDLE, choose="area"), [*toggles(view), *fill]


def toggles(view: dict[str, Any]) -> list[Component]:
    """Return a switch for each overlay: pressed when drawn, with the number of places and of what they serve."""
    where = {"area": place.area(view)}
    placed = [row["kind"] for row in plus.rows("plus_places", **where)]
    served = {
        "party": len(plus.rows("party_orgs", **where)),
        "police": len({row["beat_id"] for row in plus.rows("grid_beats", **where)}),
    }
    shown = plus.drawn(view)
    out: list[Component] = []
    for kind in plus.OVERLAYS:
        facts: Any = {"data-choose": "layers", "data-to": plus.swapped(view, kind)}
        facts["aria-pressed"] = "true" if kind in shown else "false"
        told = t(f"plus.counts_{kind}", n=number(served.get(kind)), places=number(placed.count(kind)))
        parts = [html.I(className=f"plus-mark {kind}"), html.Span(t(f"plus.{kind}")), html.Small(told)]
        out.append(html.Button(parts, type="button", className="toggle", **facts))
    return out


def day(view: dict[str, Any] | None) -> dict[str, Any]:
    """Return area and local day of the view, what the lists of grids are asked with."""
    return {"area": place.area(view), "day": moment.today(view or {})}
