"""The wall: front number, pillars, alarms, open incidents, map, closed loop, ranking and today's inflow."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.api import BUNDLE
from dashboard.panels import alarm_marks, alarm_scene, alarms, front, kpi, loop, open_incidents, ranking, trend
from dashboard.panels import map as map_panel

KPI = (kpi.show_information, kpi.show_service, kpi.show_governance)
AHEAD = (map_panel.show, map_panel.explain, front.show, loop.show, ranking.show, *KPI)
ROLES = ("kiosk", "operator", "leader", "analyst", "steward", "auditor")
dash.register_page(__name__, path="/", order=1, roles=ROLES, ahead=AHEAD, scripts=[BUNDLE])  # type: ignore[no-untyped-call]


def layout(**_: str) -> Component:
    """Lay out the wall; the sheet arranges it by the aspect ratio of the screen."""
    return html.Main(
        [
            map_panel.spec(),
            alarm_marks.layout(),
            html.Div([front.layout(), *kpi.layout()], className="figures"),
            html.Div([alarms.layout(), open_incidents.layout()], className="act"),
            html.Div([map_panel.layout(), alarm_scene.layout()], className="map"),
            html.Div([loop.layout(), ranking.layout(), trend.layout()], className="judge"),
            trend.wide(),
        ],
        className="wall",
    )
