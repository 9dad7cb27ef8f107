"""Who keeps the watch, and what somebody hands over to this account to be signed for."""

from __future__ import annotations

from typing import Any

from dash import Output, State, callback, dcc, html, no_update
from dash.development.base_component import Component

from dashboard import seat
from dashboard.parts import chip, empty, panel
from dashboard.seat_forms import LONGEST, button, form
from dashboard.session import door, scope
from dashboard.text import t
from dashboard.view import CASES

BODY, SIGNS, SHOWN = "seat-watch-body", "seat-signs", "seat-signs-shown"

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty lists."""
    body = [html.Div(id=BODY), html.Div(id=SIGNS), dcc.Store(id=SHOWN)]
    return panel("seat-watch", t("room.title"), body, t("room.note"))


@callback(Output(BODY, "children"), Output(SIGNS, "children"), Output(SHOWN, "data"), CASES, State(SHOWN, "data"))
def show(_: dict[str, Any] | None, shown: str | None) -> tuple[Any, Any, str]:
    """Show who is on watch, and what waits for a signature: only where it changed, as reasons are written there."""
    kept = door().watches.on_watch()
    mine = any(row["account"] == scope().account for row in kept)
    people = [_keeper(row) for row in kept] or [html.Li(empty(t("room.nobody")))]
    acts = [button("end", t("room.end"))] if mine else [button("begin", t("room.begin"), "primary")]
    body = [html.Ul(people, className="keepers"), html.Div(acts, className="acts")]
    signs = [row for row in door().watches.waiting(scope().account) if row["to_account"] == scope().account]
    facts = "/".join(["signs", *(row["handover_id"] for row in signs)])
    return body, ([_to_sign(row) for row in signs] if facts != shown else no_update), facts


def _keeper(row: Row) -> Component:
    own = chip(t("room.you")) if row["account"] == scope().account else None
    role = t("room.leads" if row["leads"] else "room.keeps")
    since = html.Span(t("room.since", at=seat.since(row["began_at"])), className="since")
    return html.Li([html.B(row["account"]), html.Span(role), own, since], key=row["watch_id"])


def _to_sign(row: Row) -> Component:
    """Return what somebody hands over to this account, with both answers."""
    head = html.B(t("room.from", by=row["from_account"], at=seat.since(row["given_at"])))
    items = door().watches.items(row["handover_id"])
    told = [html.Li([html.Span(item.words), html.B(item.note)], key=item.subject_id) for item in items]
    remark = html.P(row["remark"], className="noted") if row["remark"] else None
    sign = button("take", t("room.sign"), "primary", id=row["handover_id"], digest=row["digest"])
    field = {"why": row["handover_id"]}
    why = dcc.Input(type="text", name="reason", maxLength=LONGEST, placeholder=t("room.why"), id=field, value="")
    back = html.Div([why, button("decline", t("room.decline"), id=row["handover_id"])], **form("inline"))
    return html.Div([head, html.Ul(told), remark, html.Div([sign, back], className="acts")], className="to-sign")
