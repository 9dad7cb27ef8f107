"""The one view of a screen: every choice of the operator in one small dict, mirrored in the address.

A control is any component with the id `control("<name>")` and a `value`. The script 05-view.js gathers them into the
store `view`, adds `version` (what the data is now) and `u` (the unit of length), and writes the address by
history.replaceState. Every panel has exactly one Input: `VIEW`, or `CASES` where it shows cases in progress.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc
from dash.exceptions import PreventUpdate
from flask import has_request_context, request
from sqlalchemy.exc import SQLAlchemyError

from dashboard.moment import bucket
from dashboard.session import door
from dashboard.text import voice
from data.errors import WarehouseError
from data.operations import TOPICS

VIEW = Input("view", "data")
# The same choices for panels that show cases: it changes with every step of a case, which no chart has to follow.
CASES = Input("cases", "data")
# Choices every page shares: they stand in the frame and survive the way from page to page.
SHARED = ("area", "day", "theme", "lang", "kiosk")
# Clocks whose every change would redraw every panel: the map follows them by itself.
OWN_PACE = ("position",)
JITTER_MS = 1000


def control(name: str) -> dict[str, str]:
    """Return the id of the control of one choice."""
    return {"view": name}


def hidden(name: str, value: str | float | None = None) -> dcc.Input:
    """Return a control without a face: a choice set by a script, by a click in a chart, or by the address."""
    return dcc.Input(id=control(name), type="hidden", value=value)


def address() -> dict[str, str]:
    """Return the choices in the address of the screen that asks: its own query, or that of its Referer."""
    if not has_request_context():
        return {}
    query = urlsplit(request.referrer or "").query if request.path.startswith(("/_", "/api/")) else ""
    return dict(parse_qsl(query or request.query_string.decode("ascii", "replace")))


def address_path() -> str:
    """Return the path of the screen that asks."""
    return urlsplit(request.referrer or "").path or "/"


def link(path: str, **choices: object) -> str:
    """Return the address of a page with choices in it; the language goes along when it is not the city's."""
    if voice().language != door().config.city.language:
        choices = {"lang": voice().language, **choices}
    query = urlencode({key: value for key, value in choices.items() if value not in (None, "")})
    return f"{path}?{query}" if query else path


def parts(refresh_s: float) -> list[Any]:
    """Return the components behind the view: the store, the shared choices and the clock that asks for news."""
    asked = address()
    shared = [hidden(name, asked.get(name)) for name in SHARED]
    every = refresh_s * JITTER_MS
    return [
        dcc.Store(id="view"),
        dcc.Store(id="cases"),
        dcc.Store(id="news", data=news()),
        dcc.Store(id="fault"),
        dcc.Interval(id="tick", interval=every),
        *shared,
    ]


def news() -> str:
    """Return `<version>/<minute>/<clocks>`, all that panels depend on: equal means nothing new to draw.

    The minute is part of it in steps, because deadlines pass and cohorts ripen without any new row. The clocks of
    operations stand last: 05-view.js keeps them from panels that show no cases.
    """
    topics = sorted(set(TOPICS) - set(OWN_PACE))
    try:
        clocks = ".".join(str(door().clock(topic)) for topic in topics)
    except SQLAlchemyError:  # the store is away: panels that show cases say so, the others go on
        clocks = "away"
    try:
        version = door().version()
    except WarehouseError:  # nothing loaded yet: every panel says so
        version = ""
    return f"{version}/{bucket():%H%M}/{clocks}"


@callback(Output("news", "data"), Input("tick", "n_intervals"), State("news", "data"), prevent_initial_call=True)
def ask(_: int, known: str) -> str:
    """Answer a tick: nothing at all (204) unless something changed."""
    now = news()
    if now == known:
        raise PreventUpdate
    return now


clientside_callback(
    ClientsideFunction("view", "gather"),
    Output("view", "data"),
    Output("cases", "data"),
    Input({"view": ALL}, "value"),
    Input("news", "data"),
    State({"view": ALL}, "id"),
)
clientside_callback(ClientsideFunction("view", "fault"), Output("fault", "clear_data"), Input("fault", "data"))
clientside_callback(
    ClientsideFunction("view", "swapTheme"),
    Output(control("theme"), "value"),
    Input("frame-theme", "n_clicks"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("view", "jitter"),
    Output("tick", "interval"),
    Input("fault", "id"),
    State("tick", "interval"),
)
