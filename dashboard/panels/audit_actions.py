"""How often what was done: one row an action, by frequency."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import trail
from dashboard.parts import empty, panel
from dashboard.text import number, t
from dashboard.view import VIEW

BODY, TOTAL = "audit-actions-body", "audit-actions-total"


def layout() -> Component:
    """Return the empty panel."""
    return panel("audit-actions", t("audit.counts"), html.Div(id=BODY), total=html.Span(id=TOTAL))


@callback(Output(BODY, "children"), Output(TOTAL, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Any, str]:
    """Count the lines of the choices by action."""
    found = trail.found(view)
    rows = found.actions.to_pylist()
    if not rows:
        return empty(t("audit.none")), ""
    heads = [html.Th(t(f"audit.head_{name}"), className=name) for name in ("action", "n", "accounts", "last_at")]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody([_row(row, rows[0]["n"]) for row in rows])]), t(
        "audit.total", n=number(found.total)
    )


def _row(row: trail.Row, most: int) -> Component:
    bar = html.I(style={"width": f"{row['n'] / most:.0%}"})
    cells = [html.Td(number(row["n"]), className="n"), html.Td(number(row["accounts"]), className="n")]
    name = html.Td([html.Span(trail.action(row["action"]), title=row["action"]), bar], className="bar")
    return html.Tr([name, *cells, html.Td(trail.told_at(row["last_at"]), className="at")])
