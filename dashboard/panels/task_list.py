"""The tasks: open ones by due day, then what has ended; each with its place before and now."""

from __future__ import annotations

from typing import Any

from dash import Output, State, callback, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import tasks
from dashboard.panels.rate_head import metric_name
from dashboard.parts import empty, panel, status
from dashboard.seat_forms import button, form
from dashboard.session import scope
from dashboard.takeaway import export_menu
from dashboard.text import day_long, number, stamp, t
from dashboard.view import CASES
from data.loop.assignments import DONE, OPEN, WITHDRAWN

BODY, NOTE, SHOWN = "tasks-body", "tasks-note", "tasks-shown"
Row = dict[str, Any]


def layout() -> Component:
    """Return the empty list."""
    body = [dcc.Store(id=SHOWN), html.Div(id=BODY)]
    return panel("task-list", t("tasks.title"), body, html.Span(id=NOTE), export_menu("tasks"))


@callback(Output(BODY, "children"), Output(NOTE, "children"), Output(SHOWN, "data"), CASES, State(SHOWN, "data"))
def show(_: Row | None, shown: str | None) -> tuple[Any, str, str]:
    """Show every task of the account where they are not what stands there already: a note is being written there."""
    rows, names = tasks.rows(), tasks.names()
    facts = "/".join(f"{row['task_id']}{row['seq']}{row['late']}" for row in rows) or "-"
    if facts == shown:
        raise PreventUpdate
    if not rows:
        return empty(t("tasks.none")), "", facts
    waiting = sum(row["state"] == OPEN for row in rows)
    late = sum(row["state"] == OPEN and row["late"] for row in rows)
    listed = [card(row, names) for row in rows]
    return html.Ol(listed), t("tasks.counted", open=number(waiting), late=number(late)), facts


def card(row: Row, names: dict[str, str]) -> Component:
    """Return one task."""
    place = names.get(row["area_id"], row["area_id"])
    facts = [
        place,
        t("tasks.by", giver=row["given_by"], owner=row["owner"]),
        t("tasks.until", day=day_long(row["due"])),
    ]
    head = html.Div([html.B(row["title"]), _state(row)], className="head")
    line = html.Div([html.Span(fact) for fact in facts], className="facts")
    evidence = dcc.Link(t("tasks.evidence"), href=row["about"]) if row["about"].startswith("/") else None
    ended = {"by": row["ended_by"], "note": row["note"]}
    note = html.P(t("tasks.ended", at=stamp(row["ended_at"]), **ended)) if row["note"] else None
    return html.Li([head, line, _figures(row), note, evidence, _acts(row)], className="task", key=row["task_id"])


def _state(row: Row) -> Component:
    if row["state"] == WITHDRAWN:
        return status("neutral", t("tasks.withdrawn"))
    if row["state"] == DONE:
        return status("warn" if row["late"] else "ok", t("tasks.done_late" if row["late"] else "tasks.done"))
    return status("crit", t("tasks.late")) if row["late"] else status("neutral", t("tasks.open"))


def _figures(row: Row) -> Component:
    """Return the place before and after: when it was given, and when it was done or as it is now."""
    after = row["after"] or (tasks.figures_of(row["area_id"]) if row["state"] == OPEN else {})
    heads = [html.Th(), html.Th(t("tasks.before")), html.Th(t("tasks.after" if row["after"] else "tasks.now"))]
    lines = [
        html.Tr(
            [html.Th(metric_name(name)), *(html.Td(tasks.spelled(name, at.get(name))) for at in (row["before"], after))]
        )
        for name in tasks.SHOWN
    ]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(lines)], className="before-after")


def _acts(row: Row) -> Component | None:
    if row["state"] != OPEN:
        return None
    mine, given = row["owner"] == scope().account, row["given_by"] == scope().account
    carried = {"id": row["task_id"], "store": tasks.STORE}
    buttons = [button("done", t("tasks.report_done"), "primary", **carried)] if mine or given else []
    buttons += [button("withdraw", t("tasks.withdraw"), **carried)] if given else []
    note = dcc.Input(type="text", maxLength=500, name="note", placeholder=t("tasks.note"))
    return html.Div([note, *buttons], **form("line")) if buttons else None
