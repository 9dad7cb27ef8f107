"""How long cases take and how old the backlog is (用时与积压), in both clocks, by area."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.panels import breadcrumb, duration_curve, duration_table
from dashboard.panels.period_choice import period_choice

ROLES = ("leader", "operator", "analyst")
dash.register_page(__name__, path="/durations", order=4.7, roles=ROLES)  # type: ignore[no-untyped-call]


def layout(period: str = "", **_: str) -> Component:
    """Lay out the table over the curve."""
    filters = html.Div([breadcrumb.layout(), period_choice(period)], className="filters")
    return html.Main([filters, duration_table.layout(), duration_curve.layout()], className="page desk durations-page")
