"""The grid file: one area from the city down to a grid: its elements and people, its children, its map and its days."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.panels import (
    area_children,
    area_elements,
    area_map,
    area_population,
    area_profile,
    area_special,
    area_trend,
    breadcrumb,
)
from dashboard.panels.segments import periods

ROLES = ("kiosk", "operator", "leader", "analyst", "steward", "auditor")
dash.register_page(__name__, path="/area", order=5, roles=ROLES)  # type: ignore[no-untyped-call]


def layout(period: str = "", **_: str) -> Component:
    """Lay out the page with the choices of its address; special groups only for who may see their counts."""
    special = [area_special.layout()] if area_special.allowed() else []
    return html.Main(
        [
            html.Div([breadcrumb.layout(), periods(period)], className="filters"),
            area_profile.layout(),
            html.Div([area_map.layout(), area_elements.layout()], className="seen"),
            html.Div(
                [area_children.layout(), area_population.layout(), *special, area_trend.layout()], className="inside"
            ),
        ],
        className="page desk area-page",
    )
