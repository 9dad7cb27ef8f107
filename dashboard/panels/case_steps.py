"""The stages of a case, each with its time against its limit as a bar; what runs now ticks."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import case
from dashboard.parts import empty, panel, shape
from dashboard.queues import now
from dashboard.session import door
from dashboard.stages import Stage, stages
from dashboard.text import DASH, clock, day_short, deadline, duration, local, t
from dashboard.view import CASES
from data.loop.due import Due
from data.loop.working import Limit

BODY, NOTE = "case-steps-body", "case-steps-note"
HOUR = 3600

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty list."""
    return panel("case-steps", t("stages.title"), html.Ol(id=BODY), html.Span(id=NOTE), t("stages.columns"))


@callback(Output(BODY, "children"), Output(NOTE, "children"), CASES)
def show(view: dict[str, Any] | None) -> tuple[Any, str]:
    """Show the stages of the view's case."""
    row = case.chosen(view)
    if row is None:
        return [html.Li(empty(t("stages.none")))], ""
    due = door().desk.deadlines
    if not isinstance(due, Due):
        return [], ""
    found = stages(row, door().desk.steps(row["incident_id"]), now(), due.limits, due.time)
    kinds = {stage.limit.kind for stage in found if stage.limit}
    urgent = "urgent" if kinds <= {"urgent_hour"} else "working"
    return [_line(stage, row) for stage in found], t(f"stages.{urgent}")


def _line(stage: Stage, row: Row) -> Component:
    share, done = stage.share, stage.ended_at is not None
    late = share is not None and share > 1
    mark = "crit" if late else "ok" if done else "warn" if stage.running else "neutral"
    tone = ("late" if late else "") + (" running" if stage.running else "" if done else " ahead")
    bar = html.I(style={"--share": f"{min(share or 0, 1):.3f}"}, className="bar")
    when = t("stages.running") if stage.running else _when(stage, row)
    middle = html.Div([bar, html.Small(_who(stage, row))])
    parts = [shape(mark), html.B(t(f"stage.{stage.name}")), html.Span(when), middle, _right(stage)]
    return html.Li(parts, className=tone.strip())


def _when(stage: Stage, row: Row) -> str:
    """Return the time of day, with the day where it is not that of the report."""
    if stage.ended_at is None:
        return DASH
    same = local(stage.ended_at).date() == local(row["reported_at"]).date()
    return (
        clock(stage.ended_at, seconds=True) if same else f"{day_short(local(stage.ended_at))} {clock(stage.ended_at)}"
    )


def _who(stage: Stage, row: Row) -> str:
    """Return who made the step that ended a stage, or what proves it."""
    if stage.name == "arrive":
        proven = row["arrived_track_at"]
        return t("stages.by_track", at=clock(proven)) if proven else t("stages.track") if row["arrived_at"] else ""
    if stage.by is None:
        return ""
    unit = stage.by["unit_id"] if stage.name in ("dispatch", "handle") else None
    return case.unit_name(unit) if unit else str(stage.by["account"] or "")


def _right(stage: Stage) -> Component:
    spent = DASH if stage.spent is None or stage.name == "report" else _amount(stage.spent, stage.limit)
    under = html.Small(t("stages.limit", limit=limit_words(stage.limit))) if stage.limit else None
    if stage.running and stage.due_at is not None:
        left = (stage.due_at - now()).total_seconds()
        facts: Any = {"data-deadline": case.ms(stage.due_at), "data-soon": f"{door().config.incidents.due_soon_s:g}"}
        return html.Div([html.Span(html.B(deadline(left)), className="time", **facts), under], className="spent")
    return html.Div([html.B("" if spent == DASH else spent), under], className="spent")


def _amount(spent: float, limit: Limit | None) -> str:
    """Return a time in the unit of its limit: urgent hours are by the clock, working time is said to be that."""
    if limit is None:
        return duration(spent)
    return duration(spent * HOUR) if limit.kind == "urgent_hour" else t(f"unit.{limit.kind}", n=f"{spent:.1f}")


def limit_words(limit: Limit) -> str:
    """Return a limit in words: 5 分, 4 工作时, 3 工作日."""
    if limit.kind == "urgent_hour":
        seconds = round(limit.value * HOUR / 60) * 60
        return duration(seconds) if seconds % HOUR else t("unit.hour", n=f"{limit.value:g}")
    return t(f"unit.{limit.kind}", n=f"{limit.value:g}")
