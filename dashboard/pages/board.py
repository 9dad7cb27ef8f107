"""The board: queues of the cases in progress, the cases of the one chosen, what may be done with it, and new cases."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.api import BUNDLE
from dashboard.panels import board_filters, board_flow, board_map, board_new, board_queues, board_table, case_acts

ROLES = ("operator", "leader")
dash.register_page(__name__, path="/board", order=1.5, roles=ROLES, scripts=[BUNDLE])  # type: ignore[no-untyped-call]


def layout(**asked: str) -> Component:
    """Lay out the page with the choices of its address."""
    return html.Main(
        [
            board_filters.layout(**asked),
            html.Div([board_queues.layout(), board_flow.layout()], className="overview"),
            html.Div([board_table.layout(asked.get("incident")), case_acts.layout()], className="work"),
            html.Div([board_map.layout(), board_new.layout()], className="fresh"),
        ],
        className="page desk board-page",
    )
