"""Doubts about the data (数据可信度): what looks like gaming, for a human to check; nothing is ever deducted."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import judged
from dashboard.panels.appeals import shown_appeals
from dashboard.parts import Children, panel, shape
from dashboard.session import door, scope
from dashboard.text import number, percent, t
from dashboard.view import CASES
from data.analysis.flags import Flag

BODY = "flags-body"

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty panel."""
    return panel("flags", t("flags.title"), html.Div(id=BODY), t("flags.note"))


@callback(Output(BODY, "children"), CASES)
def show(view: Row | None) -> Children:
    """Show one line for each check: what stands out against the peers, or that nothing does."""
    found, checks = judged.doubts(view)
    by_code = {code: list(rows) for code, rows in groupby(found, lambda one: one.code)}
    quiet = [one.code for one in checks if one.code not in by_code]
    flagged = [_raised(code, rows) for code, rows in by_code.items()]
    return [*flagged, _appeals(view), *([_usual(quiet)] if quiet else [])]


def _raised(code: str, rows: list[Flag]) -> Component:
    """Return one check that raises doubts: whom first, and everybody else in the tooltip."""
    first, others = rows[0], t("flags.others", n=number(len(rows))) if len(rows) > 1 else ""
    choose: Any = {"data-choose": "subject", "data-to": first.subject_id, "title": "\n".join(map(_told, rows))}
    cells = [
        shape("warn"),
        html.B(t(f"flags.{code}"), title=t(f"flags.how_{code}")),
        html.Span([html.Button(_told(first), type="button", className="link", **choose), f" {others}"]),
        html.Small(t(f"flags.do_{code}")),
    ]
    return html.Div(cells, className=f"flag {first.level}")


def _told(one: Flag) -> str:
    return t("flags.told", name=one.name, value=percent(one.value), peers=percent(one.peers))


def _usual(codes: list[str]) -> Component:
    names = t("flags.comma").join(t(f"flags.{code}") for code in dict.fromkeys(codes))
    words = html.B(t("flags.usual", n=number(len(set(codes)))))
    return html.Div([shape("ok"), words, html.Span(names, title=names)], className="flag quietly")


def _appeals(view: Row | None) -> Component:
    made = shown_appeals(view)
    out = [row for row in door().weighing.appeals.exclusions(scope()) if row["restored_at"] is None]
    choose: Any = {"data-choose": "why", "data-to": "appeals"}
    words = t(
        "flags.appeals",
        n=number(len(made)),
        waiting=number(sum(row["result"] is None for row in made)),
        out=number(len(out)),
    )
    record = html.Small(html.Button(t("flags.record"), type="button", className="link", **choose))
    return html.Div([shape("neutral"), html.B(t("flags.appeal")), html.Span(words), record], className="flag")
