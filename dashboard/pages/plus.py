"""网格+: overlays and the grids that have none, disputes on their way and the leaks, and what is done for people."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.panels import (
    breadcrumb,
    dispute_funnel,
    dispute_leaks,
    dispute_rates,
    plus_beats,
    plus_coverage,
    plus_map,
    plus_without,
    service_brands,
    service_items,
    service_rates,
    service_visits,
)
from dashboard.panels.segments import periods, segments
from dashboard.plus import PARTS
from dashboard.text import t
from dashboard.view import hidden

ROLES = ("operator", "leader", "analyst", "steward")
dash.register_page(__name__, path="/plus", order=6.5, roles=ROLES)  # type: ignore[no-untyped-call]


def layout(part: str = "", period: str = "", overlay: str = "", layers: str = "", **_: str) -> Component:
    """Lay out the page with the choices of its address; one part of it is seen at a time."""
    parts = segments("part", [(name, t(f"plus.part_{name}")) for name in PARTS], part)
    filters = [breadcrumb.layout(), parts, periods(period), hidden("layers", layers or None)]
    there = [plus_map.layout(), plus_coverage.layout(), plus_without.layout(overlay), plus_beats.layout()]
    course = html.Div([dispute_funnel.layout(), dispute_funnel.checks(), dispute_rates.ways()])
    disputes = [course, html.Div([dispute_rates.layout(), dispute_leaks.layout()])]
    services = [service_rates.layout(), service_visits.layout(), service_items.layout(), service_brands.layout()]
    return html.Main(
        [
            html.Div(filters, className="filters"),
            html.Div(there, className="part overlays"),
            html.Div(disputes, className="part disputes"),
            html.Div(services, className="part services"),
        ],
        className="page desk plus-page",
    )
