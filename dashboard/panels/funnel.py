"""Size and result (规模与成绩): units by n and share, over the bands of chance around the rate of the whole area."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback, html
from dash.development.base_component import Component

from dashboard import figures, judged, moment
from dashboard.charts import EMPTY, graph
from dashboard.funnel import Dot, funnel
from dashboard.intervals import RANKED_FROM
from dashboard.look import look
from dashboard.panels.rate_head import metric_name
from dashboard.parts import Children, empty, panel
from dashboard.standing import rates
from dashboard.text import named, number, percent, t
from dashboard.tree import UNLOCATED
from dashboard.view import VIEW, control

CHART, NOTE, TOTAL, NONE = "funnel-chart", "funnel-note", "funnel-total", "funnel-none"


def layout() -> Component:
    """Return the empty chart."""
    body = [graph(CHART), html.Span(id=NONE, className="instead")]
    return panel("funnel", t("funnel.title"), body, html.Span(id=NOTE), html.Span(id=TOTAL))


@callback(Output(CHART, "figure"), Output(NONE, "children"), Output(NOTE, "children"), Output(TOTAL, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[dict[str, Any], Children, str, str]:
    """Show every unit of the level with enough cases."""
    metric = judged.front(view)
    note = t("funnel.note")
    if judged.withheld(view):
        return EMPTY, empty(t("scorecard.reason")), note, ""
    rows = [row for row in rates(metric, view) if row["level"] != UNLOCATED]
    dots = [Dot(row["area_id"], named(row), row["value"], row["n"]) for row in rows if row["n"] >= RANKED_FROM]
    whole = figures.one(metric, view, moment.period(view or {}))
    if len(dots) < 2 or whole["value"] is None:
        return EMPTY, empty(t("funnel.nothing", n=RANKED_FROM)), note, ""
    told = t("funnel.rate", metric=metric_name(metric), value=percent(whole["value"]), n=number(whole["n"]))
    return funnel(dots, whole["value"], (view or {}).get("subject"), look(view)), None, note, told


clientside_callback(
    ClientsideFunction("pages", "pointed"),
    Output(control("subject"), "value", allow_duplicate=True),
    Input(CHART, "clickData"),
    prevent_initial_call=True,
)
