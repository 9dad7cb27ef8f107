"""The chosen alarm: who or what is in it, and what to do: acknowledge with a note, make a case, go and look.

Drawn anew only when the alarm itself has changed: a refresh never takes a half-written note away.
"""

from __future__ import annotations

from typing import Any

from dash import Output, State, callback, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import alarms, case, seat
from dashboard.parts import empty, icon, panel
from dashboard.seat_forms import LONGEST, button, form
from dashboard.session import door, scope
from dashboard.text import t
from dashboard.view import CASES, link

BODY, SHOWN = "seat-alarm-body", "seat-alarm-shown"
# What is about one person's phone or way is no case of the street.
PERSONAL = ("off_grid", "silent", "low_battery")
KINDS = {"sos": "EME", "camera_outage": "FAC", "people_over": "PUB", "key_dwell": "PUB", "not_visited": "HAZ"}
FACTS = ("alarm_id", "acked_at", "n_members", "lon", "note")

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty panel."""
    return panel("seat-alarm", t("seat.chosen"), [html.Div(id=BODY), dcc.Store(id=SHOWN)])


@callback(Output(BODY, "children"), Output(SHOWN, "data"), CASES, State(SHOWN, "data"))
def show(view: dict[str, Any] | None, shown: str | None) -> tuple[Any, str]:
    """Show the chosen alarm where it is not what stands there already."""
    row = seat.chosen(view)
    facts = "/".join(str(row[name]) for name in FACTS) if row else "-"
    if facts == shown:
        raise PreventUpdate
    return (_alarm(row) if row else empty(t("seat.choose"))), facts


def _alarm(row: Row) -> list[Component]:
    acknowledge = [] if row["acked_at"] else [_acknowledge(row)]
    return [html.B(alarms.words(row)), *_members(row), *_noted(row), *acknowledge, _acts(row)]


def _members(row: Row) -> list[Component]:
    if row["n_members"] < 2:
        return []
    rows = door().alarms.members(scope(), row["alarm_id"])
    names = [str(one["name"] or one["subject_id"]) for one in rows]
    return [html.P(t("seat.listed", names=t("deed.comma").join(names)), className="members")]


def _noted(row: Row) -> list[Component]:
    return [html.P(row["note"], className="noted")] if row["note"] else []


def _acknowledge(row: Row) -> Component:
    field = {"alarm": row["alarm_id"]}
    note = dcc.Input(type="text", name="note", maxLength=LONGEST, placeholder=t("seat.note"), id=field, value="")
    return html.Div([note, button("acknowledge", t("seat.acknowledge"), "primary", id=row["alarm_id"])], **form())


def _acts(row: Row) -> Component:
    out: list[Component] = []
    if row["lon"] is not None:
        facts: Any = {"data-locate": f"{row['lon']},{row['lat']}"}
        out.append(html.Button([icon("search"), t("seat.locate")], type="button", className="button", **facts))
    if row["incident_id"]:
        out.append(dcc.Link(t("seat.to_case"), href=link("/case", incident=row["incident_id"]), className="button"))
    elif row["rule"] not in PERSONAL:
        out.append(_as_case(row))
    if row["camera_id"]:
        out.append(dcc.Link(t("seat.to_camera"), href=link("/video", camera=row["camera_id"]), className="button"))
    if row["key_area_id"]:
        out.append(dcc.Link(t("seat.to_key_area"), href=link("/key-areas", key=row["key_area_id"]), className="button"))
    return html.Div(out, className="acts")


def _as_case(row: Row) -> Component:
    usual = KINDS.get(row["rule"])
    kinds = sorted(case.kinds().items(), key=lambda one: one[0] != usual)
    named = [html.Option(words, value=code) for code, words in kinds]
    chosen = html.Select(named, name="kind", title=t("new.kind"))
    return html.Div([chosen, button("report", t("seat.as_case"), id=row["alarm_id"])], **form("inline"))
