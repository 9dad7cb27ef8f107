"""The incidents page: one set of cases chosen above, seen as map, table, course, matrix and bars."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.panels import incident_filters, incident_flow, incident_map, incident_steps, incident_table

ROLES = ("kiosk", "operator", "leader", "analyst", "steward", "auditor")
dash.register_page(__name__, path="/incidents", order=3, roles=ROLES)  # type: ignore[no-untyped-call]


def layout(**asked: str) -> Component:
    """Lay out the page with the choices of its address."""
    return html.Main(
        [
            incident_filters.layout(**asked),
            html.Div([incident_map.layout(asked.get("layers", "")), incident_flow.kinds()], className="where"),
            incident_table.layout(asked.get("incident")),
            html.Div([incident_steps.layout(), incident_flow.hours()], className="when"),
        ],
        className="page desk incidents-page",
    )
