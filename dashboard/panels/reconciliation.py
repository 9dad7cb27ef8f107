"""Reconciliation: each area's own count beside the sum of its children and what nobody placed; they must agree."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import moment, place, quality
from dashboard.panels.breadcrumb import choice
from dashboard.parts import empty, panel, status
from dashboard.session import door, scope
from dashboard.takeaway import export_menu
from dashboard.text import days, local, named, number, t
from dashboard.view import VIEW

BODY, NOTE, TOTAL = "reconciliation-body", "reconciliation-note", "reconciliation-total"
COLUMNS = ("area", "dataset", "whole", "children", "unlocated", "difference")
MOST = 400

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty table."""
    note, total = html.Span(id=NOTE), [html.Span(id=TOTAL), export_menu("reconciliation")]
    return panel("reconciliation", t("reconciliation.title"), html.Div(id=BODY), note, total)


@callback(Output(BODY, "children"), VIEW)
def show(view: Row | None) -> Any:
    """Show what differs first, then the area itself and all below it that have children."""
    quality.only(view, "complete")
    found = rows(view)
    if not found:
        return empty(t("reconciliation.none", area=place.title(view)))
    head = html.Tr([html.Th(t(f"reconciliation.{name}")) for name in COLUMNS])
    table = html.Table([html.Thead(head), html.Tbody([_line(row) for row in found[:MOST]])])
    cut = [empty(t("reconciliation.cut", n=number(MOST)))] if len(found) > MOST else []
    return [table, *cut]


@callback(Output(NOTE, "children"), Output(TOTAL, "children"), VIEW)
def explain(view: Row | None) -> tuple[str, Any]:
    """Say which days are counted, and whether everything agrees."""
    quality.only(view, "complete")
    start, _ = moment.period(view or {})
    found = rows(view)
    off = sum(row["difference"] != 0 for row in found)
    note = t("reconciliation.note", days=days(local(start).date(), moment.today(view or {})))
    if not found:
        return note, ""
    if off:
        return note, status("crit", t("reconciliation.differ", n=number(off), all=number(len(found))))
    return note, status("ok", t("reconciliation.agree", all=number(len(found))))


def rows(view: Row | None) -> list[Row]:
    """Return the rows of the query for the view's area and period."""
    start, end = moment.period(view or {})
    last = moment.today(view or {})
    facts = {"start": start, "end": end, "first_day": local(start).date(), "last_day": last, "area": place.area(view)}
    found: list[Row] = door().query("reconciliation", scope(), **facts).to_pylist()
    return found


def _line(row: Row) -> Component:
    off = row["difference"]
    cells = [
        html.Td([choice(named(row), row["area_id"]), html.Small(place.level_name(row["level"]))]),
        html.Td(quality.feed_name(row["dataset"])),
        html.Td(html.B(number(row["whole"]))),
        html.Td(number(row["children"])),
        html.Td(number(row["unlocated"])),
        html.Td(status("crit", number(off)) if off else number(0)),
    ]
    return html.Tr(cells)
