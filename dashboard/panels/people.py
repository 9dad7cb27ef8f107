"""Whom to replay: up to four workers, each with letter and colour, what their day adds up to, and the reason given."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import Input, Output, State, callback, dcc, html
from dash.development.base_component import Component

from dashboard import place, reason
from dashboard.parts import Children, empty, icon, needs, panel
from dashboard.session import door
from dashboard.subject import LETTERS, STORE, SUBJECT, chosen, day, lacks, neighbours, reach
from dashboard.takeaway import export_menu
from dashboard.text import DASH, day_long, day_short, distance, duration, number, percent, t
from dashboard.view import control

BODY, TOTAL = "people-body", "people-total"
FORM, FIELD, LOOK, NOTED, NEEDED = "people-form", "people-reason", "people-look", "people-noted", "people-needed"
NEAR = "people-near"  # filled by the script: who was close to the incident
ROWS = 60  # more are found by searching

Row = dict[str, Any]


def layout(incident: str = "") -> Component:
    """Return search field, empty list and the form of the reason, which an incident fills in beforehand."""
    find = dcc.Input(id=control("find"), type="search", placeholder=t("people.find"), debounce=0.3)
    words = t("people.case", incident=incident) if incident else ""
    field = dcc.Input(words, id=FIELD, type="text", maxLength=reason.LONGEST, placeholder=t("people.reason"))
    look = html.Button(t("people.look"), id=LOOK, className="button primary", n_clicks=0)
    form = html.Div(
        [html.P([icon("lock"), html.Span(t("people.needed"), id=NEEDED)]), html.Div([field, look], className="line")],
        id=FORM,
    )
    body = [
        html.Label([icon("search"), find], className="find"),
        html.Div(id=NEAR, className="near-then"),
        html.Div(id=BODY, className="list"),
        html.Footer([form, html.Div(id=NOTED)]),
    ]
    return panel("people", t("people.title"), body, total=[html.Span(id=TOTAL), export_menu("tracks", "track")])


@callback(
    Output(control("reason"), "value"),
    Output(FIELD, "value"),
    Input(LOOK, "n_clicks"),
    Input(FIELD, "n_submit"),
    State(FIELD, "value"),
    State(STORE, "data"),
    prevent_initial_call=True,
)
def give(_: int, __: int | None, words: str | None, view: Row | None) -> tuple[str, str]:
    """Keep the reason for this session and empty the field; the changed choice lets the panels ask again."""
    return reason.give(words, reach(view)), ""


@callback(Output(NOTED, "children"), Output(FORM, "className"), Output(NEEDED, "children"), SUBJECT)
def note(view: Row | None) -> tuple[Children, str, str]:
    """Show the reasons given and that looking is logged, or the form that asks for what is lacking."""
    lacking = reason.lacks(reach(view))
    if lacking:
        return None, "given" if lacking == "too_old" else "", lacks(lacking)
    change: Any = {"data-act": "reason"}
    words = html.P([icon("lock"), html.Span(t("people.noted", reason=reason.who().why))])
    again = html.Button(t("people.change"), className="quiet", **change)
    return [words, html.P([html.Span(t("people.logged"), className="note"), again])], "given", t("people.needed")


@callback(Output(BODY, "children"), Output(TOTAL, "children"), SUBJECT)
def show(view: Row | None) -> tuple[Children, Children]:
    """Show the day and its workers, the chosen ones first."""
    shown = day(view)
    if shown is None:
        return needs(t("feed.fix")), None
    if lacking := reason.lacks(reach(view)):
        return [_days(shown), empty(lacks(lacking))], None
    rows = door().query("workers_day", reason.who(), day=shown, area=place.area(view)).to_pylist()
    if not rows:
        return [_days(shown), empty(t("people.nobody", day=day_short(shown), area=place.title(view)))], None
    places = chosen(view)
    first = sorted((r for r in rows if r["worker_id"] in places), key=lambda r: places[r["worker_id"]])
    others = _found([r for r in rows if r["worker_id"] not in places], str((view or {}).get("find") or ""))
    listed = [*(_chosen(r, places[r["worker_id"]]) for r in first), *map(_other, others[:ROWS])]
    if len(others) > ROWS:
        listed.append(empty(t("people.more", n=number(len(others) - ROWS))))
    if not others and (view or {}).get("find"):
        listed.append(empty(t("people.not_found", words=(view or {})["find"])))
    return [_days(shown), *listed], t("people.chosen", n=len(first), all=number(len(rows)))


def _found(rows: list[Row], words: str) -> list[Row]:
    """Return the rows whose name, number or area hold the words."""
    wanted = words.strip().lower()
    keys = ("name", "worker_id", "area_name", "parent_name")
    return [r for r in rows if any(wanted in str(r[key] or "").lower() for key in keys)]


def _days(shown: date) -> Component:
    before, after = neighbours(shown)
    back, on = _day(before, "‹", t("people.before")), _day(after, "›", t("people.after"))
    return html.Div([back, html.B(day_long(shown)), on], className="days")


def _day(to: date | None, sign: str, words: str) -> Component:
    facts: Any = {"data-day": str(to)} if to else {}
    return html.Button(sign, className="quiet", title=words, disabled=to is None, **facts)


def _chosen(row: Row, at: int) -> Component:
    facts = [
        (t("people.distance"), distance(row["distance_m"])),
        (t("people.valid"), percent(row["valid_fixes"] / row["fixes"] if row["fixes"] else None)),
        (t("people.silent"), t("people.gaps", n=row["gaps"], span=duration(row["gap_s"]))),
    ]
    figures = html.Div([html.Div([html.Span(name), html.B(value)]) for name, value in facts], className="figures")
    letter = html.I(LETTERS[at], className="letter")
    return _button(row, [letter, *_who(row), icon("check"), figures], f"track-{at + 1}")


def _other(row: Row) -> Component:
    return _button(row, [html.I(className="free"), *_who(row)], "")


def _who(row: Row) -> list[Component]:
    return [html.B(row["name"] or row["worker_id"]), html.Span(row["area_name"] or DASH, className="note")]


def _button(row: Row, parts: list[Component], track: str) -> Component:
    facts: Any = {"data-worker": row["worker_id"], "aria-pressed": "true" if track else "false"}
    return html.Button(parts, className=f"person {track}".strip(), **facts)
