"""The performance page: the front rate, units among their peers, what counted against them, and how it is counted."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.panels import breadcrumb, exceptions, metric_definition, rate_head, scorecard
from dashboard.panels.segments import periods, segments
from dashboard.place import level_name
from dashboard.session import door
from dashboard.text import t
from dashboard.view import hidden

dash.register_page(__name__, path="/performance", order=4)  # type: ignore[no-untyped-call]


def layout(level: str = "", period: str = "", subject: str = "", metric: str = "", **_: str) -> Component:
    """Lay out the page with the choices of its address."""
    levels = [(item.id, level_name(item.id)) for item in door().config.levels[1:]]
    filters = [breadcrumb.layout(), segments("level", levels, level, t("scorecard.level")), periods(period)]
    return html.Main(
        [
            html.Div([*filters, hidden("subject", subject)], className="filters"),
            html.Div([rate_head.layout(), scorecard.layout(subject)], className="judged"),
            html.Div([exceptions.layout(), metric_definition.layout(metric)], className="why"),
        ],
        className="page desk performance-page",
    )
