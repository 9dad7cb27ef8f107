"""The key areas page: which are overdue for a visit, where they lie, and everything about the one chosen."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.panels import (
    key_area_facts,
    key_area_filters,
    key_area_list,
    key_area_map,
    key_area_news,
    key_area_people,
    key_area_visits,
)

ROLES = ("kiosk", "operator", "leader", "analyst")
dash.register_page(__name__, path="/key-areas", order=4.55, roles=ROLES)  # type: ignore[no-untyped-call]


def layout(**asked: str) -> Component:
    """Lay out the page with the choices of its address."""
    return html.Main(
        [
            key_area_filters.layout(**asked),
            key_area_list.layout(),
            html.Div([key_area_map.layout(), key_area_people.layout()], className="seen"),
            html.Div([key_area_facts.layout(), key_area_news.layout(), key_area_visits.layout()], className="told"),
        ],
        className="page desk key-areas-page",
    )
