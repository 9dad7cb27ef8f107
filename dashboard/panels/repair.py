"""What to do with the chosen refused rows: say why one looks at them, take them away, load them again."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dash import Input, Output, State, callback, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import quality, reason, reason_form, watch
from dashboard.parts import empty, icon, panel, status
from dashboard.refused import ASKED, Source
from dashboard.session import scope
from dashboard.takeaway import export_menu
from dashboard.text import number, t
from dashboard.view import VIEW
from data.jobs import DONE, FAILED

NAME = "replay"
EDITS = "replay-edits"
ASKER, NOTED, FORM = "refused", "refused-noted", "refused-form"
EXPORT, AGAIN, STATE, RESULT = "refused-export", "replay-again", "replay-state", "replay-result"

Row = dict[str, Any]


def layout() -> Component:
    """Return the form of the reason, the acts, and the place of the result."""
    form = html.Div(
        [html.P([icon("lock"), t("refused.reason")]), html.Div(reason_form.fields(ASKER), className="line")], id=FORM
    )
    again = html.Button(t("repair.again"), id=AGAIN, className="button primary", n_clicks=0, disabled=True)
    acts = [again] if scope().tends_data else [html.Div(again, hidden=True)]
    body = [
        *watch.parts(NAME),
        dcc.Store(id=EDITS, data={}),
        html.Div([form, html.Div(id=NOTED)], className="because"),
        html.Div([html.Div(acts, className="acts"), html.P(id=STATE), html.Div(id=EXPORT)], className="do"),
        html.Div(id=RESULT, className="result"),
    ]
    return panel("repair", t("repair.title"), body)


watch.watch(NAME)


reason_form.keep(ASKER)


@callback(Output(NOTED, "children"), Output(FORM, "className"), VIEW)
def note(view: Row | None) -> tuple[Any, str]:
    """Show the reason given and that looking is logged, or the form that asks for it."""
    quality.only(view, "rejects")
    given = reason.given()
    if not given:
        return None, ""
    words = [icon("lock"), html.Span(t("people.noted", reason=given))]
    return [html.P(words), html.P(t("refused.logged"), className="note")], "given"


@callback(Output(EXPORT, "children"), VIEW)
def offer(view: Row | None) -> Any:
    """Offer the chosen rows as files once there is a reason."""
    quality.only(view, "rejects")
    if not reason.given():
        return None
    return export_menu("rejects")


@callback(
    Output(AGAIN, "disabled"),
    Output(STATE, "children"),
    Input(EDITS, "data"),
    Input(f"{NAME}-told", "data"),
    Input(ASKED, "data"),
)
def ready(edits: Row | None, told: Row | None, asked: Row | None) -> tuple[bool, str]:
    """Say what loading again would do, or what is missing for it."""
    if told and told["state"] not in watch.ENDED:
        return True, watch.words(told)
    if not scope().tends_data:
        return True, ""
    if not Source.of((asked or {}).get("refused")).is_file:
        return True, t("repair.choose")
    n = sum(map(len, (edits or {}).values()))
    return False, t("repair.edited", n=number(n), rows=number(len(edits or {}))) if n else t("repair.unedited")


@callback(
    Output(f"{NAME}-job", "data"),
    Input(AGAIN, "n_clicks"),
    State(EDITS, "data"),
    State(ASKED, "data"),
    prevent_initial_call=True,
)
def replay(clicks: int, edits: Row | None, asked: Row | None) -> int:
    """Hand the chosen rows with what was corrected in them to be loaded again."""
    source = Source.of((asked or {}).get("refused"))
    if not clicks or not source.is_file or not scope().tends_data:
        raise PreventUpdate
    only = {"reason": source.cause} if source.cause else {}
    return watch.submit("replay", path=source.path, run_id=source.run_id, repairs=edits or {}, **only)


@callback(Output(RESULT, "children"), Input(f"{NAME}-told", "data"))
def outcome(told: Row | None) -> Any:
    """Show what became of the rows."""
    if not told or told["state"] not in watch.ENDED:
        return None
    if told["state"] == FAILED:
        return status("crit", watch.words(told))
    return result(told["result"] or {}) if told["state"] == DONE else None


def result(loaded: Row) -> list[Component]:
    """Return what a load says: rows in, loaded, refused by reason, twice; and older rows that were cured by it."""
    every = loaded.get("files", [])
    cured = [one for one in every if one.get("notes", {}).get("replayed")]
    files = [one for one in every if one not in cured] or cured
    sums = {key: _sum(files, key) for key in ("in", "loaded", "rejected", "duplicate")}
    shown = [html.Div([html.Span(t(f"repair.{key}")), html.B(number(n))]) for key, n in sums.items()]
    causes: Counter[str] = Counter()
    for one in files:
        causes.update(one.get("reasons", {}))
    refused = [html.Li([html.Span(quality.why(code)), html.B(number(n))]) for code, n in causes.most_common()]
    broken = [status("crit", one["refused"]) for one in files if one.get("refused")]
    if files is not cured and _sum(cured, "loaded"):
        broken.append(status("ok", t("repair.cured", n=number(_sum(cured, "loaded")))))
    kind = "ok" if sums["loaded"] and not sums["rejected"] else "warn" if sums["loaded"] else "crit"
    words = t("repair.done", loaded=number(sums["loaded"]), rejected=number(sums["rejected"]))
    nothing = [] if files else [empty(t("repair.nothing"))]
    return [html.P(status(kind, words)), html.Div(shown, className="sums"), html.Ul(refused), *broken, *nothing]


def _sum(files: list[Row], key: str) -> int:
    return sum(one.get(f"rows_{key}", 0) for one in files)
