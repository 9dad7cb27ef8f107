"""The head of the scorecard: the front rate of the area with its interval, the neutral line, n, and any-time rate."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import figures, moment, place
from dashboard.intervals import scale, ticks
from dashboard.loaded import missing
from dashboard.parts import empty, panel
from dashboard.session import door
from dashboard.standing import FRONT
from dashboard.text import is_chinese, number, percent, t
from dashboard.view import VIEW
from data.metrics import METRICS

BODY = "rate-body"


def layout() -> Component:
    """Return the empty head."""
    return panel("rate", t("rate.title"), html.Div(id=BODY))


@callback(Output(BODY, "children"), VIEW)
def show(view: dict[str, Any] | None) -> list[Component]:
    """Show the rate of the view's area and period."""
    period = moment.period(view or {})
    rate, ever = (figures.one(name, view, period) for name in (FRONT, "in_grid"))
    told = [html.H2([place.title(view), html.Span(metric_name(FRONT))]), html.P(definition(FRONT), className="note")]
    if rate["value"] is None:
        return [
            html.Div("—", className="value"),
            html.Div([*told, missing("incident") or empty(t("rate.nothing"))], className="told"),
        ]
    beside = html.Div(
        [
            figure(metric_name("in_grid"), percent(ever["value"], False), "%"),
            figure(t("rate.cases"), number(rate["n"]), ""),
            figure(t("rate.solved"), number(rate["part"]), ""),
        ],
        className="beside",
    )
    value = html.Div([percent(rate["value"], unit=False), html.Small("%")], className="value")
    return [value, html.Div([band(rate), few(rate)], className="ranged"), beside, html.Div(told, className="told")]


def metric_name(name: str) -> str:
    """Return a metric's name in the language of the request."""
    return METRICS[name].zh if is_chinese() else METRICS[name].en


def definition(name: str) -> str:
    """Return a metric's definition in the language of the request."""
    return METRICS[name].definition_zh if is_chinese() else METRICS[name].definition_en


def figure(label: str, value: str, unit: str) -> Component:
    """Return a number with its label."""
    return html.Div([html.Span(label), html.B([value, html.Small(unit)])], className="figure")


def few(rate: dict[str, Any]) -> Component:
    """Return the ends of the interval, and a warning where there are too few cases to rank by."""
    words = t("front.range", low=percent(rate["low"], False), high=percent(rate["high"], False))
    return html.Div(words + (t("front.few") if rate["n"] < 30 else ""), className="note")


def band(rate: dict[str, Any]) -> Component:
    """Return the interval on a scale with the neutral line, labelled as configured."""
    rules = door().config.incidents
    line = rules.reference_rate
    floor, top = scale([rate["low"]], [1.0], line)

    def at(value: float) -> dict[str, str]:
        return {"--at": f"{(value - floor) / (top - floor):.4f}"}

    ends = {"--low": at(rate["low"])["--at"], "--high": at(rate["high"])["--at"]}
    pieces: list[Component] = [html.I(className="track"), html.I(className="interval", style=ends)]
    pieces += [html.Span(f"{value * 100:g}", className="tick", style=at(value)) for value in ticks(floor, top)]
    if line:
        words = rules.reference_label if is_chinese() else rules.reference_label_en
        side = "line left" if line - floor > (top - floor) / 2 else "line"
        pieces.append(html.Span(html.Span(words), className=side, style=at(line)))
    return html.Div([*pieces, html.I(className="mark", style=at(rate["value"]))], className="band wide")
