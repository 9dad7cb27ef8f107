"""The one place where acts on the scorecard are done, and what came of them is said; then every panel asks again."""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, callback, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import judging
from dashboard.view import control, hidden
from data.errors import Problem

SAID, DONE = "judge-said", "judged"


def layout() -> Component:
    """Return the store the browser sends acts to, the line that answers, and the choice that lets panels ask again."""
    alert: Any = {"role": "alert"}
    return html.Div([dcc.Store(id=judging.STORE), hidden(DONE), html.P(id=SAID, className="said", **alert)])


@callback(
    Output(SAID, "children"),
    Output(control(DONE), "value"),
    Input(judging.STORE, "data"),
    State("view", "data"),
    prevent_initial_call=True,
)
def do(asked: dict[str, Any] | None, view: dict[str, Any] | None) -> tuple[Any, str]:
    """Do what was asked; every panel that shows it follows at once."""
    if not asked:
        raise PreventUpdate
    try:
        return judging.do(asked, view or {}), str(asked.get("command_id"))
    except Problem as problem:
        return html.Span(judging.why(problem), className="refused"), ""
