"""Down from a score: its parts, the cases that counted, appeals and exclusions, and how the metric is counted."""

from __future__ import annotations

from dash import Output, clientside_callback, html
from dash.development.base_component import Component

from dashboard.panels import appeals, exceptions, metric_definition, score_parts
from dashboard.panels.segments import segments
from dashboard.text import t
from dashboard.view import VIEW

TABS = ("parts", "cases", "appeals", "definition")
BODY = "drill-body"


def layout(why: str = "", metric: str = "") -> Component:
    """Return the tabs with their panels, of which the chosen one is seen."""
    tabs = segments("why", [(tab, t(f"drill.{tab}")) for tab in TABS], why)
    panels = [score_parts.layout(), exceptions.layout(), appeals.layout(), metric_definition.layout(metric)]
    return html.Section([html.Header(tabs), html.Div(panels, id=BODY)], className="drill")


clientside_callback("(view) => 'shows-' + ((view && view.why) || 'parts')", Output(BODY, "className"), VIEW)
