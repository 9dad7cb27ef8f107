"""The leaders' desk (研判台): one area, its front rate, its figures against before, its ranking, its changes."""

import dash
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.panels import (
    area_map,
    breadcrumb,
    exceptions,
    leader_changes,
    leader_figures,
    leader_ranking,
    leader_trend,
    rate_head,
)
from dashboard.panels.period_choice import period_choice
from dashboard.text import t
from dashboard.view import address, hidden, link

ROLES = ("leader", "operator", "analyst")
dash.register_page(__name__, path="/leader", order=3.1, roles=ROLES)  # type: ignore[no-untyped-call]


def layout(period: str = "", subject: str = "", **_: str) -> Component:
    """Lay out the page with the choices of its address."""
    choices = [breadcrumb.layout(), period_choice(period), hidden("subject", subject)]
    return html.Main(
        [
            html.Div([*choices, hidden("reason"), _meeting(period)], className="filters"),
            html.Div([rate_head.layout(), leader_figures.layout()], className="judged"),
            html.Div([area_map.layout(), leader_trend.layout()], className="seen"),
            html.Div([leader_ranking.layout(), leader_changes.layout(), exceptions.layout()], className="why"),
        ],
        className="page desk leader-page",
    )


def _meeting(period: str) -> Component:
    """Return the one click to the pack of the meeting (工作例会): its first page is what became of the tasks."""
    here = link("/briefing", report="meeting", period=period, area=address().get("area"))
    return dcc.Link(t("leader.meeting"), href=here, className="button")
