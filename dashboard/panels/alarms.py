"""The wall's alarms: the worst three that are open, how many more there are, and who acknowledged which.

A wall only tells: acknowledging is done at a seat under a personal account. Alarms are those of now and of everything
the account may see, whatever part or day of the city the rest of the wall shows.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import alarms as told
from dashboard import seat
from dashboard.parts import panel
from dashboard.queues import now
from dashboard.text import duration, number, t
from dashboard.view import CASES

BODY, NOTE, TOTAL = "alarms-body", "alarms-note", "alarms-total"
SHOWN = 3
PERSONS = {"grid_worker", "grid_head"}

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty list."""
    return panel("alarms", t("wall_alarms.title"), html.Ul(id=BODY), html.Span(id=NOTE), html.Span(id=TOTAL))


@callback(Output(BODY, "children"), Output(NOTE, "children"), Output(TOTAL, "children"), CASES)
def show(_: dict[str, Any] | None) -> tuple[Any, Any, Any]:
    """Show the worst alarms that are open."""
    rows = worst(seat.alarms())
    if not rows:
        return [html.Li(t("wall_alarms.none"), key="none", className="quiet-line")], None, None
    waiting = sum(row["acked_at"] is None for row in rows)
    said = t("wall_alarms.waiting", n=number(waiting)) if waiting else t("wall_alarms.all_seen")
    more = t("wall_alarms.more", n=number(len(rows) - SHOWN)) if len(rows) > SHOWN else None
    return [_alarm(row, now()) for row in rows[:SHOWN]], said, more


def worst(rows: list[Row]) -> list[Row]:
    """Return alarms with the most severe first, then those nobody acknowledged, then the longest."""
    return sorted(rows, key=lambda row: (row["severity"], row["acked_at"] is not None, row["began_at"]))


def about(row: Row) -> str:
    """Return what an alarm is about, without its place: a person's name or what he is, a thing's name, or how many."""
    many = t("wall_alarms.members", n=number(row["n_members"])) if row["n_members"] > 1 else ""
    who = t(f"wall_alarms.{row['role'] if row['role'] in PERSONS else 'grid_worker'}") if row["personal"] else ""
    subject = told.about(row) if row["subject"] else "" if many else who
    return " · ".join(part for part in (subject, many) if part)


def _alarm(row: Row, at: datetime) -> Component:
    seen = "seen" if row["acked_at"] else "waiting"
    began: Any = {"data-lasting": str(int(row["began_at"].replace(tzinfo=UTC).timestamp() * 1000))}
    what = [html.B(told.rule(row)), html.Span(about(row))]
    lasting = html.B(duration((at - row["began_at"]).total_seconds()), className="since", **began)
    where = html.Span(row["area_name"] or row["area_id"], className="where")
    lines = [
        html.Div([html.Div(what, className="what"), lasting]),
        html.Div([where, html.Span(answer(row), className="answer")]),
    ]
    parts = [html.I(className=f"alarm-mark s{row['severity']} {seen}"), html.Div(lines, className="lines")]
    return html.Li(parts, key=row["alarm_id"], className=f"s{row['severity']} {seen}")


def answer(row: Row) -> str:
    """Return who acknowledged an alarm and when, or that nobody did."""
    if row["acked_at"]:
        return t("wall_alarms.seen", by=row["acked_by"], at=seat.since(row["acked_at"]))
    if row["escalated_at"]:
        return t("wall_alarms.escalated", at=seat.since(row["escalated_at"]))
    return t("wall_alarms.unseen")
