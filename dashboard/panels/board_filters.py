"""The choices of the board: area, kind, severity, unit, mine, overdue; all of them stand in the address."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import case
from dashboard.panels import breadcrumb
from dashboard.panels.segments import segments
from dashboard.parts import SEVERITIES
from dashboard.text import t
from dashboard.view import control, hidden


def layout(
    kind: str = "", severity: str = "", unit: str = "", mine: str = "", overdue: str = "", **more: str
) -> Component:
    """Return the bar of controls, set as the address says; `more`: queue, level, incident."""
    grades = [("", t("cases.every")), *((str(level), t(f"severity.s{level}")) for level in SEVERITIES)]
    whose = [("", t("cases.every")), ("1", t("board.mine"))]
    late = [("", t("cases.every")), ("1", t("board.overdue"))]
    keys: Any = {"data-keys": ""}
    known = {id_: unit_["name"] for id_, unit_ in case.units().items()}
    return html.Div(
        [
            breadcrumb.layout(),
            _chooser("kind", case.kinds(), kind, t("cases.every_kind"), t("cases.kind")),
            segments("severity", grades, severity, t("cases.severity")),
            _chooser("unit", known, unit, t("board.every_unit"), t("cases.unit")),
            segments("mine", whose, mine, t("board.whose")),
            segments("overdue", late, overdue, t("board.limit")),
            *[hidden(name, more.get(name)) for name in ("queue", "level", "incident")],
            html.Span(className="gap"),
            html.Button("?", className="button keys", title=t("board.help"), **keys),
        ],
        className="filters",
    )


def _chooser(name: str, known: dict[str, str], asked: str, every: str, title: str) -> Component:
    options = [{"value": value, "label": words} for value, words in known.items()]
    chosen = asked if asked in known else None
    drop = dcc.Dropdown(
        options, chosen, id=control(name), placeholder=every, clearable=True, searchable=len(known) > 12
    )
    return html.Div([html.Span(title), drop], className="control")
