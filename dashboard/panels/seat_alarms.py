"""Open alarms at a seat, the worst unacknowledged first; a click chooses the one to do something about."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import alarms, seat
from dashboard.parts import empty, panel
from dashboard.queues import now
from dashboard.text import duration, number, t
from dashboard.view import CASES, hidden

BODY, TOTAL = "seat-alarms-body", "seat-alarms-total"

Row = dict[str, Any]


def layout(alarm: str = "") -> Component:
    """Return the empty list."""
    body = [html.Ul(id=BODY), hidden("alarm", alarm)]
    return panel("seat-alarms", t("seat.alarms"), body, None, html.Span(id=TOTAL))


@callback(Output(BODY, "children"), Output(TOTAL, "children"), CASES)
def show(view: dict[str, Any] | None) -> tuple[Any, Any]:
    """Show every open alarm."""
    rows = seat.alarms()
    waiting = sum(row["acked_at"] is None for row in rows)
    if not rows:
        return [html.Li(empty(t("seat.no_alarms")), key="none")], None
    shown = seat.chosen(view)
    at = shown["alarm_id"] if shown else None
    return [_alarm(row, at) for row in rows], t("seat.open", n=number(len(rows)), waiting=number(waiting))


def _alarm(row: Row, chosen: str | None) -> Component:
    seen = "seen" if row["acked_at"] else "waiting"
    parts = [
        html.I(className=f"alarm-mark s{row['severity']} {seen}"),
        html.B(alarms.rule(row)),
        html.Span(alarms.about(row), className="about"),
        html.Span(duration((now() - row["began_at"]).total_seconds()), className="since"),
        html.Small(_facts(row)),
    ]
    facts: Any = {
        "data-choose": "alarm",
        "data-to": row["alarm_id"],
        "aria-pressed": str(row["alarm_id"] == chosen).lower(),
    }
    line = html.Button(parts, type="button", className="line", **facts)
    return html.Li(line, key=row["alarm_id"], className=f"s{row['severity']} {seen}")


def _facts(row: Row) -> str:
    parts = [row["area_name"] or ""]
    if row["n_members"] > 1:
        parts.append(t("seat.members", n=number(row["n_members"])))
    if row["acked_at"]:
        parts.append(t("seat.seen_by", by=row["acked_by"], at=seat.since(row["acked_at"])))
    elif row["escalated_at"]:
        parts.append(t("seat.escalated", at=seat.since(row["escalated_at"])))
    return " · ".join(part for part in parts if part)
