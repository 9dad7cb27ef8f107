"""Handing the watch over: a note to each open alarm and case that needs care, signed here first.

The form is drawn when it is asked for, and again, with the notes already written, where it was refused because
something new had come up: a refresh never takes a half-written note away.
"""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, callback, ctx, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import seat
from dashboard.panels.seat_said import NOTES
from dashboard.parts import empty, panel
from dashboard.seat_forms import LONGEST, button, form
from dashboard.session import door, scope
from dashboard.text import number, t
from dashboard.view import CASES, hidden
from data.accounts import Accounts

BODY, SHOWN = "seat-hand-body", "seat-hand-shown"
HAND, WANTED = "hand", "1"

Row = dict[str, Any]
Notes = dict[str, str]


def layout() -> Component:
    """Return the empty panel."""
    return panel("seat-handover", t("room.handover"), [html.Div(id=BODY), dcc.Store(id=SHOWN), hidden(HAND)])


@callback(Output(BODY, "children"), Output(SHOWN, "data"), CASES, Input(NOTES, "data"), State(SHOWN, "data"))
def show(view: dict[str, Any] | None, notes: Notes | None, shown: str | None) -> tuple[Any, str]:
    """Show the form to who keeps a watch and asked for it; else what was given and not yet signed for."""
    mine = any(row["account"] == scope().account for row in door().watches.on_watch())
    given = [row for row in door().watches.waiting(scope().account) if row["from_account"] == scope().account]
    wanted = mine and not given and (view or {}).get(HAND) == WANTED
    facts = f"{mine}/{wanted}/{[row['handover_id'] for row in given]}"
    refused = ctx.triggered_id == NOTES and wanted and _lacks(notes or {})
    if facts == shown and not refused:
        raise PreventUpdate
    if wanted:
        return _form(notes or {}), facts
    return [*map(_given, given), _begin(mine)] if mine else empty(t("room.first")), facts


def _lacks(notes: Notes) -> bool:
    """Say whether something has come up since the form was drawn that it has no field for."""
    return any(f"{seat.NOTE}:{kind}:{subject}" not in notes for kind, subject, *_ in seat.handed())


def _begin(mine: bool) -> Component:
    facts: Any = {"data-choose": HAND, "data-to": WANTED}
    return html.Div(html.Button(t("room.hand_over"), type="button", className="button", **facts), className="acts")


def _given(row: Row) -> Component:
    return html.P(t("room.waits", to=row["to_account"], at=seat.since(row["given_at"])), className="waits")


def _form(notes: Notes) -> list[Component]:
    rows = [_item(notes, *one) for one in seat.handed()] or [html.Li(empty(t("room.nothing")), key="none")]
    to = html.Select([html.Option(t("room.to"), value=""), *map(_option, _others())], name="to", title=t("room.to"))
    remark = dcc.Input(
        type="text", name="remark", maxLength=LONGEST, placeholder=t("room.remark"), id="watch-remark",
        value=notes.get("remark", ""),
    )  # fmt: skip
    facts: Any = {"data-choose": HAND, "data-to": ""}
    back = html.Button(t("deed.no"), type="button", className="button", **facts)
    head = html.P(t("room.items", n=number(len(rows))), className="note")
    acts = html.Div([to, remark, button("give", t("room.give"), "primary"), back], className="acts")
    return [html.Div([head, html.Ul(rows), acts], **form("handover"))]


def _item(notes: Notes, kind: str, subject: str, words: str, note: str) -> Component:
    name = f"{seat.NOTE}:{kind}:{subject}"
    said = notes.get(name) or note
    field = dcc.Input(
        type="text", name=name, maxLength=LONGEST, placeholder=t("room.item_note"), value=said, id={"hand": name}
    )
    return html.Li([html.Span(words), field], key=name)


def _others() -> list[str]:
    """Return the accounts one may hand over to: they keep watches, and answer for at least the same area."""
    places, own = door().places, scope()
    found = (one for one in Accounts(door().operations).list() if not one.disabled and one.name != own.account)
    return sorted(one.name for one in found if one.scope().keeps_watch and places.inside(own.area_id, one.area_id))


def _option(name: str) -> Component:
    return html.Option(name, value=name)
