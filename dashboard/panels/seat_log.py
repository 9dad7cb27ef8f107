"""The log of the watch (值班日志): what people did in the room, made from what they did, never written by hand."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import queues, seat
from dashboard.parts import empty, panel
from dashboard.seat_acts import wall_name
from dashboard.session import door, scope
from dashboard.text import number, t
from dashboard.view import CASES

BODY, TOTAL = "seat-log-body", "seat-log-total"
MOST = 200

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty log."""
    return panel("seat-log", t("room_log.title"), html.Ol(id=BODY), t("room_log.note"), html.Span(id=TOTAL))


@callback(Output(BODY, "children"), Output(TOTAL, "children"), CASES)
def show(_: dict[str, Any] | None) -> tuple[Any, Any]:
    """Show the newest lines first."""
    since = (queues.now() - seat.lately()).replace(minute=0, second=0, microsecond=0)
    rows = door().query("watch_log", scope(), since=since).to_pylist()
    if not rows:
        return [html.Li(empty(t("room_log.nothing")))], None
    return [_line(row) for row in rows[:MOST]], t("room_log.lines", n=number(len(rows)))


def _line(row: Row) -> Component:
    facts = [html.Time(seat.since(row["done_at"])), html.B(row["account"]), html.Span(_said(row))]
    return html.Li(facts, className=row["what"])


def _said(row: Row) -> str:
    told = {"other": row["other"] or "", "subject": row["subject"] or "", "words": row["words"] or ""}
    what = row["what"]
    if what == "acknowledge":
        told["other"] = t(f"alarm_rule.{row['other']}")
    elif what == "act":
        told["other"] = t(f"act.{row['other']}") if row["other"] else ""
    elif what in ("put", "take_back"):
        told |= {"other": wall_name(row["other"]), "words": t(f"walls.{row['words']}")}
    said = t(f"room_log.{what}", **told)
    return said if not told["words"] or what in ("put", "take_back") else f"{said} · {told['words']}"
