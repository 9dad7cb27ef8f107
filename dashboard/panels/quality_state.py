"""Which version is served, whether it is sound, and what loads warned of."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import quality
from dashboard.parts import empty, panel, shape, status
from dashboard.session import door, scope
from dashboard.text import number, stamp, t, voice
from dashboard.view import VIEW
from data.jobs import DONE, Jobs

BODY, TOTAL = "quality-state-body", "quality-state-total"
MOST = 100

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty panel."""
    return panel("quality-state", t("quality_state.title"), html.Div(id=BODY), total=html.Span(id=TOTAL))


@callback(Output(BODY, "children"), Output(TOTAL, "children"), VIEW)
def show(view: Row | None) -> tuple[list[Any], str]:
    """Show the version, its fault, what the last verification found, and the warnings, newest first."""
    quality.only(view, "figures")
    version, warnings = door().version(), door().query("warnings", scope()).to_pylist()
    fault = door().warehouse.fault
    state = status("crit", t("quality_state.older")) if fault else status("ok", t("quality_state.newest"))
    loaded = max((row["loaded_at"] for row in door().query("feed_status", scope()).to_pylist()), default=None)
    named = html.Span([t("quality_state.version"), " ", html.B(version)])
    head = [html.Div([state, named, html.Span(stamp(loaded))], className="served")]
    head += _verified()
    if fault:
        head.append(html.P(fault.sentence(voice().language), className="fault"))
    listed: list[Any] = [_line(row) for row in warnings[:MOST]] or [empty(t("quality_state.none"))]
    return [*head, html.Div(listed, className="warned")], t("quality_state.warnings", n=number(len(warnings)))


def _verified() -> list[Component]:
    """Say what the last verification of every file found, where there was one."""
    done = (job for job in Jobs(door().operations).recent("verify") if job.state == DONE and job.result)
    job = next(done, None)
    if job is None or job.result is None:
        return []
    found, at = job.result["findings"], stamp(job.ended_at)
    if not found:
        return [html.P(status("ok", t("quality_state.sound", at=at)))]
    words = t("quality_state.unsound", at=at, n=number(len(found)), path=found[0]["path"])
    return [html.P(status("crit", words), className="fault")]


def _line(row: Row) -> Component:
    words = quality.why(row["reason"], detail=row["detail"], path=row["key"])
    about = " · ".join(filter(None, [row["key"], stamp(row["loaded_at"])]))
    return html.Div([shape("warn"), html.Div([html.Span(words), html.Small(about)])])
