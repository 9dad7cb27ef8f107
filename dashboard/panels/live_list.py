"""Who is on duty, by state; counted, listed and kept up to date by 46-live-list.js."""

from __future__ import annotations

import re
from typing import Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import reason, reason_form
from dashboard.parts import icon, panel
from dashboard.session import door
from dashboard.text import number, t, words
from dashboard.text import voice as language
from dashboard.view import VIEW, control

LIST, REST, FORM, NOTED = "live-list", "live-rest", "live-form", "live-noted"
ASKER, NOTE = "live", "live-note"
STATES = ("moving", "staying", "silent")
SKILLS = "SELECT DISTINCT skills FROM worker WHERE skills IS NOT NULL"


def layout() -> Component:
    """Return the counts, the form of the reason, and the empty list."""
    tiles = [_tile(state) for state in STATES]
    off: Any = {"data-live-count": "off"}
    away = html.Div([html.I(className="live-mark off"), html.Span(t("live.off")), html.B("—", **off)], className="tile")
    form = html.Div(
        [html.P([icon("lock"), t("live.nameless")]), html.Div(reason_form.fields(ASKER), className="line")], id=FORM
    )
    body = [
        html.Div([*tiles, away], className="tiles"),
        html.Div(id=LIST, className="rows"),
        html.P(id=REST, className="empty rest"),
        html.Footer([form, html.Div(id=NOTED)]),
    ]
    return panel("live-list", t("live.title"), body, html.Span(id=NOTE))


def skills(asked: str) -> Component:
    """Return the choice among the skills somebody of the site has."""
    held = door().warehouse.fetch(SKILLS, {})["skills"].to_pylist()
    codes = sorted({code for text in held for code in re.split(r"[;；,，、\s]+", text) if code})
    known = words(language().language)["nearest"]["skill"]
    options = [{"value": code, "label": known.get(code, code)} for code in codes]
    chosen = asked if asked in codes else None
    drop = dcc.Dropdown(options, chosen, id=control("skill"), placeholder=t("live.every_skill"), searchable=False)
    return html.Div([html.Span(t("live.skill")), drop], className="control")


reason_form.keep(ASKER)


@callback(Output(NOTED, "children"), Output(FORM, "className"), Output(NOTE, "children"), VIEW)
def note(_: dict[str, Any] | None) -> tuple[Any, str, str]:
    """Show the reason given and that looking is logged, or the form that asks for it; and what silent means."""
    limits = door().config
    about = t("live.about", silent=number(limits.live.silent_s / 60), stay=number(limits.fixes.stay_s / 60))
    if not reason.given():
        return None, "", about
    noted = html.P([icon("lock"), html.Span(t("people.noted", reason=reason.given()))])
    return [noted, html.P(t("people.logged"), className="note")], "hidden", about


def _tile(state: str) -> Component:
    facts: Any = {"data-live-state": state, "aria-pressed": "false"}
    count: Any = {"data-live-count": state}
    parts = [html.I(className=f"live-mark {state}"), html.Span(t(f"live.{state}")), html.B("—", **count)]
    return html.Button(parts, type="button", className="tile", **facts)
