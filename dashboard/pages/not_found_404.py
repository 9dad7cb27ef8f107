"""The answer to an address that is no page."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.parts import empty
from dashboard.text import t

dash.register_page(__name__)  # type: ignore[no-untyped-call]


def layout(**_: str) -> Component:
    """Say so."""
    return html.Main(empty(t("state.not_found")), className="page")
