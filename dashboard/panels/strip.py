"""The clock of a replay and its strip: play, speeds, what is shown, and a lane for every chosen worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from dash import ClientsideFunction, Input, Output, callback, clientside_callback, dcc, html
from dash.development.base_component import Component

from dashboard import place, reason
from dashboard.happenings import Day
from dashboard.look import look
from dashboard.parts import icon
from dashboard.session import door
from dashboard.subject import SUBJECT, adjacent, chosen, day
from dashboard.text import t, voice
from dashboard.theme import map_theme, track
from data.days import midnight

SPEC, BOX = "strip-spec", "strip-box"
EPOCH = datetime(1970, 1, 1)
SHOWN = ("doubtful", "stays", "incidents", "follow")

View = dict[str, Any]


def layout() -> Component:
    """Return the clock, its controls and the place of the strip."""
    controls = html.Header(
        [
            html.Time("--:--:--", className="strip-clock"),
            _act("before", "previous"),
            _act("play", "play", "pause"),
            _act("after", "next"),
            html.Span(className="strip-next"),
            html.Span(className="gap"),
            *map(_switch, SHOWN),
            html.Div([_speed(n) for n in door().config.playback.speeds], className="segments", role="group"),
        ]
    )
    body = html.Div([dcc.Store(id=SPEC), html.Div(id=BOX)], className="body")
    return html.Section([controls, body], className="panel strip")


clientside_callback(ClientsideFunction("playback", "open"), Output(BOX, "title"), Input(SPEC, "data"))


@callback(Output(SPEC, "data"), SUBJECT)
def describe(view: View | None) -> View | None:
    """Tell the script which day it replays, where its data is, and in which colours."""
    view = view or {}
    shown = day(view)
    if shown is None:
        return None
    before, after = adjacent(shown)
    about = Day(shown, place.area(view), None)
    return {
        "day": str(shown),
        "before": before and str(before),
        "before_s": Day(before, about.area, None).length_s if before else 0,
        "after": after and str(after),
        "midnight": int((midnight(shown, voice().zone) - EPOCH).total_seconds() * 1000),
        "length_s": about.length_s,
        "zone": voice().zone.key,
        **_pace(),
        **_sources(view, shown),
        **_colours(view),
    }


def _pace() -> View:
    playback = door().config.playback
    return {"slot_s": playback.slot_s, "trail_s": playback.trail_s, "speeds": list(playback.speeds)}


def _sources(view: View, shown: Any) -> View:
    """Return the addresses of story and chunks; before a reason is given only what to say instead."""
    if not reason.given():
        return {"story": None, "chunks": None, "say": t("people.needed")}
    asked = {"area": place.area(view), "workers": view.get("workers") or "", "theme": look(view).theme}
    query = urlencode({**asked, "version": door().version()})
    return {"story": f"/api/story/{shown}?{query}", "chunks": f"/api/chunks/{{day}}/{{slot}}?{query}"}


def _colours(view: View) -> View:
    theme = look(view).theme
    own = {worker: track(theme, at) for worker, at in chosen(view).items()}
    colours = map_theme(theme)
    return {"colours": {**own, "all": colours["accent"]}, "dot": colours["worker"]}


def _act(name: str, *pictures: str) -> Component:
    facts: Any = {"data-act": name}
    words = t(f"strip.{name}")
    return html.Button([icon(one) for one in pictures], className=f"button act {name}", title=words, **facts)


def _switch(name: str) -> Component:
    facts: Any = {"data-show": name, "aria-pressed": "false"}
    count: Any = {"data-count": name}
    return html.Button([html.I(), t(f"strip.{name}"), html.Span(**count)], className="switch", **facts)


def _speed(n: int) -> Component:
    facts: Any = {"data-speed": str(n), "aria-pressed": "false"}
    return html.Button(t("strip.speed", n=n), **facts)
