"""The one place where acts of a seat are done, and what came of them is said."""

from __future__ import annotations

from typing import Any

from dash import Input, Output, callback, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import deeds, seat_acts
from dashboard.view import news
from data.errors import Problem

ASKED, SAID, NOTES = "seat-asked", "seat-said", "seat-notes"
GIVE = "give"


def layout() -> Component:
    """Return the store the browser sends acts to, the line that answers, and the notes of a refused handover."""
    alert: Any = {"role": "alert"}
    return html.Div(
        [dcc.Store(id=ASKED), dcc.Store(id=NOTES), html.P(id=SAID, className="said", **alert)], className="seat-said"
    )


@callback(
    Output(SAID, "children"),
    Output("news", "data", allow_duplicate=True),
    Output(NOTES, "data"),
    Input(ASKED, "data"),
    prevent_initial_call=True,
)
def do(asked: dict[str, Any] | None) -> tuple[Any, str, Any]:
    """Do what was asked; every panel that shows it follows at once."""
    if not asked:
        raise PreventUpdate
    try:
        return seat_acts.do(asked), news(), no_update
    except Problem as problem:
        kept = asked.get("fields") if asked.get("act") == GIVE else no_update
        return html.Span(deeds.why(problem), className="refused"), news(), kept
