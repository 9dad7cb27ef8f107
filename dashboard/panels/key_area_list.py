"""The key areas of the area, the longest overdue first: visits, people and incidents against what is required."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import moment, place
from dashboard.key_areas import Row, chosen, every, kind_name, narrowed
from dashboard.loaded import missing
from dashboard.parts import Children, empty, panel, status
from dashboard.takeaway import export_menu
from dashboard.text import DASH, day_short, number, t
from dashboard.view import VIEW

BODY, NOTE, TOTAL = "key-areas-body", "key-areas-note", "key-areas-total"
COLUMNS = ("area", "state", "visits", "people", "incidents")
TONES = {"overdue": "crit", "due": "warn", "fine": "ok"}
MOST = 300


def layout() -> Component:
    """Return the empty list."""
    total = [html.Span(id=TOTAL), export_menu("key_areas", "place")]
    return panel("key-list", t("key_areas.title"), html.Div(id=BODY), html.Span(id=NOTE), total)


@callback(Output(BODY, "children"), Output(NOTE, "children"), Output(TOTAL, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Children, str, str]:
    """Show the key areas the view asks for."""
    absent = missing("key_area")
    if absent:
        return absent, "", ""
    known = every(view)
    rows, here = narrowed(known, view), place.title(view)
    if not rows:
        return empty(t("key_areas.nothing" if not known else "key_areas.none_such", area=here)), here, ""
    one, today = chosen(view), moment.today(view or {})
    head = html.Tr([html.Th(t(f"key_areas.head_{name}")) for name in COLUMNS])
    lines = [_line(row, one, today) for row in rows[:MOST]]
    return html.Table([html.Thead(head), html.Tbody(lines)]), here, told(known, len(rows))


def told(rows: list[Row], shown: int) -> str:
    """Return how many are overdue, of how many a visit is required, and how many are listed."""
    late = sum(row["state"] == "overdue" for row in rows)
    required = sum(bool(row["visits_per_week"]) for row in rows)
    words = [t("key_areas.total", late=number(late), required=number(required))]
    if shown > MOST:
        words.append(t("cases.cut", n=number(MOST)))
    return " · ".join([*words, t("key_areas.listed", n=number(shown), all=number(len(rows)))])


def due_words(row: Row, today: date) -> Component:
    """Return the state in words: overdue for how many days, due today, or the day the next visit is due on."""
    state, due = row["state"], row["due"]
    if state == "overdue":
        words = t("key_areas.days_over", n=(today - due).days)
    elif state == "fine":
        words = t("key_areas.due_on", day=day_short(due))
    else:
        words = t(f"key_areas.{state}")
    return status(TONES.get(state, "neutral"), words)


def against(value: int | None, limit: int | None) -> Component:
    """Return a number beside its limit; above the limit it stands out."""
    if value is None and not limit:
        return html.Span(DASH, className="note")
    over = value is not None and bool(limit) and value > (limit or 0)
    known = html.B(number(value), className="over" if over else "") if value is not None else html.Span(DASH)
    parts: list[Children] = [known]
    if limit:
        parts.append(html.Small(f" / {number(limit)}"))
    return html.Span(parts)


def _line(row: Row, one: Row | None, today: date) -> Component:
    facts: Any = {"data-choose": "key_area", "data-to": row["key_area_id"], "tabIndex": 0}
    about = " · ".join([kind_name(row["kind"]), row["area_name"]])
    name = html.Td([html.B(row["name"]), html.Small(about)])
    short = bool(row["visits_per_week"]) and row["visits"] < row["visits_per_week"]
    visits = against(row["visits"], row["visits_per_week"]) if row["tracked_from"] else html.Span(DASH)
    cells = [
        name,
        html.Td(due_words(row, today)),
        html.Td(visits, className="short" if short else ""),
        html.Td(against(row["people"], row["people_limit"])),
        html.Td(against(row["incidents"], row["incident_limit"])),
    ]
    picked = bool(one and one["key_area_id"] == row["key_area_id"])
    return html.Tr(cells, className="picked" if picked else "", **facts)
