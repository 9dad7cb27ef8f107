"""Who looked at whom: for the subject or account asked for, one row an account and action, first and last."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import trail
from dashboard.parts import empty, panel
from dashboard.text import number, t
from dashboard.view import VIEW

BODY, NOTE, TITLE = "audit-looks-body", "audit-looks-note", "audit-looks-title"
SHOWN = 60
HEADS = ("account", "action", "n", "first_at", "last_at", "reason")


def layout() -> Component:
    """Return the empty panel."""
    return panel("audit-looks", html.Span(t("audit.looks"), id=TITLE), html.Div(id=BODY), html.Span(id=NOTE))


@callback(Output(BODY, "children"), Output(NOTE, "children"), Output(TITLE, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Any, str, str]:
    """List who did what of the choices, the latest first."""
    subject = trail.asked(view).subject
    rows = trail.found(view).looks.to_pylist()
    title = t("audit.looks_at", subject=subject) if subject else t("audit.looks")
    note = t("audit.looks_note") if subject else t("audit.looks_hint")
    if not rows:
        return empty(t("audit.none")), note, title
    heads = html.Thead(html.Tr([html.Th(t(f"audit.head_{name}"), className=name) for name in HEADS]))
    return html.Table([heads, html.Tbody([_row(row) for row in rows[:SHOWN]])]), note, title


def _row(row: trail.Row) -> Component:
    told = [
        html.Td(row["account"] or t("audit.stranger")),
        html.Td(trail.action(row["action"]), title=row["action"]),
        html.Td(number(row["n"]), className="n"),
        *(html.Td(trail.told_at(row[name]), className="at") for name in ("first_at", "last_at")),
        html.Td(row["reason"], className="reason"),
    ]
    return html.Tr(told)
