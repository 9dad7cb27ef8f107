"""The course of a case: steps, notes and messages on one line of time, the newest below; a note is one line."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dash import Input, Output, State, callback, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import case, deeds
from dashboard.messages import Message, messages
from dashboard.panels.incident_steps import told_once
from dashboard.parts import empty, panel, status
from dashboard.session import door, scope
from dashboard.text import clock, day_short, local, stamp, t
from dashboard.view import CASES, news
from data.errors import Problem
from data.loop.notes import LONGEST, Notes

BODY, TEXT, SENT, SAID = "case-log-body", "case-note", "case-note-sent", "case-note-said"

Row = dict[str, Any]
Line = tuple[datetime, int, Component]


def layout() -> Component:
    """Return the empty list and the field of a note."""
    field = dcc.Input(id=TEXT, type="text", maxLength=LONGEST, placeholder=t("log.write"), value="", debounce=False)
    foot = html.Div([field, html.Span(id=SAID)], className="write")
    return panel(
        "case-log", t("log.title"), [dcc.Store(id=SENT), html.Ol(id=BODY), foot], t("log.note"), t("log.order")
    )


@callback(Output(BODY, "children"), CASES)
def show(view: dict[str, Any] | None) -> Any:
    """Show what happened with the view's case so far."""
    row = case.chosen(view)
    if row is None:
        return [html.Li(empty(t("stages.none")))]
    found = [*_steps(row), *_notes(row), *_messages(row)]
    # the list is laid out from its end, so that the newest is in sight however long it is
    return [line for _, _, line in sorted(found, key=lambda one: one[:2], reverse=True)]


@callback(
    Output(TEXT, "value"),
    Output(SAID, "children"),
    Output("news", "data", allow_duplicate=True),
    Input(SENT, "data"),
    State("cases", "data"),
    prevent_initial_call=True,
)
def write(sent: dict[str, Any] | None, view: dict[str, Any] | None) -> tuple[str, Any, str]:
    """Keep the note the browser sends ({text, command_id}); one sent twice is kept once."""
    row = case.chosen(view)
    if not sent or row is None:
        raise PreventUpdate
    try:
        Notes(door().operations).add(str(sent["command_id"]), scope(), row["incident_id"], str(sent["text"]))
    except Problem as problem:
        return str(sent["text"]), html.Span(deeds.why(problem), className="refused"), news()
    return "", None, news()


def _steps(row: Row) -> list[Line]:
    lines = []
    for one in told_once(door().desk.steps(row["incident_id"])):
        act = t(f"act.{one['act']}") if one["act"] else t(f"step.{one['to_state']}")
        facts = [_actor(one), act, one["reason"], _due(one)]
        lines.append(_line(one["stepped_at"], 0, " · ".join(fact for fact in facts if fact), "step"))
    return lines


def _actor(one: Row) -> str:
    unit = case.unit_name(one["unit_id"]) if one["unit_id"] else ""
    return str(one["account"] or unit or t("log.outside"))


def _due(one: Row) -> str:
    return t("steps.due", at=stamp(one["deadline_at"])) if one["deadline_at"] else ""


def _notes(row: Row) -> list[Line]:
    found = Notes(door().operations).of(row["incident_id"])
    return [_line(one["noted_at"], 1, [html.B(one["account"]), " ", one["text"]], "note") for one in found]


def _messages(row: Row) -> list[Line]:
    return [_line(one.created_at, 2, _told(one), "message") for one in messages(row["incident_id"])]


def _told(one: Message) -> list[Any]:
    about = t("log.order_to", order=t(f"act.{one.order}") if one.is_act else one.order, to=one.to)
    if one.state == "delivered":
        return [about, " ", status("ok", t("log.delivered", at=clock(one.delivered_at)))]
    if one.late:
        call = t("log.phone", phone=one.phone) if one.phone else t("log.call")
        return [about, " ", status("crit", t("log.undelivered")), " ", html.Span(call, className="call")]
    return [about, " ", status("neutral", t("log.waiting"))]


def _line(at: datetime, rank: int, words: Any, kind: str) -> Line:
    today = datetime.now(local(at).tzinfo).date()
    near = local(at).date() == today
    time = (
        clock(at) if near or today - local(at).date() < timedelta(0) else f"{day_short(local(at).date())} {clock(at)}"
    )
    return at, rank, html.Li([html.Time(time), html.Div(words)], className=kind)
