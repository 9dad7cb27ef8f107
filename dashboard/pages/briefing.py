"""The briefing page: choose area, period and kind, see its pages, write remarks, take it away."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.panels import breadcrumb, briefing_atlas, briefing_choice, briefing_preview, briefing_remark

ROLES = ("leader", "analyst", "operator")
dash.register_page(__name__, path="/briefing", order=4.6, roles=ROLES)  # type: ignore[no-untyped-call]


def layout(report: str = "", period: str = "", chapter: str = "", **_: str) -> Component:
    """Lay out the page with the choices of its address."""
    return html.Main(
        [
            html.Div([breadcrumb.layout(), *briefing_choice.layout(report, period)], className="filters"),
            briefing_preview.layout(),
            html.Div([briefing_preview.takeaway(), briefing_remark.layout(chapter), briefing_atlas.layout()]),
        ],
        className="page desk briefing-page",
    )
