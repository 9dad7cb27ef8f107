"""Data quality: what came and what was refused, what is missing, whether sums agree, boundaries, and refused rows."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard import quality
from dashboard.panels import (
    breadcrumb,
    completeness,
    findings,
    quality_days,
    quality_feeds,
    quality_reasons,
    quality_state,
    reconciliation,
    refused_rows,
    refused_sources,
    repair,
)
from dashboard.panels.segments import periods, segments
from dashboard.session import scope
from dashboard.text import t
from dashboard.view import hidden

ROLES = ("operator", "leader", "analyst", "steward", "auditor", "administrator")
dash.register_page(__name__, path="/quality", order=6, roles=ROLES)  # type: ignore[no-untyped-call]


def layout(show: str = "", period: str = "", **asked: str) -> Component:
    """Lay out the page with the choices of its address; refused rows only for who may read them."""
    reads = scope().sees_rejects
    shows = [(name, t(f"quality.show_{name}")) for name in quality.SHOWS if reads or name != "rejects"]
    choices = [hidden(name, asked.get(name)) for name in ("feed", "refused", *(["reason"] if reads else []))]
    filters = [breadcrumb.layout(), segments("show", shows, show), periods(period), *choices]
    parts = [
        html.Div([quality_feeds.layout(), quality_state.layout()], className="part figures"),
        html.Div([quality_reasons.layout(), quality_days.layout()], className="part figures lower"),
        html.Div([completeness.layout(), reconciliation.layout()], className="part complete"),
        html.Div(findings.layout(), className="part areas"),
    ]
    if reads:
        refused = [refused_sources.layout(), refused_rows.layout(), repair.layout()]
        parts.append(html.Div(refused, className="part rejects"))
    return html.Main([html.Div(filters, className="filters"), *parts], className="page desk quality-page")
