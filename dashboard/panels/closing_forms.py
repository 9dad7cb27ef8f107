"""The forms of the level above: each is filled with the chosen month's figures when it is taken away."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import closing, forms
from dashboard.parts import empty, icon, panel
from dashboard.text import t
from dashboard.view import VIEW

BODY = "closing-forms-body"


def layout() -> Component:
    """Return the empty list."""
    return panel("closing-forms", t("closing.forms"), html.Div(id=BODY), t("closing.forms_note"))


@callback(Output(BODY, "children"), VIEW)
def show(view: dict[str, Any] | None) -> Any:
    """Show a way to each form for the chosen month, and names in it that ask for nothing known."""
    month, listed = closing.chosen(view), forms.names()
    return [_form(name, month) for name in listed] or empty(t("closing.no_forms"))


def _form(name: str, month: str) -> Component:
    made = forms.filled(name, month)
    unknown = [html.Small(t("closing.unknown", names=", ".join(made.unknown)))] if made.unknown else []
    words = [icon("export"), html.Span(f"{name} · {month}")]
    taken = html.A(words, href=f"/forms/{name}.xlsx?month={month}", className="button", download=True)
    return html.Div([taken, html.Small(t("closing.cells", n=made.cells)), *unknown], className="form")
