"""What to do with a proposal: keep its mapping for the next file of this kind, and load the file now."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from dash import Input, Output, State, callback, ctx, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import uploads, watch
from dashboard.panels import proposal
from dashboard.panels.repair import result
from dashboard.parts import panel, status
from dashboard.text import t
from data.jobs import DONE, FAILED

NAME = "bring"
TITLE, SAVE, LOAD, STATE, RESULT = "bring-title", "bring-save", "bring-load", "bring-state", "bring-result"
PROPOSED = f"{proposal.NAME}-told"
LONGEST = 40

Row = dict[str, Any]


def layout() -> Component:
    """Return the two buttons and the place of the result."""
    field = dcc.Input(id=TITLE, type="text", maxLength=LONGEST, placeholder=t("acts.name"))
    save = html.Button(t("acts.save"), id=SAVE, className="button", n_clicks=0, disabled=True)
    load = html.Button(t("acts.load"), id=LOAD, className="button primary", n_clicks=0, disabled=True)
    form = html.Div([field, save, load], className="line")
    body = [*watch.parts(NAME), form, html.P(id=STATE), html.Div(id=RESULT, className="result")]
    return panel("bring-acts", t("acts.title"), body)


watch.watch(NAME)


@callback(
    Output(f"{NAME}-job", "data"),
    Input(SAVE, "n_clicks"),
    Input(LOAD, "n_clicks"),
    State(PROPOSED, "data"),
    State(TITLE, "value"),
    prevent_initial_call=True,
)
def act(save: int, load: int, proposed: Row | None, title: str | None) -> int:
    """Hand over what was clicked: keep the mapping, or load the file with it."""
    if not (save or load) or not proposed or proposed["state"] != DONE:
        raise PreventUpdate
    found = proposed["result"]
    path = uploads.path_of(PurePath(found["path"]).name)
    if path is None:
        raise PreventUpdate
    name = (title or path.name.split(".")[0]).strip()
    if ctx.triggered_id == SAVE:
        return watch.submit("save_mapping", name=name, toml=found["toml"])
    return watch.submit("load", paths=[str(path)], mapping=found["toml"], mapping_name=name)


@callback(Output(SAVE, "disabled"), Output(LOAD, "disabled"), Input(PROPOSED, "data"), Input(f"{NAME}-told", "data"))
def ready(proposed: Row | None, told: Row | None) -> tuple[bool, bool]:
    """Open the buttons once there is a proposal and nothing under way; an open question keeps both shut."""
    if not proposed or proposed["state"] != DONE or (told and told["state"] not in watch.ENDED):
        return True, True
    found = proposed["result"]
    return not found["ready"], not (found["ready"] and found["preview"]["would_load"])


@callback(Output(STATE, "children"), Output(RESULT, "children"), Input(f"{NAME}-told", "data"))
def outcome(told: Row | None) -> tuple[Any, Any]:
    """Show how far it is, and what became of the rows."""
    if not told:
        return t("acts.note"), None
    if told["state"] == FAILED:
        return None, status("crit", watch.words(told))
    if told["state"] != DONE:
        return watch.words(told), None
    if told["kind"] == "save_mapping":
        kept = (told["result"] or {}).get("path") or (told["result"] or {}).get("name") or told["arguments"]["name"]
        return None, status("ok", t("acts.saved", name=PurePath(str(kept)).name))
    return None, result(told["result"] or {})
