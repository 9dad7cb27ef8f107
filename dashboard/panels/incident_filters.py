"""The choices of the incidents page: area, state, period, kind, severity, whether the place is known."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.cases import PLACES, STATES
from dashboard.panels import breadcrumb
from dashboard.panels.segments import periods, segments
from dashboard.parts import SEVERITIES
from dashboard.session import door, scope
from dashboard.text import named, t
from dashboard.view import control, hidden

KINDS = control("kind")


def layout(
    state: str = "", period: str = "", kind: str = "", severity: str = "", located: str = "", **more: str
) -> Component:
    """Return the bar of controls, set as the address says; `incident` is the row selected."""
    grades = [("", t("cases.every")), *((str(level), t(f"severity.s{level}")) for level in SEVERITIES)]
    places = [("", t("cases.every")), *((value, t(f"cases.located_{value}")) for value in PLACES)]
    return html.Div(
        [
            breadcrumb.layout(),
            segments("state", [(value, t(f"cases.state_{value}")) for value in STATES], state),
            periods(period),
            _kinds(kind),
            segments("severity", grades, severity, t("cases.severity")),
            segments("located", places, located, t("cases.place")),
            hidden("incident", more.get("incident")),
        ],
        className="filters",
    )


def _kinds(asked: str) -> Component:
    rows = sorted(door().query("kinds", scope()).to_pylist(), key=lambda row: (row["severity"], row["kind"]))
    options = [{"value": row["kind"], "label": named(row)} for row in rows]
    known = asked if asked in {row["kind"] for row in rows} else None
    words = t("cases.every_kind")
    chooser = dcc.Dropdown(options, known, id=KINDS, placeholder=words, clearable=True, searchable=False)
    return html.Div([html.Span(t("cases.kind")), chooser], className="control")
