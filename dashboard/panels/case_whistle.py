"""The whistle of a case: which departments were called, who confirmed, who arrived, and how it ended."""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, callback, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import case, deeds
from dashboard.parts import icon, panel, shape
from dashboard.queues import now
from dashboard.session import door, scope
from dashboard.text import clock, deadline, stamp, t
from dashboard.view import CASES, news
from data.errors import Problem
from data.loop.rights import is_handler
from data.loop.whistle import OUTCOMES, Call

BODY, FOOT, NOTE = "whistle-body", "whistle-foot", "whistle-note"
ASKED, FORM, SAID = "whistle-asked", "whistle-form", "whistle-said"
TOPIC, UNITS, URGENT = "whistle-topic", "whistle-units", "whistle-urgent"
HIDDEN, OPEN = "whistle-form hidden", "whistle-form"

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty list and the closed form of a call."""
    units = [{"value": unit["unit_id"], "label": unit["name"]} for unit in case.units().values()]
    urgent = dcc.Checklist([{"value": "1", "label": t("whistle.urgent")}], [], id=URGENT, className="tick")
    go: Any = {"data-whistle": "blow"}
    no: Any = {"data-shuts": FORM}
    buttons = [html.Button(t("whistle.go"), className="button primary", **go),
               html.Button(t("deed.no"), className="button", **no)]  # fmt: skip
    form = html.Div(
        [
            dcc.Input(id=TOPIC, type="text", maxLength=60, placeholder=t("whistle.topic"), value=""),
            dcc.Dropdown(units, [], id=UNITS, multi=True, placeholder=t("whistle.units")),
            html.Div([urgent, *buttons], className="line"),
        ],
        id=FORM,
        className=HIDDEN,
    )
    alert: Any = {"role": "alert"}
    body = [dcc.Store(id=ASKED), html.Div(id=BODY), form, html.Div(id=FOOT), html.P(id=SAID, className="said", **alert)]
    return panel("case-whistle", t("whistle.title"), body, t("whistle.note"), html.Span(id=NOTE))


@callback(Output(BODY, "children"), Output(FOOT, "children"), Output(NOTE, "children"), CASES)
def show(view: dict[str, Any] | None) -> tuple[Any, Any, Any]:
    """Show the whistles of the view's case and what may be done."""
    row = case.chosen(view)
    if row is None:
        return html.Span(), None, None
    rows = door().whistles.of_case(row["incident_id"])
    may = row["closed_at"] is None and row["owner"] == "own" and door().whistles.may_blow(scope())
    running = any(one["ended_at"] is None for one in rows)
    open_: Any = {"data-opens": FORM}
    blow = (
        html.Button([icon("whistle"), t("whistle.blow")], className="button", **open_) if may and not running else None
    )
    lines = [line for one in rows for line in _lines(one)] or [html.P(t("whistle.none"), className="empty")]
    return lines, blow, stamp(rows[0]["issued_at"]) if rows else None


def _lines(one: Row) -> list[Component]:
    ended = one["ended_at"] is not None
    foot = [html.Span(t(f"whistle.{one['outcome']}"), className="outcome")] if ended else _ends(one)
    return [*(_call(one, call, ended) for call in one["calls"]), html.Div(foot, className="ends")]


def _call(one: Row, call: Row, ended: bool) -> Component:
    """Return a line of a called unit: how far it is, by when, and what it may note."""
    step = next((name for name in ("reported", "arrived", "confirmed") if call[f"{name}_at"]), "waiting")
    due = one["arrive_by"] if step in ("confirmed",) else one["confirm_by"]
    late = step in ("waiting", "confirmed") and now() > due
    mark = shape("ok" if step in ("arrived", "reported") else "crit" if late else "warn" if step == "waiting" else "ok")
    at = call[f"{step}_at"] if step != "waiting" else None
    said = [html.B(case.unit_name(call["unit_id"])), html.Span(t(f"whistle.is_{step}"))]
    right = html.Span(clock(at)) if step in ("arrived", "reported") else _due(due)
    return html.Div([mark, html.Div(said), right, *_notes(one, call, step, ended)], className="call")


def _due(at: Any) -> Component:
    facts: Any = {"data-deadline": case.ms(at), "data-soon": "300"}
    return html.Span(html.B(deadline((at - now()).total_seconds())), className="time", **facts)


def _notes(one: Row, call: Row, step: str, ended: bool) -> list[Component]:
    mine = is_handler({"worker_id": None, "unit_id": call["unit_id"]}, scope()) or door().whistles.may_blow(scope())
    next_ = {"waiting": "confirm", "confirmed": "arrive"}.get(step)
    return [_button(one, next_, unit=call["unit_id"])] if mine and next_ and not ended else []


def _ends(one: Row) -> list[Component]:
    may = door().whistles.may_blow(scope())
    arrived = any(call["arrived_at"] for call in one["calls"])
    wanted = [outcome for outcome in OUTCOMES if arrived or outcome != "resolved"]
    return [_button(one, "end", outcome=outcome, label=t(f"whistle.{outcome}")) for outcome in wanted] if may else []


def _button(one: Row, act: str, **more: str) -> Component:
    label = more.pop("label", t(f"whistle.do_{act}"))
    facts: Any = {
        "data-whistle": act,
        "data-id": one["whistle_id"],
        **{f"data-{key}": value for key, value in more.items()},
    }
    return html.Button(label, className="button", **facts)


@callback(
    Output(SAID, "children"),
    Output(FORM, "className"),
    Output("news", "data", allow_duplicate=True),
    Input(ASKED, "data"),
    State("cases", "data"),
    State(TOPIC, "value"),
    State(UNITS, "value"),
    State(URGENT, "value"),
    prevent_initial_call=True,
)
def do(
    asked: Row | None, view: Row | None, topic: str | None, units: list[str] | None, urgent: list[str] | None
) -> Any:
    """Blow, confirm, arrive or end; everybody who looks at the case sees it at once."""
    row = case.chosen(view)
    if not asked or row is None:
        raise PreventUpdate
    called = Call(topic or case.title(row), row["area_id"], tuple(units or ()), bool(urgent), row["incident_id"])
    try:
        _sent(asked, called)
    except Problem as problem:
        return html.Span(deeds.why(problem), className="refused"), OPEN if asked["act"] == "blow" else HIDDEN, news()
    return None, HIDDEN, news()


def _sent(asked: Row, called: Call) -> None:
    known, command, id_ = door().whistles, str(asked["command_id"]), str(asked.get("id") or "")
    unit = str(asked.get("unit") or "")
    if asked["act"] == "blow":
        known.blow(command, scope(), called)
    elif asked["act"] == "confirm":
        known.confirm(command, scope(), id_, unit)
    elif asked["act"] == "arrive":
        known.arrive(command, scope(), id_, unit)
    elif asked["act"] == "end":
        known.end(command, scope(), id_, str(asked.get("outcome")))
