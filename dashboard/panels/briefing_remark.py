"""What people write about the chapters of a briefing, apart from what was counted; every change is a new draft."""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, callback, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.briefing import numbers
from dashboard.parts import panel, status
from dashboard.session import door, scope
from dashboard.text import stamp, t, voice
from dashboard.view import VIEW, control, hidden
from data.briefing.notes import LONGEST, Notes, may_write, span_of
from data.briefing.numbers import Numbers
from data.briefing.spelling import Words
from data.briefing.write import kinds
from data.errors import Problem

TEXT, SAVE, HELD, SAID = "remark-text", "remark-save", "remark-held", "remark-said"

Row = dict[str, Any]


def layout(chapter: str) -> Component:
    """Return the form: a chapter, its text, and who wrote it last."""
    known = chapters()
    options = [{"value": key, "label": words} for key, words in known.items()]
    chosen = chapter if chapter in known else next(iter(known))
    chooser = dcc.Dropdown(options, chosen, id=control("chapter"), clearable=False, searchable=False)
    field = dcc.Textarea(id=TEXT, maxLength=LONGEST, placeholder=t("briefing.remark_hint"))
    save = html.Button(t("briefing.save"), id=SAVE, className="button primary", n_clicks=0)
    body = [
        html.Div([html.Span(t("briefing.chapter")), chooser], className="control"),
        field,
        html.Div([save, html.Span(id=SAID)], className="line"),
        dcc.Store(id=HELD),
        hidden("draft"),
    ]
    return panel("briefing-remark", t("briefing.remark"), body, t("briefing.remark_note"))


def chapters() -> dict[str, str]:
    """Return the chapters of all kinds one may write about, with their titles."""
    words = Words(voice().language, door().config.zone)
    ids = dict.fromkeys(row["id"] for name in ("brief", "monthly") for row in kinds()[name]["chapters"])
    return {key: words.t(f"chapter.{key}") for key in ids}


@callback(Output(TEXT, "value"), Output(HELD, "data"), Output(SAID, "children"), VIEW, State(HELD, "data"))
def show(view: Row | None, held: Row | None) -> tuple[Any, Any, Any]:
    """Show the newest draft; what somebody is writing stays while nothing newer is there."""
    row = _latest(view)
    if row is None or row["about"] == (held or {}).get("about"):
        return no_update, no_update, no_update
    by = t("briefing.by", author=row["author"], at=stamp(row["written_at"]), n=row["about"]["version"])
    return row["text"], {"about": row["about"]}, by if row["author"] else t("briefing.unwritten")


@callback(
    Output(control("draft"), "value"),
    Output(SAID, "children", allow_duplicate=True),
    Input(SAVE, "n_clicks"),
    State(TEXT, "value"),
    State(HELD, "data"),
    prevent_initial_call=True,
)
def save(pressed: int, text: str | None, held: Row | None) -> tuple[Any, Any]:
    """Keep what was written as a new draft."""
    if not pressed or not held:
        raise PreventUpdate
    about = held["about"]
    try:
        door().check_area(scope(), about["area_id"])
        number = Notes(door().operations).write(scope(), about, text or "", about["version"])
    except Problem as problem:
        return no_update, status("crit", problem.sentence(voice().language))
    door().audit.record(scope(), "briefing remark", subjects=about["area_id"], period=about["span"], version=number)
    return f"{about['chapter']}-{number}", status("ok", t("briefing.saved", n=number))


def _latest(view: Row | None) -> Row | None:
    """Return the newest draft of the chapter chosen, with what it is about; an empty one where nobody wrote."""
    chapter = (view or {}).get("chapter")
    if not chapter or not may_write(scope()):
        return None
    asked = numbers(view)
    found = Notes(door().operations).latest(asked.question.kind, asked.question.area, span_of(asked)).get(chapter)
    row = found or {"text": "", "author": "", "version": 0, "written_at": None}
    return {**row, "about": {**_about(asked, chapter), "version": row["version"]}}


def _about(asked: Numbers, chapter: str) -> Row:
    told = asked.question
    return {"kind": told.kind, "area_id": told.area, "span": span_of(asked), "chapter": chapter}
