"""The seat (值守台): open alarms to acknowledge, where they are, the walls, the watch with its log and handover."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.api import BUNDLE
from dashboard.panels import (
    seat_alarm,
    seat_alarms,
    seat_handover,
    seat_log,
    seat_map,
    seat_said,
    seat_walls,
    seat_watch,
)

ROLES = ("operator", "leader")
dash.register_page(__name__, path="/seat", order=0.5, roles=ROLES, scripts=[BUNDLE])  # type: ignore[no-untyped-call]


def layout(alarm: str = "", **_: str) -> Component:
    """Lay out the page; everything on it is done under one's own account."""
    return html.Main(
        [
            html.Div([seat_alarms.layout(alarm), seat_alarm.layout()], className="alarms"),
            html.Div([seat_map.layout(), seat_said.layout(), seat_log.layout()], className="there"),
            html.Div([seat_walls.layout(), seat_watch.layout(), seat_handover.layout()], className="room"),
        ],
        className="page desk seat-page",
    )
