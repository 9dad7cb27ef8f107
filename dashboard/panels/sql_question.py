"""The question: a text, and a button that puts it; the script 81-sql.js makes a choice of the view of it."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.parts import panel
from dashboard.session import door
from dashboard.text import number, t
from dashboard.view import hidden

TEXT, RUN = "sql-text", "sql-run"
EXAMPLES = ("kinds", "streets", "late")


def layout(asked: str) -> Component:
    """Return the question as it stands in the address, examples to begin with, and the limits it runs under."""
    limits = door().config.console
    facts = {"rows": number(limits.rows), "seconds": number(limits.seconds), "memory": number(limits.memory_mb)}
    spelled: Any = {"spellCheck": "false"}
    text = dcc.Textarea(id=TEXT, value=asked, placeholder=t("sql.placeholder"), className="sql-text", **spelled)
    run = html.Button(t("sql.run"), id=RUN, className="button primary", title=t("sql.keys"))
    acts = html.Div(
        [run, html.Small(t("sql.keys")), html.Span(className="gap"), *map(_example, EXAMPLES)], className="acts"
    )
    return panel("sql-question", t("sql.question"), [text, acts, hidden("sql", asked)], t("sql.limits", **facts))


def _example(name: str) -> Component:
    asks: Any = {"data-sql": t(f"sql.example_{name}")}
    return html.Button(t(f"sql.example_{name}_name"), type="button", className="quiet", **asks)
