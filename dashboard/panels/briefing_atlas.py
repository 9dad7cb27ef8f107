"""The atlas: a sheet for every area of a level below, made in the background with its progress."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from dash import Input, Output, State, callback, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import briefing, place, watch
from dashboard.parts import panel, status
from dashboard.session import door, scope
from dashboard.text import t, voice
from data.briefing.notes import may_write
from data.errors import NotAllowed
from data.jobs import DONE, FAILED, Jobs

NAME = "briefing-atlas"
LEVEL, MAKE, STATE = f"{NAME}-level", f"{NAME}-make", f"{NAME}-state"

Row = dict[str, Any]


def layout() -> Component:
    """Return the choice of a level and the button."""
    levels = [{"value": one.id, "label": place.level_name(one.id)} for one in door().config.levels[1:]]
    chooser = dcc.Dropdown(levels, levels[0]["value"] if levels else None, id=LEVEL, clearable=False, searchable=False)
    make = html.Button(t("briefing.atlas_make"), id=MAKE, className="button", n_clicks=0)
    form = html.Div([html.Div(chooser, className="control"), make], className="line")
    body = [*watch.parts(NAME), form, html.P(t("briefing.atlas_note"), id=STATE, className="muted")]
    return panel("briefing-atlas", t("briefing.atlas"), body)


watch.watch(NAME)


@callback(
    Output(f"{NAME}-job", "data"),
    Input(MAKE, "n_clicks"),
    State(LEVEL, "value"),
    State("view", "data"),
    prevent_initial_call=True,
)
def make(pressed: int, level: str | None, view: Row | None) -> int:
    """Hand over the atlas of the view's area; one an account may wait for at a time."""
    if not pressed or not level:
        raise PreventUpdate
    if not may_write(scope()):
        raise NotAllowed("not_allowed", account=scope().account, detail=briefing.ATLAS)
    waiting = next((job for job in Jobs(door().operations).recent(briefing.ATLAS) if _mine(job)), None)
    return waiting.id if waiting else watch.submit(briefing.ATLAS, **_arguments(view, level))


def _mine(job: Any) -> bool:
    return job.account == scope().account and job.state not in (DONE, FAILED)


def _arguments(view: Row | None, level: str) -> Row:
    asked = briefing.question(view)
    door().check_area(scope(), asked.area)
    return {
        "by": scope().account,
        "area": asked.area,
        "level": level,
        "period": asked.period,
        "now": asked.now.isoformat(),
        "language": voice().language,
        "provenance": briefing.atlas_provenance(view),
        "key": uuid4().hex[:8],
    }


@callback(Output(STATE, "children"), Input(f"{NAME}-told", "data"))
def outcome(told: Row | None) -> Any:
    """Show how far it is, and the link to the file once it is there."""
    if not told:
        return t("briefing.atlas_note")
    if told["state"] == FAILED:
        return status("crit", watch.words(told))
    if told["state"] != DONE:
        return watch.words(told)
    result = told["result"] or {}
    words = t("briefing.atlas_done", n=result["sheets"], form=result["form"].upper())
    return html.A(words, href=f"/briefing/atlas/{told['id']}", target="_blank", className="link")
