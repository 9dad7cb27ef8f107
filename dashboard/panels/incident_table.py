"""The chosen incidents as a table: first to expire first, severity as shape and word, state in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback, html
from dash.development.base_component import Component

from dashboard import moment, place
from dashboard.cases import Cases, Row, cases, state
from dashboard.grid import column, grid, number_column
from dashboard.loaded import loaded
from dashboard.parts import panel
from dashboard.session import door
from dashboard.takeaway import export_menu
from dashboard.text import DASH, day_short, deadline, duration, local, named, number, stamp, t
from dashboard.tree import UNLOCATED, Tree, tree
from dashboard.view import VIEW, control
from data.states import FINAL

GRID, NOTE, TOTAL = "cases-grid", "cases-note", "cases-total"
MOST = 5000


def layout(chosen: str | None = None) -> Component:
    """Return the empty table."""
    columns = [
        column("severity_word", t("cases.severity"), 106, "Severity", minWidth=96),
        column("left", t("cases.deadline"), 140, "Deadline", minWidth=138),
        column("title", t("cases.title"), 186, "Named"),
        column("place", t("cases.where"), 250, "Named", cellClass="kept"),
        column("state", t("cases.state"), 116, minWidth=88),
        column("unit", t("cases.unit"), 124),
        number_column("reported", t("cases.reported"), 146, minWidth=138),
    ]
    table = grid(GRID, columns, chosen)
    total = [html.Span(id=TOTAL), export_menu("incidents", "place")]
    return panel("cases", t("cases.name"), table, html.Span(id=NOTE), total)


@callback(Output(GRID, "rowData"), VIEW)
def show(view: dict[str, Any] | None) -> list[Row]:
    """Show the first rows of the set."""
    chosen, ticking = cases(view), not moment.is_history(view or {})
    known = tree(moment.today(view or {}))
    return [{**line(row, chosen.now, ticking), **placed(row, known)} for row in chosen.first(MOST)]


@callback(Output(NOTE, "children"), Output(TOTAL, "children"), VIEW)
def explain(view: dict[str, Any] | None) -> tuple[str, str]:
    """Say which set this is, how many there are, and how many are drawn nowhere."""
    if "incident" not in loaded():
        return t("state.needs_feed", feed=t("feed.incident")), ""
    return scope_of(view), total(cases(view))


def scope_of(view: dict[str, Any] | None) -> str:
    """Return the area and the time the rows are about."""
    if state(view) == "open":
        return t("cases.note_open", area=place.title(view))
    start, _ = moment.period(view or {})
    first, last = day_short(local(start).date()), day_short(moment.today(view or {}))
    return t("cases.note_period", area=place.title(view), first=first, last=last)


def total(chosen: Cases) -> str:
    """Return the number of rows, of those cut off, and of those without a place."""
    words = [t("cases.total", n=number(chosen.n))]
    if chosen.n > MOST:
        words.append(t("cases.cut", n=number(MOST)))
    if chosen.unlocated:
        words.append(t("cases.unlocated", n=number(chosen.unlocated)))
    return " · ".join(words)


def line(row: Row, now: datetime, ticking: bool) -> Row:
    """Return a row of the table: words only, and the deadline in epoch ms where it ticks."""
    return {
        "id": row["incident_id"],
        "severity": row["severity"],
        "severity_word": t(f"severity.s{row['severity']}"),
        "title": row["title"] or row["subkind"] or named(row, "kind"),
        "title_notes": [named(row, "kind")],
        "state": state_of(row),
        "unit": row["unit_name"] or DASH,
        "reported": stamp(row["reported_at"]),
        **left(row, now, ticking),
    }


def placed(row: Row, known: Tree) -> Row:
    """Return the place in words, and how far it is known where the incident has no point."""
    if row["located"] == "point":
        return {"place": where(row, known), "place_notes": []}
    area = known.rows.get(row["area_id"].removesuffix(UNLOCATED))
    level = place.level_name(area["level"]) if area else ""
    return {"place": where(row, known), "place_notes": [t(f"cases.at_{row['located']}", level=level)]}


def where(row: Row, known: Tree) -> str:
    """Return street · grid; the community too where the grid's name does not begin with it, the city only alone."""
    way = [named(known.rows[area]) for area in known.up(row["area_id"])][::-1]
    way = way[1:] or way
    kept = [name for at, name in enumerate(way) if not any(other.startswith(name) for other in way[at + 1 :])]
    return " · ".join(kept) or DASH


def state_of(row: Row) -> str:
    """Return the state in words; at a past moment the state known today may be one the case reached later."""
    if row["is_open"] and row["state"] in FINAL:
        return t("cases.open_then")
    return t(f"step.{row['state']}")


def left(row: Row, now: datetime, ticking: bool) -> Row:
    """Return the time to the deadline of an open case, and whether a closed one met it."""
    end = row["deadline_at"]
    if not row["is_open"]:
        return {"left": _kept(row, end), "tone": "done"}
    if end is None or row["state"] == "X3":
        return {"left": t("incidents.shelved" if row["state"] == "X3" else "incidents.no_deadline"), "tone": ""}
    seconds, soon = (end - now).total_seconds(), door().config.incidents.due_soon_s
    tone = "over" if seconds < 0 else "soon" if seconds < soon else ""
    facts = {"deadline": str(int(end.replace(tzinfo=UTC).timestamp() * 1000)), "soon": f"{soon:g}"} if ticking else {}
    return {"left": deadline(seconds), "tone": tone, **facts}


def _kept(row: Row, end: datetime | None) -> str:
    if end is None or row["closed_at"] is None:
        return DASH
    late = (row["closed_at"] - end).total_seconds()
    return t("cases.late", span=duration(late)) if late > 0 else t("cases.in_time")


clientside_callback(
    ClientsideFunction("pages", "picked"),
    Output(control("incident"), "value"),
    Input(GRID, "selectedRows"),
    prevent_initial_call=True,
)
