"""A new case: its point from the map, its kind, how severe, what and how; reporting it opens its page."""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, callback, ctx, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import case, deeds
from dashboard.panels.segments import segments
from dashboard.parts import SEVERITIES, panel
from dashboard.session import door, scope
from dashboard.text import named, t
from dashboard.view import VIEW, control, hidden, link
from data.errors import Problem
from data.loop.command import Report

WHERE, KIND, TITLE, DETAIL = "new-where", "new-kind", "new-title", "new-detail"
GO, ASKED, SAID, CLEAR = "new-go", "new-asked", "new-said", "new-clear"
THERE = "new-there"
GRADE = control("grade")
LONGEST, LONG = 60, 400


def layout() -> Component:
    """Return the form, closed to accounts that may not open a case."""
    options = [{"value": code, "label": words} for code, words in case.kinds().items()]
    kind = dcc.Dropdown(options, None, id=KIND, placeholder=t("new.kind"), searchable=False, clearable=False)
    grades = [(str(level), t(f"severity.s{level}")) for level in SEVERITIES]
    title = dcc.Input(id=TITLE, type="text", maxLength=LONGEST, placeholder=t("new.name"), value="")
    detail = dcc.Input(id=DETAIL, type="text", maxLength=LONG, placeholder=t("new.detail"), value="")
    go = html.Button(t("new.go"), id=GO, className="button primary", n_clicks=0, disabled=True)
    clear = html.Button(t("deed.no"), id=CLEAR, className="button", n_clicks=0)
    alert: Any = {"role": "alert"}
    acts = [go, clear, html.Span(id=SAID, className="said", **alert)]
    lines = [
        dcc.Location(id=THERE, refresh="callback-nav"),
        html.P(id=WHERE, className="where"),
        html.Div([kind, segments("grade", grades, "3")], className="line"),
        title,
        detail,
        html.Div(acts, className="line"),
    ]
    return panel("new-case", t("new.title"), [dcc.Store(id=ASKED), hidden("spot"), *lines])


@callback(Output(WHERE, "children"), Output(GO, "disabled"), VIEW)
def place(view: dict[str, Any] | None) -> tuple[str, bool]:
    """Say where the point chosen on the map lies."""
    spot = _spot((view or {}).get("spot"))
    if spot is None:
        return t("new.choose"), True
    area = door().places.at(*spot)
    if area is None:
        return t("new.outside"), True
    return case.spot({"area_id": area}), False


@callback(Output(GRADE, "value"), Input(KIND, "value"), prevent_initial_call=True)
def grade(kind: str | None) -> Any:
    """Set the severity a kind has by default."""
    found = next((row for row in door().query("kinds", scope()).to_pylist() if row["kind"] == kind), None)
    return str(found["severity"]) if found else no_update


@callback(Output(control("spot"), "value"), Input(CLEAR, "n_clicks"), prevent_initial_call=True)
def clear(_: int | None) -> str:
    """Forget the point."""
    return ""


@callback(
    Output(SAID, "children"),
    Output(THERE, "href"),
    Input(ASKED, "data"),
    State("view", "data"),
    State(KIND, "value"),
    State(TITLE, "value"),
    State(DETAIL, "value"),
    prevent_initial_call=True,
)
def report(asked: dict[str, Any] | None, view: dict[str, Any] | None, kind: str | None, title: str, detail: str) -> Any:
    """Open the case and go to its page; the same id from the browser opens one case only."""
    spot = _spot((view or {}).get("spot"))
    if not asked or spot is None or ctx.triggered_id != ASKED:
        raise PreventUpdate
    if not kind:
        return t("new.needs_kind"), no_update
    area = door().places.at(*spot)
    if area is None:
        return t("new.outside"), no_update
    if not door().places.inside(area, scope().area_id):
        return t("new.elsewhere"), no_update  # and not whose it is
    level = door().places.level(scope().area_id)
    severity = int((view or {}).get("grade") or 3)
    about = {"lon": spot[0], "lat": spot[1], "title": title or None, "detail": detail or None}
    made = Report(kind, severity, area, "point", **about, source="operator", discovered_level=level)
    try:
        row = door().desk.report(str(asked["command_id"]), scope(), made)
    except Problem as problem:
        return deeds.why(problem), no_update
    return named(row, "incident_id"), link("/case", incident=row["incident_id"])


def _spot(text: Any) -> tuple[float, float] | None:
    """Return the point of a choice `lon,lat`; None for anything else."""
    try:
        lon, lat = (float(part) for part in str(text or "").split(","))
    except ValueError:
        return None
    return lon, lat
