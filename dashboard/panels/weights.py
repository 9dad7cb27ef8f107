"""Weights: the set in force, what other weights would do (试算), proposals to approve, and the sets of before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dash import Input, Output, State, callback, ctx, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import judged, moment
from dashboard.judging import STORE
from dashboard.panels.rate_head import metric_name
from dashboard.parts import Children, chip, panel
from dashboard.seat_forms import button, form
from dashboard.session import door, scope
from dashboard.standing import level
from dashboard.text import day_long, number, t
from dashboard.view import CASES
from dashboard.weight_words import effect
from data.analysis.scorecard import deciding_day, what_if
from data.analysis.weights import WeightSet

BODY, NOTE, TOTAL, SHOWN = "weights-body", "weights-note", "weights-total", "weights-shown"
EFFECT, CHIP, TRIAL = "weights-effect", "weights-chip", "weights-trial"
MOST = 40  # the end of a slider

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty panel."""
    sent = html.Div(id=EFFECT, className="effect")
    body = [dcc.Store(id=SHOWN), dcc.Store(id=TRIAL), html.Div(id=BODY, className="set"), sent]
    total = [html.Span(id=CHIP), html.Span(id=TOTAL)]
    return panel("weights", t("weights.title"), body, html.Span(id=NOTE), total)


@callback(
    Output(BODY, "children"),
    Output(NOTE, "children"),
    Output(TOTAL, "children"),
    Output(SHOWN, "data"),
    CASES,
    State(SHOWN, "data"),
)
def show(view: Row | None, shown: str | None) -> tuple[Children, str, Component, str]:
    """Show the set that holds for the view's period; a trial under way stays while nothing else is chosen."""
    now = level(view)
    here = door().weighing.current(now, deciding_day(moment.span(view or {})))
    every = door().weighing.history(now)
    key = f"{now} {judged.withheld(view)} {here.set_id} {' '.join(f'{one.set_id}{one.approved_by}' for one in every)}"
    if key == shown:
        raise PreventUpdate
    sliders = [_slider(rule.metric, rule.weight) for rule in here.rules]
    acts = html.Div(_acts(here), className="acts")
    body = [*_waiting(every), html.Div([html.Div(sliders, className="sliders"), acts], **form())]
    return body, _title(here), _history(every, here), key


@callback(
    Output(EFFECT, "children"),
    Output(CHIP, "children"),
    Input(TRIAL, "data"),
    Input(SHOWN, "data"),
    State("view", "data"),
)
def trial(weights: dict[str, float] | None, _: str | None, view: Row | None) -> tuple[Children, Children]:
    """Say what the weights on the sliders would do to scores and ranks; sliders drawn anew stand as they are."""
    if judged.withheld(view):
        return t("scorecard.reason"), None
    if not weights or ctx.triggered_id == SHOWN:
        return t("weights.untouched"), None
    card = judged.card(view)
    known = card.weights.weights()
    if set(weights) - set(known) or all(weights[key] == known[key] for key in weights):
        return t("weights.untouched"), None
    if not sum(weights.values()):
        return t("weights.nothing"), chip(t("weights.trying"), "trying")
    return effect(what_if(card, weights)), chip(t("weights.trying"), "trying")


def _slider(metric: str, weight: float) -> Component:
    share = f"{weight / MOST:.4f}"
    at: Any = {"data-was": f"{weight:g}", "style": {"--was": share, "--at": share}}
    track = dcc.Input(name=metric, type="range", min=0, max=MOST, step=0.5, value=weight)
    told = [html.Span(metric_name(metric)), html.Span(track, className="track"), html.Output(f"{weight:g}")]
    return html.Label(told, className="weight", **at)


def _acts(here: WeightSet) -> Component:
    """Return the buttons that submit a trial or put the sliders back, for who may propose."""
    reset: Any = {"data-reset": "weights"}
    back = html.Button(t("weights.reset"), type="button", className="button", **reset)
    if not scope().roles & {"leader", "analyst"}:
        return html.Div([back, html.Span(t("weights.sum", n=_sum(here)), className="note")], className="line")
    fields = [
        html.Label([t("weights.from"), dcc.Input(name="from_day", type="text", value=str(next_month()), maxLength=10)]),
        dcc.Input(name="note", type="text", placeholder=t("weights.why"), maxLength=200),
    ]
    send = button("propose", t("weights.submit"), "primary", store=STORE)
    note = html.Span(t("weights.sum", n=_sum(here)), className="note")
    return html.Div([html.Div(fields, className="line"), html.Div([send, back, note], className="line")])


def next_month() -> date:
    """Return the first day of the month after the running one: a month under way keeps its weights."""
    first = moment.today({}).replace(day=1)
    return (first + timedelta(days=32)).replace(day=1)


def _sum(here: WeightSet) -> str:
    return f"{sum(here.weights().values()):g}"


def _title(here: WeightSet) -> str:
    if here.effective_from is None:
        return t("weights.default")
    return t("weights.current", n=here.version, day=day_long(here.effective_from))


def _waiting(every: list[WeightSet]) -> list[Component]:
    """Return the proposals nobody approved yet, each with the button for somebody else."""
    return [_proposal(one) for one in every if one.effective_from and not one.approved_by]


def _proposal(one: WeightSet) -> Component:
    words = t("weights.waiting", n=one.version, who=one.proposed_by, day=day_long(one.effective_from))
    told = " · ".join(f"{metric_name(rule.metric)} {rule.weight:g}" for rule in one.rules)
    mine = one.proposed_by == scope().account or not scope().has("leader")
    act = (
        html.Span(t("weights.another"), className="note")
        if mine
        else button("approve", t("weights.approve"), store=STORE, id=one.set_id)
    )
    return html.Div([html.Span(words, title=" · ".join(filter(None, [told, one.note]))), act], className="proposal")


def _history(every: list[WeightSet], here: WeightSet) -> Component:
    lines = [_version(one, one.set_id == here.set_id) for one in every]
    return html.Details(
        [html.Summary(t("weights.history", n=number(len(every)))), html.Div(lines)], className="menu sets"
    )


def _version(one: WeightSet, here: bool) -> Component:
    since = day_long(one.effective_from) if one.effective_from else t("weights.from_files")
    who = (
        t("weights.signed", proposed=one.proposed_by, approved=one.approved_by or t("weights.nobody"))
        if one.proposed_by
        else ""
    )
    told = " · ".join(f"{metric_name(rule.metric)} {rule.weight:g}" for rule in one.rules if rule.weight)
    mark: Any = {"aria-current": "true"} if here else {}
    return html.Div(
        [html.B(f"v{one.version}"), html.Span(since), html.Span(who), html.Small(told), html.Small(one.note)], **mark
    )
