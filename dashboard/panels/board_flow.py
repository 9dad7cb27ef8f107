"""The ring 发现, 解决, 考核: what flowed through in 24 hours beside what is open now, two numbers with two names.

The arcs are conversions, counted over a ripe cohort alone and said to be: those reported 37 to 7 days ago.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import moment, place
from dashboard.charts import graph, ring
from dashboard.loaded import loaded
from dashboard.look import look
from dashboard.parts import panel
from dashboard.queues import board
from dashboard.session import door, scope
from dashboard.text import days, local, number, percent, t
from dashboard.view import CASES

RING, STAGES = "board-ring", "board-stages"
RIPE, LENGTH = timedelta(days=7), timedelta(days=30)
# Stage: the flow it counts, what of the cohort fills its arc, and the states it stands for.
LOOP = {
    "found": ("reported", "accepted", "S10"),
    "solved": ("handled", "handled", "S60"),
    "judged": ("passed", "passed", "S90"),
}


def layout() -> Component:
    """Return the empty ring."""
    body = html.Div([html.Div(graph(RING), className="ring"), html.Div(id=STAGES)])
    return panel("loop flow", t("flow.title"), body, t("loop.flow"), t("flow.columns"))


@callback(Output(RING, "figure"), Output(STAGES, "children"), CASES)
def show(view: dict[str, Any] | None) -> tuple[dict[str, Any], list[Component]]:
    """Show the flow of 24 hours, the open backlog and the conversions of the ripe cohort."""
    found = board({"area": place.area(view)})
    flow, (open_, _) = found.flow(), found.backlog()
    start, end, cohort = ripe(view)
    shares = [cohort[part] / cohort["n"] if cohort["n"] else None for _, part, _ in LOOP.values()]
    drawn = ring(shares, number(open_), t("flow.open"), look(view))
    stages = [
        _stage(at, name, flow[LOOP[name][0]], share)
        for at, (name, share) in enumerate(zip(LOOP, shares, strict=True), 1)
    ]
    period = days(local(start).date(), local(end - timedelta(microseconds=1)).date())
    note = t("flow.cohort" if cohort["n"] else "flow.no_cohort", days=period, n=number(cohort["n"]))
    return drawn, [*stages, html.P(note, className="cohort")]


def ripe(view: dict[str, Any] | None) -> tuple[Any, Any, dict[str, int]]:
    """Return start and end of the cohort, and what became of those reported in it: n, accepted, handled, passed."""
    now = moment.bucket()
    start, end = now - RIPE - LENGTH, now - RIPE
    if "incident" not in loaded():
        return start, end, {"n": 0}
    [row] = door().query("cohort", scope(), area=place.area(view), start=start, end=end, now=now).to_pylist()
    return start, end, row


def _stage(at: int, name: str, count: int, share: float | None) -> Component:
    facts = html.Div([html.Div(t(f"flow.{name}")), html.Div(t(f"flow.{name}_rate", rate=percent(share)))])
    hue = html.I(style={"--hue": f"var(--loop-{at})"})
    words = html.B([t(f"loop.{name}"), html.Small(LOOP[name][2])])
    return html.Div([hue, words, html.Strong(number(count)), facts], className="stage")
