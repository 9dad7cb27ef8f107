"""The course of the day of the chosen workers, newest first; a click moves the clock there."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import place, reason
from dashboard.happenings import Day
from dashboard.parts import empty, panel, severity
from dashboard.subject import LETTERS, SUBJECT, chosen, day, reach
from dashboard.telling import Told, tell
from dashboard.text import DASH, distance, duration, percent, t

BODY, HEAD = "course-body", "course-head"

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty list."""
    body = [html.Div(id=HEAD), html.Div(id=BODY, className="list")]
    return panel("course", t("course.title"), body, t("course.order"))


@callback(Output(HEAD, "children"), Output(BODY, "children"), SUBJECT)
def show(view: Row | None) -> tuple[Component | None, Any]:
    """Show what the first chosen worker's day adds up to, and what happened to all of them."""
    shown, places = day(view), chosen(view)
    if shown is None or reason.lacks(reach(view)) or not places:
        return None, empty(t("course.choose"))
    told = tell(Day(shown, place.area(view), tuple(places)), places)
    events = told.events()
    first = min(places, key=lambda worker: places[worker])
    rows = [_event(told, event) for event in reversed(events)] or empty(t("course.nothing"))
    return _figures(told, first), rows


def _figures(told: Told, worker: str) -> Component | None:
    row = told.people.get(worker)
    if row is None:
        return None
    person = told.person(worker)
    letter = LETTERS[told.places[worker]]
    facts = [
        (t("course.online"), duration(row["online_s"])),
        (t("course.distance"), distance(row["distance_m"])),
        (t("course.valid"), _share(row["valid_fixes"], row["fixes"])),
        (t("course.own"), _share(row["own_fixes"], row["valid_fixes"])),
    ]
    title = html.H3([f"{letter} · {person['name']}", html.Span(person["place"], className="note")])
    cells = [html.Div([html.Span(name), html.B(value)]) for name, value in facts]
    return html.Div([title, html.Div(cells, className="figures")], className="head")


def _share(part: int, whole: int) -> str:
    return percent(part / whole) if whole else DASH


def _event(told: Told, event: Row) -> Component:
    mark = severity(event["severity"]) if event["kind"] == "report" else html.I(className=f"key {event['kind']}")
    track = f"track-{event['place'] + 1}"
    words = html.Div([html.B(event["title"]), html.Span(event["detail"])])
    letter = html.I(LETTERS[event["place"]], className=f"letter small {track}")
    facts: Any = {"data-at": f"{event['at']:g}"}
    return html.Button([mark, html.Time(told.when(event["at"])), words, letter], className=f"event {track}", **facts)
