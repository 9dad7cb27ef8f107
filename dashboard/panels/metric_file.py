"""One metric: what it counts, what it divides, where it comes from, a worked example, and the statement itself."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import figures, moment, place
from dashboard.panels.metric_list import ordered
from dashboard.panels.rate_head import definition, metric_name
from dashboard.parts import panel
from dashboard.standing import spelled
from dashboard.text import days, is_chinese, number, percent, t
from dashboard.view import VIEW
from data.feeds import feeds
from data.metrics import METRICS, Metric

TITLE, BODY = "metric-file-title", "metric-file-body"
Row = dict[str, Any]


def layout() -> Component:
    """Return the empty explanation."""
    return panel("metric-file", html.Span(id=TITLE), html.Div(id=BODY))


@callback(Output(TITLE, "children"), Output(BODY, "children"), VIEW)
def show(view: Row | None) -> tuple[str, list[Component]]:
    """Explain the chosen metric."""
    asked = str((view or {}).get("metric") or "")
    name = asked if asked in METRICS else next(iter(ordered()))
    metric = METRICS[name]
    facts = html.Dl([part for label, words in told(metric) for part in (html.Dt(label), html.Dd(words))])
    example = html.Div([html.H3(t("metrics.example")), html.P(worked(name, view))], className="example")
    statement = html.Details([html.Summary(t("metrics.statement")), html.Pre(statement_of(metric))], open=True)
    return metric_name(name), [html.P(definition(name), className="definition"), example, facts, statement]


def statement_of(metric: Metric) -> str:
    """Return the statement of a metric's file without its header, which stands above in words."""
    return metric.file.sql.partition("*/")[2].strip()


def told(metric: Metric) -> list[tuple[str, str]]:
    """Return the facts of a metric, each with its label."""
    better = t(f"metrics.better_{metric.better}")
    made_from = t("metrics.comma").join(_feed(name) for name in metric.inputs)
    return [
        (t("metrics.code"), metric.code),
        (t("metrics.pillar"), t(f"kpi.{metric.pillar}")),
        (t("metrics.kind"), t(f"metrics.kind_{metric.kind}")),
        (t("metrics.unit"), t(f"metrics.unit_{metric.unit}")),
        (t("metrics.better"), better),
        (t("metrics.inputs"), made_from),
        (t("metrics.version"), str(metric.version)),
        (t("metrics.stable"), metric.name),
    ]


def _feed(name: str) -> str:
    return feeds()[name].zh if is_chinese() else feeds()[name].en


def worked(name: str, view: Row | None) -> str:
    """Return the metric of the view's area and period, worked out: part by whole, with n and interval."""
    metric, span = METRICS[name], moment.span(view or {})
    found = figures.one(name, view, moment.period(view or {}))
    facts: Row = {"area": place.title(view), "days": days(span.first, span.last), "metric": metric_name(name)}
    if found["value"] is None:
        return t("metrics.example_nothing", **facts)
    facts |= {"value": spelled(metric, found["value"], unit=True), "part": plain(found["part"])}
    if found["whole"] is None:
        return t("metrics.example_count", **facts)
    facts["whole"] = plain(found["whole"])
    if found["low"] is None:
        return t("metrics.example_ratio", **facts)
    ends = {"low": percent(found["low"], unit=False), "high": percent(found["high"])}
    return t("metrics.example_share", **facts, **ends)


def plain(value: float) -> str:
    """Return an amount as it is added up: whole numbers whole, others to two digits."""
    return number(value) if value == int(value) else number(value, 2)
