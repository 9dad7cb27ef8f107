"""The closed loop: what flowed through each stage in 24 hours, its median time, and the open backlog in the middle.

Flow and backlog are two numbers with two names. The arcs are filled to the share done in time of ripe cases, of
thirty days: accepted, handled, passed at the first check.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import figures, moment, place
from dashboard.charts import graph, ring
from dashboard.loaded import missing
from dashboard.look import look
from dashboard.parts import panel
from dashboard.session import door, scope
from dashboard.text import hours, number, percent, t
from dashboard.view import VIEW

RING = "loop-ring"
STAGES = "loop-stages"
FLOW = timedelta(hours=24)
# Stage: column of its flow, column of its median time, metric of its conversion.
LOOP = {
    "found": ("reported", "accept_s", "on_time_accept"),
    "solved": ("handled", "handle_s", "on_time_handling"),
    "judged": ("checked", "check_s", "first_check"),
}


def layout() -> Component:
    """Return the empty loop."""
    body = html.Div([html.Div(graph(RING), className="ring"), html.Div(id=STAGES)])
    return panel("loop", t("loop.title"), body, t("loop.flow"), t("loop.columns"))


@callback(Output(RING, "figure"), Output(STAGES, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[dict[str, Any], list[Component]]:
    """Show the loop of the view's area at its moment."""
    absent = missing("incident")
    if absent:
        return ring([None] * len(LOOP), "", "", look(view)), [absent]
    end = moment.now(view or {})
    [flow] = door().query("loop", scope(), area=place.area(view), start=end - FLOW, end=end).to_pylist()
    period = moment.period({**(view or {}), "period": "30d"})
    shares = [figures.one(metric, view, period)["value"] for *_, metric in LOOP.values()]
    drawn = ring(shares, number(flow["open"]), t("loop.open"), look(view))
    stages = [_stage(at, name, flow, share) for at, (name, share) in enumerate(zip(LOOP, shares, strict=True), start=1)]
    return drawn, stages


def _stage(at: int, name: str, flow: dict[str, Any], share: float | None) -> Component:
    count, seconds, _ = LOOP[name]
    facts: list[Any] = [
        t("loop.median", time=hours(flow[seconds])),
        html.Div(t(f"loop.{name}_rate", rate=percent(share))),
    ]
    hue = html.I(style={"--hue": f"var(--loop-{at})"})
    words = [hue, html.B(t(f"loop.{name}")), html.Strong(number(flow[count])), html.Div(facts)]
    return html.Div(words, className="stage")
