"""The field and the button that ask why somebody looks at persons; several panels of a page may ask for themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from dash import Input, Output, State, callback, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import reason
from dashboard.text import t
from dashboard.view import control

Row = dict[str, Any]


def fields(name: str) -> list[Component]:
    """Return the field and the button of a panel that asks for itself; its page holds the control `reason`."""
    placed = t("people.reason")
    field = dcc.Input(id=f"{name}-reason", type="text", maxLength=reason.LONGEST, placeholder=placed)
    return [field, html.Button(t("people.look"), id=f"{name}-look", className="button primary", n_clicks=0)]


def keep(name: str, first: Callable[[Row | None], date | None] = lambda _: None) -> None:
    """Keep the reason given in these fields for the session; the changed choice lets the panels ask again.

    first: the day a view asks for persons' tracks from, where it does.
    """

    @callback(
        Output(control("reason"), "value", allow_duplicate=True),
        Input(f"{name}-look", "n_clicks"),
        Input(f"{name}-reason", "n_submit"),
        State(f"{name}-reason", "value"),
        State("view", "data"),
        prevent_initial_call=True,
    )
    def give(clicks: int | None, entered: int | None, words: str | None, view: Row | None) -> str:
        if not clicks and not entered:
            raise PreventUpdate
        return reason.give(words, first(view))
