"""审计: who saw whom, when and why; what was taken away and refused; and whether the log is still what was written."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.panels import audit_actions, audit_chain, audit_filters, audit_lines, audit_looks

ROLES = ("auditor",)
dash.register_page(__name__, path="/audit", order=9.2, roles=ROLES)  # type: ignore[no-untyped-call]


def layout(**asked: str) -> Component:
    """Lay out the page with the choices of its address."""
    side = html.Div([audit_chain.layout(), audit_actions.layout()], className="side")
    below = html.Div([audit_looks.layout(), audit_lines.layout()], className="lines")
    return html.Main([audit_filters.layout(asked), below, side], className="page desk audit-page")
