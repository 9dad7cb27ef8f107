"""The cases of the chosen queue, first to expire first; only the first of them are sent, the rest is a number."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback, html
from dash.development.base_component import Component

from dashboard import case
from dashboard.grid import column, grid, number_column
from dashboard.panels.board_queues import chosen
from dashboard.panels.incident_table import placed
from dashboard.parts import panel
from dashboard.place import level_name
from dashboard.queues import CLOSED, EPOCH, NEVER, board
from dashboard.session import door
from dashboard.takeaway import export_menu
from dashboard.text import DASH, deadline, number, stamp, t
from dashboard.tree import Tree
from dashboard.view import CASES, control

GRID, NOTE, TOTAL = "board-grid", "board-note", "board-total"
MOST = 200

Row = dict[str, Any]


def layout(incident: str | None = None) -> Component:
    """Return the empty table."""
    columns = [
        column("severity_word", t("cases.severity"), 104, "Severity", minWidth=104),
        column("left", t("board.left"), 132, "Deadline", minWidth=132),
        column("title", t("cases.title"), 210, "Named"),
        column("place", t("cases.where"), 230, "Named", cellClass="kept"),
        column("state", t("cases.state"), 92, minWidth=84),
        column("unit", t("board.who"), 140),
        number_column("reported", t("cases.reported"), 150, minWidth=134),
    ]
    table = grid(GRID, columns, incident)
    total = [html.Span(id=TOTAL), export_menu("board", "place")]
    return panel("cases board-cases", html.Span(id=NOTE), table, t("incidents.order"), total)


@callback(Output(GRID, "rowData"), Output(NOTE, "children"), Output(TOTAL, "children"), CASES)
def show(view: dict[str, Any] | None) -> tuple[list[Row], str, str]:
    """Show the first rows of the chosen queue."""
    queue, level = chosen(view)
    found = board(view)
    rows = found.first(queue, level, MOST)
    known, units, kinds = case.areas(), case.units(), case.kinds()
    shown = [line(row, found.now, known, (units, kinds)) for row in rows]
    n, late, _ = found.count(queue, level)
    return shown, _named(queue, level), _total(n, late)


def _named(queue: str, level: str | None) -> str:
    return f"{t(f'queue.{queue}')} · {level_name(level)}" if level else t(f"queue.{queue}")


def _total(n: int, late: int) -> str:
    words = [t("cases.total", n=number(n))]
    if late:
        words.insert(0, t("board.late", n=number(late)))
    if n > MOST:
        words.append(t("cases.cut", n=number(MOST)))
    return " · ".join(words)


def line(row: Row, now: datetime, known: Tree, names: tuple[dict[str, Row], dict[str, str]]) -> Row:
    """Return a row of the table: words only, and what expires in epoch ms where it runs."""
    units, kinds = names
    kind = kinds.get(row["kind"], row["kind"])
    unit = units.get(row["unit_id"] or "", {}).get("name") or row["unit_id"]
    return {
        "id": row["incident_id"],
        "severity": row["severity"],
        "severity_word": t(f"severity.s{row['severity']}"),
        "title": row["title"] or row["subkind"] or kind,
        "title_notes": _marks(row, kind),
        "state": t(f"step.{row['state']}"),
        "unit": unit or DASH,
        "reported": stamp(row["reported_at"]),
        **placed(row, known),
        **_left(row, now),
    }


def _marks(row: Row, kind: str) -> list[str]:
    """Return what must be known about a case beside its name."""
    told = {"mirror": row["owner"] == "mirror", "supervised": row["supervised"], "unlisted": row["unlisted"]}
    words = [t(f"board.{name}") for name, holds in told.items() if holds]
    again = [t("board.cycle", n=row["cycle"])] if row["cycle"] > 1 else []
    return [*words, *again, kind]


def _left(row: Row, now: datetime) -> Row:
    if row["queue"] == CLOSED:
        return {"left": stamp(row["closed_at"]), "tone": "done"}
    if row["expires"] == NEVER:
        return {"left": t("incidents.no_deadline"), "tone": ""}
    end = EPOCH + timedelta(microseconds=row["expires"])
    seconds, soon = (end - now).total_seconds(), door().config.incidents.due_soon_s
    tone = "over" if seconds < 0 else "soon" if seconds < soon else ""
    return {"left": deadline(seconds), "tone": tone, "deadline": case.ms(end), "soon": f"{soon:g}"}


clientside_callback(
    ClientsideFunction("pages", "picked"),
    Output(control("incident"), "value", allow_duplicate=True),
    Input(GRID, "selectedRows"),
    prevent_initial_call=True,
)
