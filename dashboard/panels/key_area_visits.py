"""Who visited the key area: numbers for everybody, names only for whoever may see tracks and gives a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import moment, reason, reason_form
from dashboard.key_areas import Row, chosen
from dashboard.loaded import missing
from dashboard.parts import Children, empty, icon, panel
from dashboard.session import door, scope
from dashboard.text import day_short, duration, number, stamp, t
from dashboard.view import VIEW
from data.days import midnight

BODY, TOTAL = "key-visits-body", "key-visits-total"
ASKER, FORM = "key-visits", "key-visits-form"
SPAN = timedelta(days=14)


def layout() -> Component:
    """Return the empty list and the form of the reason."""
    form = html.Div(
        [html.Span([icon("lock"), t("key_areas.names_need")]), html.Div(reason_form.fields(ASKER))], id=FORM
    )
    note = t("key_areas.visits_note", n=SPAN.days)
    return panel("key-visits", t("key_areas.who"), [html.Div(id=BODY), form], note, html.Span(id=TOTAL))


reason_form.keep(ASKER)


@callback(Output(BODY, "children"), Output(TOTAL, "children"), Output(FORM, "className"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Children, Children, str]:
    """Show the visits of the last two weeks, with names where that is allowed, else as numbers of days."""
    row = chosen(view)
    absent = missing("fix")
    if row is None or absent:
        return absent or empty(t("key_areas.choose")), None, "given"
    if scope().sees_tracks and reason.given():
        return *_named(view, row), "given"
    return *_counted(view, row), "" if scope().sees_tracks else "given"


def _period(view: dict[str, Any] | None) -> dict[str, Any]:
    now = moment.now(view or {})
    first = moment.today(view or {}) - SPAN + timedelta(days=1)
    return {"start": midnight(first, door().config.zone), "end": now}


def _named(view: dict[str, Any] | None, row: Row) -> tuple[Children, Children]:
    asked = {"key_area": row["key_area_id"], **_period(view)}
    rows = door().query("key_area_visits", reason.who(), **asked).to_pylist()
    if not rows:
        return empty(t("key_areas.no_visits", n=SPAN.days)), None
    people = len({r["worker_id"] for r in rows})
    counts = sum(r["counts"] for r in rows)
    noted = html.P([icon("lock"), t("people.noted", reason=reason.given())], className="note")
    return [noted, *map(_visit, rows)], t("key_areas.visits_total", n=number(counts), people=number(people))


def _visit(row: Row) -> Component:
    parts: list[Component] = [
        html.Span(stamp(row["arrived_at"])),
        html.Span(row["name"] or row["worker_id"]),
        html.Span(duration(row["seconds"]) if row["counts"] else t("key_areas.again", span=duration(row["seconds"]))),
    ]
    return html.Div(parts, className="row" if row["counts"] else "row apart")


def _counted(view: dict[str, Any] | None, row: Row) -> tuple[Children, Children]:
    asked = {"area": scope().area_id, **_period(view)}
    days = door().query("key_area_days", scope(), **asked).to_pylist()
    mine = [day for day in reversed(days) if day["key_area_id"] == row["key_area_id"]]
    if not mine:
        return empty(t("key_areas.no_visits", n=SPAN.days)), None
    total = t("key_areas.visits_counted", n=number(sum(day["visits"] for day in mine)))
    return [_day(day) for day in mine], total


def _day(day: Row) -> Component:
    parts = [
        html.Span(day_short(day["day"])),
        html.Span(t("key_areas.visits_of_day", n=number(day["visits"]))),
        html.Span(duration(day["seconds"])),
    ]
    return html.Div(parts, className="row")
