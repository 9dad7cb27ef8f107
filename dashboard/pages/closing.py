"""The closing page (封账与报表): months, what was corrected since, and the forms of the level above."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.panels import closing_acts, closing_corrections, closing_forms, closing_months
from dashboard.view import hidden

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path="/closing", order=4.75, roles=("leader", "steward", "analyst")
)


def layout(month: str = "", **_: str) -> Component:
    """Lay out the page with the month of its address."""
    right = html.Div([closing_acts.layout(), closing_forms.layout()], className="acts-and-forms")
    return html.Main(
        [hidden("month", month), closing_months.layout(month), closing_corrections.layout(), right],
        className="page desk closing-page",
    )
