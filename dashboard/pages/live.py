"""Live positions (实时): everybody on duty by state, where they are, and who is or was near a point."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.api import BUNDLE
from dashboard.panels import breadcrumb, live_list, live_map, live_near, live_worker
from dashboard.view import hidden

ROLES = ("kiosk", "operator", "leader")
CHOICES = ("state", "worker", "point", "reason")
dash.register_page(__name__, path="/live", order=1.8, roles=ROLES, scripts=[BUNDLE])  # type: ignore[no-untyped-call]


def layout(**asked: str) -> Component:
    """Lay out the page with the choices of its address; the reason stands in none."""
    choices = [hidden(name, asked.get(name) if name != "reason" else None) for name in CHOICES]
    return html.Main(
        [
            html.Div([breadcrumb.layout(), live_list.skills(asked.get("skill", "")), *choices], className="filters"),
            live_list.layout(),
            live_map.layout(),
            html.Div([live_worker.layout(), live_near.layout(**asked)], className="about"),
        ],
        className="page desk live-page",
    )
