"""What every figure means (指标说明): made from the files the figures are made by, with a worked example each."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.panels import breadcrumb, metric_file, metric_list
from dashboard.panels.period_choice import period_choice
from dashboard.view import hidden

ROLES = ("leader", "operator", "analyst", "steward", "auditor")
dash.register_page(__name__, path="/metrics", order=4.8, roles=ROLES)  # type: ignore[no-untyped-call]


def layout(metric: str = "", period: str = "", **_: str) -> Component:
    """Lay out the list and the chosen metric."""
    filters = html.Div([breadcrumb.layout(), period_choice(period), hidden("metric", metric)], className="filters")
    return html.Main([filters, metric_list.layout(metric), metric_file.layout()], className="page desk metrics-page")
