"""Mechanisms and codes: six mechanisms with the pages that serve them, 64922, the team, five matters, the brands."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.panels import code_tables

ROLES = ("operator", "leader", "analyst", "steward")
dash.register_page(__name__, path="/codes", order=8, roles=ROLES)  # type: ignore[no-untyped-call]


def layout(**_: str) -> Component:
    """Lay out the page: mechanisms, the four tables of 64922, then the site's slots."""
    short = [code_tables.layout(name) for name in code_tables.LISTS]
    return html.Main(
        [code_tables.layout(code_tables.MECHANISMS), code_tables.layout(code_tables.GROUPS), *short],
        className="page desk codes-page",
    )
