"""Size and result (规模与成绩): units by n and share, over the bands of chance around the rate of the whole area."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback, html
from dash.development.base_component import Component

from dashboard import judged
from dashboard.charts import EMPTY, graph
from dashboard.funnel import Dot, funnel
from dashboard.intervals import RANKED_FROM
from dashboard.look import look
from dashboard.panels.rate_head import metric_name
from dashboard.parts import Children, empty, panel
from dashboard.score_rows import named_
from dashboard.text import number, percent, t
from dashboard.view import VIEW, control

CHART, NOTE, TOTAL, NONE = "funnel-chart", "funnel-note", "funnel-total", "funnel-none"


def layout() -> Component:
    """Return the empty chart."""
    body = [graph(CHART), html.Span(id=NONE, className="instead")]
    return panel("funnel", t("funnel.title"), body, html.Span(id=NOTE), html.Span(id=TOTAL))


@callback(Output(CHART, "figure"), Output(NONE, "children"), Output(NOTE, "children"), Output(TOTAL, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[dict[str, Any], Children, str, str]:
    """Show every subject of the card with enough cases, around the rate of them all: excluded cases count nowhere."""
    metric = judged.front(view)
    note = t("funnel.note")
    if judged.withheld(view):
        return EMPTY, empty(t("scorecard.reason")), note, ""
    parts = [(one, part) for one in judged.card(view).rows if (part := one.part(metric)) and part.whole]
    dots = [Dot(one.subject_id, named_(one), part.value, part.n) for one, part in parts if part.n >= RANKED_FROM]
    if len(dots) < 2:
        return EMPTY, empty(t("funnel.nothing", n=RANKED_FROM)), note, ""
    whole = sum(part.whole for _, part in parts)
    rate = sum(part.part for _, part in parts) / whole
    told = t("funnel.rate", metric=metric_name(metric), value=percent(rate), n=number(whole))
    return funnel(dots, rate, (view or {}).get("subject"), look(view)), None, note, told


clientside_callback(
    ClientsideFunction("pages", "pointed"),
    Output(control("subject"), "value", allow_duplicate=True),
    Input(CHART, "clickData"),
    prevent_initial_call=True,
)
