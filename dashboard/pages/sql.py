"""The SQL page: analysts put questions of their own to a copy of their rows."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.panels import sql_answer, sql_question, sql_tables

dash.register_page(__name__, path="/sql", order=8.5, roles=("analyst",))  # type: ignore[no-untyped-call]


def layout(sql: str = "", **_: str) -> Component:
    """Lay out the page: the tables beside the question, its answer below."""
    return html.Main(
        [sql_tables.layout(), html.Div([sql_question.layout(sql), sql_answer.layout()], className="asked")],
        className="page desk sql-page",
    )
