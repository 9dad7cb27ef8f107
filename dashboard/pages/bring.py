"""Bringing a file nobody saw before: drop it, look at how it would be read, correct that, load it."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.panels import bring_acts, bring_files, preview, proposal, proposal_columns, proposal_map
from dashboard.view import hidden

ROLES = ("steward",)
dash.register_page(__name__, path="/bring", order=7, roles=ROLES)  # type: ignore[no-untyped-call]


def layout(file: str = "", **_: str) -> Component:
    """Lay out the page with the file of its address."""
    rows, refused, toml = preview.layout()
    return html.Main(
        [
            html.Div([hidden("file", file), bring_files.layout(), bring_acts.layout()], className="left"),
            html.Div([proposal.layout(), proposal_columns.layout()], className="middle"),
            html.Div([proposal_map.layout(), refused, toml], className="right"),
            html.Div([rows], className="below"),
        ],
        className="page desk bring-page",
    )
