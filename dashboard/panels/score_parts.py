"""What the chosen subject's score is made of: every part with its weight, its shrunk value, and what it cost."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import aims, judged
from dashboard.judging import STORE
from dashboard.panels.rate_head import metric_name
from dashboard.parts import Children, empty, panel
from dashboard.score_rows import distance, named_, scored, signed, told_range, told_target
from dashboard.seat_forms import button, form
from dashboard.session import scope
from dashboard.standing import spelled
from dashboard.text import DASH, number, t
from dashboard.view import VIEW
from data.analysis.card import Card, Part, Scored
from data.metrics import METRICS

TITLE, BODY, NOTE = "parts-title", "parts-body", "parts-note"
COLUMNS = ("metric", "value", "n", "shrunk", "r0", "score", "weight", "lost")

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty panel."""
    return panel("score-parts", html.Span(id=TITLE), html.Div(id=BODY), html.Span(id=NOTE))


@callback(Output(TITLE, "children"), Output(BODY, "children"), Output(NOTE, "children"), VIEW)
def show(view: Row | None) -> tuple[str, Children, str]:
    """Show the parts of the chosen subject."""
    one = judged.chosen(view)
    if one is None:
        return t("score_parts.title"), empty(t("score_parts.none")), ""
    card, told = judged.card(view), aims.aims(view)
    return (
        named_(one),
        [table(one, card, told, (view or {}).get("metric")), _vendor(view, one), _target_form(view, one, told)],
        summary(one, card),
    )


def summary(one: Scored, card: Card) -> str:
    """Return a subject's score in words, or why there is none."""
    if not scored(one):
        why = t(f"scorecard.why_{'few' if one.why == 'few' else 'no_data'}", n=card.weights.fewest)
        return " · ".join(filter(None, [why, distance(one)]))
    facts = {"score": f"{one.score:.1f}", "low": f"{one.low:.1f}", "high": f"{one.high:.1f}"}
    words = t("score_parts.score", grade=t(f"score_parts.{one.grade}") if one.grade else DASH, **facts)
    return " · ".join(filter(None, [words, distance(one)]))


def table(one: Scored, card: Card, told: aims.Aims, chosen: str | None = None) -> Component:
    """Return the table of the parts, the one that cost most first; below it how small samples are shrunk."""
    whole = sum(part.weight for part in one.parts if part.score is not None)
    ordered = sorted(one.parts, key=lambda part: -lost(part, whole))
    head = html.Tr([html.Th(t(f"score_parts.column_{name}")) for name in COLUMNS])
    lines = [_line(part, whole, told.of(part.metric, one.subject_id), part.metric == chosen) for part in ordered]
    strengths = sorted({part.k for part in one.parts if part.k})
    note = t("score_parts.shrinkage", k=" / ".join(f"{k:g}" for k in strengths)) if strengths else ""
    left_out = t("score_parts.excluded", n=number(card.excluded)) if card.excluded else ""
    return html.Div(
        [html.Table([html.Thead(head), html.Tbody(lines)]), html.P([note, " ", left_out], className="note")],
        className="parts-table",
    )


def lost(part: Part, whole: float) -> float:
    """Return how many points of the score a part cost: its share of the weight with data, times what it lacks."""
    return 0.0 if part.score is None or not whole else part.weight / whole * (100 - part.score)


def _line(part: Part, whole: float, aim: aims.Aim | None, chosen: bool) -> Component:
    metric, name = METRICS[part.metric], metric_name(part.metric)
    choose: Any = {"data-choose": "metric", "data-to": part.metric, "data-also": "why=cases"}
    facts: Any = {"aria-current": "true"} if chosen else {}
    missed = [html.I(className="shape warn")] if part.beats_target is False else []
    value = html.Span(
        [*missed, spelled(metric, part.value)], title=_told(part, aim), className="missed" if missed else ""
    )
    cells: list[Children] = [html.Button(name, type="button", className="link", **choose), value, number(part.n)]
    if part.score is None:
        return html.Tr([*map(html.Td, cells), html.Td(t("score_parts.no_data"), colSpan=5, className="note")], **facts)
    bar = html.Span(
        [html.I(html.I(style={"--share": f"{part.score / 100:.4f}"}), className="bar"), f"{part.score:.0f}"]
    )
    cells += [
        spelled(metric, part.shrunk) if part.k else DASH,
        html.Span(spelled(metric, part.r0), title=t(f"score_parts.r0_{part.r0_of}")) if part.k else DASH,
        bar,
        f"{part.weight:g}",
        signed(-lost(part, whole)) if lost(part, whole) >= 0.05 else DASH,
    ]
    return html.Tr([html.Td(cell) for cell in cells], **facts)


def _told(part: Part, aim: aims.Aim | None) -> str:
    return " · ".join(filter(None, [told_range(part), told_target(part.metric, aim)]))


def _vendor(view: Row | None, one: Scored) -> Component:
    """Return the composite other systems commonly show, to hold ours against; it has no interval and no peers."""
    value = judged.vendor(view, one.subject_id)
    words = "" if value is None else t("score_parts.vendor", value=number(value, 1))
    return html.P(words, className="note vendor", hidden=value is None)


def _target_form(view: Row | None, one: Scored, told: aims.Aims) -> Component:
    """Return the form that sets or withdraws a target of the chosen metric, for who leads; it holds for the level."""
    metric = (view or {}).get("metric")
    part = one.part(str(metric)) if metric else None
    if part is None or not scope().has("leader"):
        return html.Span(hidden=True)
    fields = [
        dcc.Input(name="value", type="text", placeholder=t("aims.value"), maxLength=6),
        dcc.Input(name="set_by", type="text", placeholder=t("aims.who"), maxLength=40),
        dcc.Input(name="from_day", type="text", placeholder=t("aims.from"), maxLength=10),
    ]
    words = html.Summary(t("aims.set", metric=metric_name(part.metric), level=judged.level_title(view)))
    send = button("target", t("aims.send"), store=STORE, metric=part.metric)
    set_ = told.of(part.metric, one.subject_id)
    gone = [_withdrawal(part.metric, set_)] if set_ else []
    return html.Details([words, html.Div([*fields, send], **form("aim")), *gone], className="aim")


def _withdrawal(metric: str, aim: aims.Aim) -> Component:
    """Return the target in force and the button that ends it; it stays in the record."""
    return html.Div(
        [html.Span(told_target(metric, aim)), button("withdraw", t("aims.withdraw"), store=STORE, id=aim.target_id)],
        **form("aim"),
    )
