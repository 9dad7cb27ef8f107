"""The one place where acts on tasks are done, and what came of them is said."""

from __future__ import annotations

from typing import Any

from dash import Input, Output, callback, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import deeds, tasks
from dashboard.view import news
from data.errors import Problem

SAID = "task-said"


def layout() -> Component:
    """Return the store the browser sends acts to, and the line that answers."""
    alert: Any = {"role": "alert"}
    return html.Div([dcc.Store(id=tasks.STORE), html.P(id=SAID, className="said", **alert)], className="seat-said")


@callback(
    Output(SAID, "children"),
    Output("news", "data", allow_duplicate=True),
    Input(tasks.STORE, "data"),
    prevent_initial_call=True,
)
def do(asked: dict[str, Any] | None) -> tuple[Any, str]:
    """Do what was asked; every panel that shows it follows at once."""
    if not asked:
        raise PreventUpdate
    try:
        return tasks.do(asked), news()
    except Problem as problem:
        return html.Span(deeds.why(problem), className="refused"), news()
