"""热点研判: where incidents gather beyond chance, in sentences and on the map, and whether that would have helped."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.panels import (
    hot_again,
    hot_filters,
    hot_hours,
    hot_list,
    hot_map,
    hot_small,
    hot_streets,
    hot_test,
)

ROLES = ("operator", "leader", "analyst", "steward", "auditor")
dash.register_page(__name__, path="/hotspots", order=3.2, roles=ROLES)  # type: ignore[no-untyped-call]


def layout(**asked: str) -> Component:
    """Lay out the page with the choices of its address."""
    emerging, difference = hot_small.layout()
    places = [emerging, hot_streets.layout(), hot_again.places()]
    judged = [difference, hot_hours.layout(), hot_again.knox(), hot_test.layout()]
    return html.Main(
        [
            hot_filters.layout(**asked),
            hot_list.layout(),
            hot_map.layout(asked.get("show", "")),
            html.Div([html.Div(places), html.Div(judged)], className="beside"),
        ],
        className="page desk hotspots-page",
    )
