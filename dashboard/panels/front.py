"""The front number: share of problems solved inside the grid in time, with interval, neutral line, n and ladder."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import figures, moment
from dashboard.intervals import scale, ticks
from dashboard.loaded import missing
from dashboard.parts import empty, panel, status
from dashboard.session import door
from dashboard.text import number, percent, points, t
from dashboard.view import VIEW

BODY = "front-body"
FEW = 30


def layout() -> Component:
    """Return the empty tile."""
    return panel("front", t("front.title"), html.Div(id=BODY))


@callback(Output(BODY, "children"), VIEW)
def show(view: dict[str, Any] | None) -> Any:
    """Show the number of the last thirty days."""
    rate = figures.one("in_grid_on_time", view, moment.period({**(view or {}), "period": "30d"}))
    if rate["value"] is None:
        return [html.Div(_number(rate)), missing("incident") or empty(t("front.nothing"))]
    return [html.Div(_number(rate)), html.Div([_band(rate), _distance(rate), _ladder(view)], className="more")]


def _number(rate: dict[str, Any]) -> list[Component]:
    whole = percent(rate["value"], unit=False)
    value = html.Div([whole, html.Small("%")] if rate["value"] is not None else whole, className="value")
    few = t("front.few") if rate["n"] < FEW else ""
    return [html.H2(t("front.title")), value, html.Div(t("front.n", n=number(rate["n"])) + few, className="n")]


def _band(rate: dict[str, Any]) -> Component:
    line = door().config.incidents.reference_rate
    floor, top = scale([rate["low"]], [rate["high"]], line)
    floor, top = (min(floor, 0.96), 1.0) if floor >= 0.9 else (floor, 1.0)

    def at(value: float) -> str:
        return f"{(value - floor) / (top - floor):.4f}"

    pieces = [
        html.Span(_range(rate), className="range"),
        html.Span(className="track"),
        html.Span(className="interval", style={"--low": at(rate["low"]), "--high": at(rate["high"])}),
        html.Span(className="mark", style={"--at": at(rate["value"])}),
        *(html.Span(f"{value * 100:g}", className="tick", style={"--at": at(value)}) for value in ticks(floor, top)),
    ]
    if line:
        words = html.Span(t("front.line", rate=f"{line * 100:g}%"))
        side = "line left" if line - floor > (top - floor) * 0.7 else "line"
        pieces.append(html.Span(words, className=side, style={"--at": at(line)}))
    return html.Div(pieces, className="band")


def _range(rate: dict[str, Any]) -> str:
    return t("front.range", low=percent(rate["low"], False), high=percent(rate["high"], False))


def _distance(rate: dict[str, Any]) -> Component:
    """Say how far from the neutral line, without judging: nobody set it as a target."""
    line = door().config.incidents.reference_rate
    if not line:
        return html.Span()
    if rate["low"] <= line <= rate["high"]:
        return status("neutral", t("front.near"))
    side = "front.below" if rate["value"] < line else "front.above"
    return status("neutral", t(side, points=points(abs(rate["value"] - line), long=True, sign=False)))


def _ladder(view: dict[str, Any] | None) -> Component:
    """Show how much was solved at each higher step."""
    period = moment.period({**(view or {}), "period": "30d"})
    steps = []
    for name in ("in_grid", "solved_by_community", "solved_by_street"):
        value = figures.one(name, view, period)["value"]
        steps.append(t(f"front.{name}", rate=percent(value, False)))
    return html.Div(" · ".join(steps), className="ladder")
