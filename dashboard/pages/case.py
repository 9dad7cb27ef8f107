"""One case: what it is and what is due, its stages, the map, who and which cameras are near, its course, what to do."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.api import BUNDLE
from dashboard.panels import (
    camera_tiles,
    case_acts,
    case_head,
    case_log,
    case_map,
    case_people,
    case_steps,
    case_whistle,
)
from dashboard.view import hidden

ROLES = ("operator", "leader")
dash.register_page(__name__, path="/case", roles=ROLES, scripts=[BUNDLE])  # type: ignore[no-untyped-call]


def layout(incident: str = "", near: str = "", tiles: str = "", **asked: str) -> Component:
    """Lay out the page of the incident in its address."""
    return html.Main(
        [
            hidden("incident", incident),
            html.Div([case_head.layout(), case_steps.layout(), case_whistle.layout()], className="about"),
            html.Div([case_map.layout(), case_acts.layout(), case_log.layout()], className="there"),
            html.Div([case_people.layout(near), camera_tiles.layout(tiles, **asked)], className="help"),
        ],
        className="page desk case-page",
    )
