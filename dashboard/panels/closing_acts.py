"""Closing the chosen month, comparing it with today, and writing down why it differs."""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, callback, ctx, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import closing, watch
from dashboard.panels.closing_corrections import spelled
from dashboard.panels.rate_head import metric_name
from dashboard.parts import empty, panel, status
from dashboard.session import scope
from dashboard.text import named, number, t
from dashboard.view import VIEW
from data.jobs import DONE, FAILED

NAME = "closing"
ACTS = ("close", "compare", "correct")
TEXT, STATE, RESULT, MONTH = "closing-text", "closing-state", "closing-result", "closing-chosen"
LONGEST, SHOWN = 200, 30
IDS = {act: f"closing-{act}" for act in ACTS}
Row = dict[str, Any]


def layout() -> Component:
    """Return the reason's field and the three buttons; who may not close sees why."""
    if not closing.may_close():
        return panel("closing-acts", t("closing.acts"), empty(t("closing.not_yours")))
    field = dcc.Input(id=TEXT, type="text", maxLength=LONGEST, placeholder=t("closing.text"))
    buttons = [
        html.Button(t(f"closing.{act}"), id=IDS[act], className="button", n_clicks=0, disabled=True) for act in ACTS
    ]
    line = html.Div(
        [*watch.parts(NAME), dcc.Store(id=MONTH), field, html.Div(buttons, className="line")], className="do"
    )
    return panel(
        "closing-acts", t("closing.acts"), [line, html.P(id=STATE), html.Div(html.Div(id=RESULT), className="result")]
    )


watch.watch(NAME)


@callback(Output(MONTH, "data"), VIEW)
def choose(view: Row | None) -> Row:
    """Keep which month the view means, and whether it is closed."""
    month = closing.chosen(view)
    return {"month": month, "closed": closing.closed(month) is not None}


@callback(
    Output(f"{NAME}-job", "data"),
    *[Input(one, "n_clicks") for one in IDS.values()],
    State(TEXT, "value"),
    State(MONTH, "data"),
    prevent_initial_call=True,
)
def act(*given: Any) -> int:
    """Hand over what was clicked, for the chosen month."""
    *clicks, text, chosen = given
    if not chosen or not any(clicks) or not closing.may_close():
        raise PreventUpdate
    who, wanted = scope(), next(act for act, name in IDS.items() if name == ctx.triggered_id)
    about = {"account": who.account, "roles": sorted(who.roles), "area_id": who.area_id}
    return watch.submit("close_month", act=wanted, month=chosen["month"], text=(text or "").strip(), **about)


@callback(*[Output(one, "disabled") for one in IDS.values()], Input(f"{NAME}-told", "data"), Input(MONTH, "data"))
def ready(told: Row | None, chosen: Row | None) -> tuple[bool, bool, bool]:
    """Open the buttons that make sense: an open month is closed, a closed one compared and corrected."""
    busy = bool(told and told["state"] not in watch.ENDED) or not chosen
    is_closed = bool(chosen and closing.closed(chosen["month"]))
    return busy or is_closed, busy or not is_closed, busy or not is_closed


@callback(Output(STATE, "children"), Output(RESULT, "children"), Input(f"{NAME}-told", "data"), Input(MONTH, "data"))
def outcome(told: Row | None, chosen: Row | None) -> tuple[Any, Any]:
    """Show which month is meant, how far the work is, and what came of it."""
    month = (chosen or {}).get("month", "")
    if not told or told["arguments"]["month"] != month:
        return t("closing.chosen", month=month), None
    if told["state"] == FAILED:
        return None, status("crit", watch.words(told))
    if told["state"] != DONE:
        return watch.words(told), None
    return t("closing.chosen", month=month), _told(told["result"] or {})


def _told(result: Row) -> Any:
    if "corrected" in result:
        return status("ok", t("closing.did_correct", n=number(result["corrected"])))
    if "open" not in result:
        return status("ok", t("closing.did_close", n=number(result["rows"])))
    if not result["open"]:
        return status("ok", t("closing.same"))
    lines = [html.Li(_line(row)) for row in result["rows"][:SHOWN]]
    more = result["open"] - len(lines)
    rest = [html.Li(t("closing.more", n=number(more)))] if more > 0 else []
    return [status("warn", t("closing.differs", n=number(result["open"]))), html.Ul([*lines, *rest])]


def _line(row: Row) -> str:
    before, after = spelled(row["part_before"], row["whole_before"]), spelled(row["part_after"], row["whole_after"])
    return f"{metric_name(row['metric'])} · {named(row)}: {before} → {after}"
