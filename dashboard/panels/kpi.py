"""Three pillars of three key figures each: value, shape of eight weeks, change on the period before, n."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import figures, moment
from dashboard.charts import spark
from dashboard.parts import panel, status
from dashboard.text import is_chinese, number, percent, points, t
from dashboard.view import VIEW
from data.metrics import METRICS, Metric

# The three pillars 三精: exact information, careful service, precise governance.
PILLARS = {
    "information": ("coverage", "valid_track", "proactive"),
    "service": ("on_time_accept", "first_check", "reopen"),
    "governance": ("on_time_handling", "rework", "repeat"),
}


def body(pillar: str) -> str:
    """Return the id of a pillar's body."""
    return f"kpi-{pillar}-body"


def layout() -> list[Component]:
    """Return the three empty pillars."""
    return [_pillar(name) for name in PILLARS]


def _pillar(name: str) -> Component:
    return panel("kpi", t(f"kpi.{name}"), html.Div(id=body(name)), total=t("kpi.period"))


@callback(Output(body("information"), "children"), VIEW)
def show_information(view: dict[str, Any] | None) -> list[Component]:
    """Show how exact and complete the information is."""
    return _tiles("information", view)


@callback(Output(body("service"), "children"), VIEW)
def show_service(view: dict[str, Any] | None) -> list[Component]:
    """Show how people's matters are taken care of."""
    return _tiles("service", view)


@callback(Output(body("governance"), "children"), VIEW)
def show_governance(view: dict[str, Any] | None) -> list[Component]:
    """Show how problems are settled."""
    return _tiles("governance", view)


def _tiles(pillar: str, view: dict[str, Any] | None) -> list[Component]:
    period = moment.period({**(view or {}), "period": "30d"})
    return [_tile(METRICS[name], view, period) for name in PILLARS[pillar]]


def _tile(metric: Metric, view: dict[str, Any] | None, period: figures.Period) -> Component:
    now = figures.one(metric.name, view, period)
    before = figures.past(metric.name, view, figures.before(period))
    definition = metric.definition_zh if is_chinese() else metric.definition_en
    whole: list[Any] = [percent(now["value"], unit=False)]
    if now["value"] is not None:
        shape = spark(figures.weeks(metric.name, view))
        whole += [html.Small("%"), *([html.I(className="spark", style={"--shape": shape})] if shape else [])]
    return html.Div(
        [
            html.Div(metric.zh if is_chinese() else metric.en, className="label", title=definition),
            html.Div(whole, className="value"),
            change(metric.better, now, before),
            html.Div(t("kpi.n", n=number(now["n"], short=True)), className="n"),
        ],
        className="figure",
    )


def change(better: str, now: dict[str, Any], before: dict[str, Any]) -> Component:
    """Return the change on the period before in words; it has a colour only when it exceeds the interval."""
    if now["value"] is None:
        return html.Div(t("kpi.nothing"), className="status")
    if before["value"] is None:
        return html.Div(t("kpi.no_before"), className="status")
    words = t("kpi.change", points=points(now["value"] - before["value"]))
    return status(judged(better, now, before), words)


def judged(better: str, now: dict[str, Any], before: dict[str, Any]) -> str:
    """Return the status of a change: neutral unless the intervals lie apart, then ok or warn."""
    if better == "none" or now["low"] is None or before["low"] is None:
        return "neutral"
    if now["low"] <= before["high"] and before["low"] <= now["high"]:
        return "neutral"
    return "ok" if (now["value"] > before["value"]) == (better == "higher") else "warn"
