"""Workers to send to a case, best first, each with why; and for kinds unfit for them, whom to call first."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import case, deeds, near, near_cards, reason_form
from dashboard.panels import case_acts
from dashboard.panels.segments import segments
from dashboard.parts import empty, icon, panel, shape
from dashboard.session import door, scope
from dashboard.text import clock, distance, t
from dashboard.view import CASES, hidden
from data.errors import Problem
from data.loop.fitness import Fitness, first_calls, fitness
from data.loop.ranking import Candidate

BODY, NOTE, BANNER = "case-people-body", "case-people-note", "case-banner"
ASKER, FORM = "near", "near-form"
FEW = 4
ASKS = ("needs_reason", "needs_second_reason")

Row = dict[str, Any]


def layout(near_: str = "") -> Component:
    """Return the empty list; now or then."""
    when = segments("near", [("", t("near.now")), ("then", t("near.then"))], near_)
    form = html.Div(
        [icon("lock"), html.Span(t("near.needed")), *reason_form.fields(ASKER)], id=FORM, className="near-form hidden"
    )
    body = [html.Div(id=BANNER), form, html.Div(id=BODY, className="people"), hidden("reason")]
    return panel("case-people", t("near.title"), body, html.Span(id=NOTE), when)


reason_form.keep(ASKER, lambda view: (case.chosen(view or {}) or {}).get("reported_at"))


@callback(Output(BANNER, "children"), CASES)
def warn(view: dict[str, Any] | None) -> Any:
    """Say where a grid worker is only to keep people away, and whom to call first."""
    row = case.chosen(view)
    if row is None or row["closed_at"] is not None:
        return None
    asked = fitness(row["kind"], row["subkind"], door().config, row["title"])
    if not asked.only_cordon and not asked.call_first:
        return None
    calls = _calls(row, asked)
    words = [shape("warn"), html.B(t("near.cordon"))] if asked.only_cordon else [html.B(t("near.call_first"))]
    return html.Div([html.Span(words), html.Span(calls)], className="cordon")


def _calls(row: Row, asked: Fitness) -> list[Any]:
    """Return the departments to call first, each with a button that dispatches to it where that may be done."""
    may = "dispatch" in deeds.possible(row)
    out: list[Any] = [t("near.first")]
    for one in first_calls(asked, case.units().values())[:FEW]:
        if may and one["unit_id"]:
            out.append(case_acts.button(row, "dispatch", unit=one["unit_id"], label=str(one["name"])))
        else:
            out.append(html.Span(one["name"], className="call"))
    return out


@callback(Output(BODY, "children"), Output(NOTE, "children"), Output(FORM, "className"), CASES)
def show(view: dict[str, Any] | None) -> tuple[Any, Any, str]:
    """Show who may be sent now, or who was near when the case was reported."""
    row = case.chosen(view)
    closed = "near-form hidden"
    if row is None:
        return empty(t("stages.none")), None, closed
    if (view or {}).get("near") == "then":
        return _then(row)
    offer = near.offer(row)
    if not offer.candidates:
        return (
            [empty(t("near.nobody", radius=distance(door().config.dispatch.radius_m))), near_cards.left_out(offer)],
            None,
            closed,
        )
    note = t("near.within", radius=distance(door().config.dispatch.radius_m), n=offer.within)
    may = near.sending(row) in deeds.possible(row)
    people = [near_cards.person(at, one, _send(at, one, row, may)) for at, one in enumerate(offer.candidates, 1)]
    return [*people, near_cards.left_out(offer)], note, closed


def _send(at: int, one: Candidate, row: Row, may: bool) -> Component | None:
    """Return the button that sends a worker to the case, where that may be done."""
    if not may or not one.worker_id:
        return None
    return case_acts.button(row, near.sending(row), primary=at == 1, worker=one.worker_id)


def _then(row: Row) -> tuple[Any, Any, str]:
    if row["lon"] is None:
        return empty(t("near.no_point")), None, "near-form hidden"
    if not scope().sees_tracks:
        return empty(t("state.no_permission")), None, "near-form hidden"
    try:
        found = near.then(row)
    except Problem as problem:
        return empty(deeds.why(problem)), None, "near-form" if problem.reason in ASKS else "near-form hidden"
    around = {"at": clock(row["reported_at"]), "minutes": int(near.AROUND.seconds / 60)}
    note = t("near.around", radius=distance(near.RADIUS_M), **around)
    if not found:
        return empty(t("near.nobody_then")), note, "near-form hidden"
    people = [near_cards.was(at, one) for at, one in enumerate(found, 1)]
    return [*people, html.P(t("people.logged"), className="left-out")], note, "near-form hidden"
