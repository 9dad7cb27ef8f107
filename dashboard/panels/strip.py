"""The clock of a replay and its strip: play, speeds, range, colours, what is shown, a lane for every chosen worker."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from dash import ClientsideFunction, Input, Output, callback, clientside_callback, dcc, html
from dash.development.base_component import Component

from dashboard import place, reason
from dashboard.happenings import Day
from dashboard.look import look
from dashboard.parts import icon
from dashboard.replay import words
from dashboard.session import door
from dashboard.subject import SUBJECT, adjacent, chosen, day, lacks, reach, reported_at
from dashboard.text import t, voice
from dashboard.theme import HEAT, map_theme, rgba, track
from data.days import midnight

SPEC, BOX = "strip-spec", "strip-box"
SHOWN = ("doubtful", "stays", "incidents", "follow")
COLOURS = ("worker", "state", "speed")
# What each button does, and its pictures.
MOVES = (("before", "previous"), ("back", "back"), ("play", "play", "pause"), ("on", "on"), ("after", "next"))

View = dict[str, Any]


def layout() -> Component:
    """Return the clock, its controls and the place of the strip."""
    controls = html.Header(
        [
            html.Time("--:--:--", className="strip-clock"),
            html.Span(t("strip.late"), className="chip warn strip-late"),
            html.Div([_act(*act) for act in MOVES], className="moves"),
            html.Span(className="strip-next"),
            html.Span(className="gap"),
            html.Div([_letter(name) for name in ("a", "b", "clear", "loop")], className="segments", role="group"),
            html.Div([_colour(name) for name in COLOURS], className="segments", role="group", title=t("strip.colour")),
            *map(_switch, SHOWN),
            html.Div([_speed(n) for n in door().config.playback.speeds], className="segments", role="group"),
            _act("help"),
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
    return {**_calendar(view, shown), **_pace(), **_sources(view, shown), **_around(view, shown), **_colours(view)}


def _calendar(view: View, shown: date) -> View:
    """Return the day and its neighbours, with the lengths of local days in seconds."""
    before, after = adjacent(shown)
    area = place.area(view)
    return {
        "day": str(shown),
        "before": before and str(before),
        "before_s": Day(before, area, None).length_s if before else 0,
        "after": after and str(after),
        "midnight": _epoch_ms(midnight(shown, voice().zone)),
        "length_s": Day(shown, area, None).length_s,
        "zone": voice().zone.key,
    }


def _epoch_ms(at: datetime) -> int:
    return int(at.replace(tzinfo=UTC).timestamp() * 1000)


def _pace() -> View:
    playback = door().config.playback
    judged = {"breaks": list(playback.speed_classes_kmh), "poor_m": playback.poor_m}
    return {"slot_s": playback.slot_s, "trail_s": playback.trail_s, "speeds": list(playback.speeds), **judged}


def _around(view: View, shown: date) -> View:
    """Return the incident the clock opens at: its report in seconds since the midnight of the day shown."""
    reported = reported_at(view)
    if reported is None:
        return {"incident": None}
    at = (reported - midnight(shown, voice().zone)).total_seconds()
    return {"incident": {"id": str(view["incident"]), "at": at, "around_s": door().config.playback.around_s}}


def _sources(view: View, shown: date) -> View:
    """Return the addresses of story and chunks; before a reason is given only what to say instead.

    Chunks are the same in every theme and for every incident, so that a change of either asks for none again.
    """
    if lacking := reason.lacks(reach(view)):
        return {"story": None, "chunks": None, "say": lacks(lacking)}
    asked = {"area": place.area(view), "workers": view.get("workers") or "", "version": door().version()}
    chunks = f"/api/chunks/{{day}}/{{slot}}?{urlencode({**asked, 'version': ''})}{{version}}"
    more = {"incident": view["incident"]} if view.get("incident") else {}
    days = [one for one in (*adjacent(shown), shown) if one]
    story = f"/api/story/{shown}?{urlencode({**asked, 'theme': look(view).theme, **more})}"
    return {"story": story, "chunks": chunks, "versions": words(days)}


def _colours(view: View) -> View:
    theme = look(view).theme
    own = {worker: track(theme, at) for worker, at in chosen(view).items()}
    colours = map_theme(theme)
    states = {"moving": colours["ok"], "staying": colours["warn"]}
    ramp = [colours["neutral"], *map(rgba, HEAT[theme][1:])]
    faces = {"dot": colours["worker"], "halo": colours["halo"], "warn": colours["warn"], "theme": theme}
    return {"colours": {**own, "all": colours["accent"]}, "states": states, "ramp": ramp, **faces}


def _act(name: str, *pictures: str) -> Component:
    facts: Any = {"data-act": name}
    words = t(f"strip.{name}")
    face = [icon(one) for one in pictures] or "?"
    return html.Button(face, className=f"button act {name}", title=words, **facts)


def _letter(name: str) -> Component:
    facts: Any = {"data-act": name, "aria-pressed": "false"}
    return html.Button(t(f"strip.mark_{name}"), title=t(f"strip.{name}"), **facts)


def _colour(name: str) -> Component:
    facts: Any = {"data-colour": name, "aria-pressed": "false"}
    return html.Button(t(f"strip.by_{name}"), **facts)


def _switch(name: str) -> Component:
    facts: Any = {"data-show": name, "aria-pressed": "false"}
    count: Any = {"data-count": name}
    return html.Button([html.I(), t(f"strip.{name}"), html.Span(**count)], className="switch", **facts)


def _speed(n: int) -> Component:
    facts: Any = {"data-speed": str(n), "aria-pressed": "false"}
    return html.Button(t("strip.speed", n=n), **facts)
