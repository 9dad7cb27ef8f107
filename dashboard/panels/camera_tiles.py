"""Cameras near a place as 1, 4 or 9 tiles: why somebody looks is asked first, one click plays, a sentence else.

The panel reads `incident`, `point` ("lon,lat") or `camera` of the view; 45-video.js plays what is clicked.
"""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, callback, ctx, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import watching
from dashboard.loaded import loaded
from dashboard.panels.segments import segments
from dashboard.parts import Children, empty, icon, needs, panel, status
from dashboard.session import door, gateways, scope
from dashboard.text import DASH, distance, t, voice
from dashboard.view import VIEW, control, hidden
from dashboard.watching import LONGEST, SIZES, Row, View
from data.gateways import may_watch
from data.gb28181 import name

BODY, KNOWN = "tiles-body", "tiles-known"
FORM, FIELD, LOOK, NOTED, CHANGE = (f"tiles-{part}" for part in ("form", "reason", "look", "noted", "change"))


def layout(tiles: str = "", incident: str = "", **chosen: str) -> Component:
    """Return the empty tiles with the choice of their number; `chosen` may hold camera and point of the address.

    The page itself holds the control `incident`, if it has one; its number stands in the field of the reason.
    """
    options = [(size, size) for size in sorted(SIZES)]
    body = [
        dcc.Store(id=KNOWN),
        *[hidden(name, chosen.get(name)) for name in ("camera", "point", "watch")],
        _form(incident),
        html.Div(id=BODY, className="tiles"),
    ]
    radius = t("tiles.note", radius=distance(door().config.video.radius_m))
    size = segments("tiles", options, tiles if tiles in SIZES else SIZES[0], t("tiles.size"))
    return panel("camera-tiles", t("tiles.title"), body, radius, size)


def _form(incident: str) -> Component:
    field = dcc.Input(id=FIELD, type="text", value=incident, maxLength=LONGEST, placeholder=t("tiles.reason"))
    look = html.Button(t("tiles.look"), id=LOOK, className="button primary", n_clicks=0)
    asked = html.Div([html.Span(t("tiles.needed")), field, look], className="ask")
    again = html.Button(t("tiles.change"), id=CHANGE, className="quiet", n_clicks=0)
    given = html.Div([html.Span(id=NOTED), again], className="given")
    return html.Div([icon("lock"), asked, given] if may_watch(scope()) else None, id=FORM, className="why-watch")


@callback(
    Output(control("watch"), "value"),
    Input(LOOK, "n_clicks"),
    Input(FIELD, "n_submit"),
    Input(CHANGE, "n_clicks"),
    State(FIELD, "value"),
    State("view", "data"),
    prevent_initial_call=True,
)
def give(_: int | None, __: int | None, ___: int | None, words: str | None, view: View) -> str:
    """Keep the reason, or forget it so that another is asked for; the changed choice lets the panel say so."""
    return watching.give((view or {}).get("incident"), "" if ctx.triggered_id == CHANGE else words)


@callback(Output(NOTED, "children"), Output(FORM, "className"), VIEW)
def note(view: View) -> tuple[Children, str]:
    """Say the reason given and that every opening is logged, or ask for one."""
    given = watching.reason((view or {}).get("incident"))
    if not given:
        return None, "why-watch"
    return [t("tiles.given"), html.B(given), html.Span(t("tiles.logged"), className="note")], "why-watch known"


@callback(Output(BODY, "children"), Output(KNOWN, "data"), VIEW, State(KNOWN, "data"))
def show(view: View, known: Any) -> tuple[Children, Any]:
    """Show the tiles; what is playing is left alone while nothing about the tiles changed."""
    if "camera" not in loaded():
        return needs(t("feed.camera")), None
    if not may_watch(scope()):
        return empty(t("tiles.not_here")), None
    rows = watching.tiles(view)
    if not rows:
        return empty(_nothing(view)), None
    said = [[row["camera_id"], *_words(row, view)] for row in rows] + [watching.size(view), t("tiles.play")]
    if said == known:
        raise PreventUpdate
    shown = [_tile(at, row, view) for at, row in enumerate(rows, 1)]
    return html.Div(shown, className="board", **{"data-tiles": str(watching.size(view))}), said


def _nothing(view: View) -> str:
    """Say why there is no tile: nothing chosen, an incident without a point, or no camera near."""
    view = view or {}
    where = watching.place(view, watching.registered())
    if where is None:
        return t("tiles.unknown", incident=view["incident"]) if view.get("incident") else t("tiles.choose")
    radius = distance(door().config.video.radius_m)
    return t("tiles.no_point") if where.point is None else t("tiles.none", radius=radius)


def _tile(at: int, row: Row, view: View) -> Component:
    place, seen, state, sentence = _words(row, view)
    off = row["state"] == "offline"
    facts: Any = {"data-camera": row["camera_id"], "data-code": row["code"] or ""}
    head = [html.I(str(at), className="tile-n"), html.B(row["name"] or row["camera_id"]), html.Span(_kind(row))]
    acts: Any = {"data-act": "enlarge", "title": t("tiles.enlarge")}
    head.append(html.Button(icon("enlarge"), className="quiet", **acts))
    foot = [html.Span([html.B(place), " ", seen]), status("crit" if off else "ok" if state else "neutral", state)]
    plays: Any = {} if sentence else {"data-play": row["camera_id"]}
    picture = html.Div(_said(sentence) if sentence else _play(), className="picture", **plays)
    return html.Article([html.Header(head), picture, html.Footer(foot)], className="tile", **facts)


def _said(sentence: str) -> Component:
    first, *others = sentence.split("\n")
    return html.P([html.Span(first), *map(html.Small, others)])


def _play() -> Component:
    return html.Button([icon("play"), t("tiles.play")], className="button")


def _words(row: Row, view: View) -> tuple[str, str, str, str]:
    """Return distance, what it sees, its state, and the sentence that stands where a picture cannot."""
    chosen = (view or {}).get("camera") == row["camera_id"] and row["distance_m"] < 1
    where = t("tiles.itself") if chosen else distance(round(row["distance_m"] / 10) * 10)
    seen = "" if chosen else t(f"tiles.sees_{row['sees'] or 'unknown'}")
    state = t(f"video.{row['state'] or 'unknown'}")
    if row["state"] == "offline":
        repair = t("video.repair", number=row["repair_id"]) if row["repair_id"] else t("video.no_repair")
        return where, seen, state, f"{watching.away(row, view)}\n{repair}"
    if gateways().address(row) is None:
        return where, seen, state, f"{t('video.no_gateway')}\n{t('video.fill', gateway=row['gateway'] or 'url')}"
    return where, seen, state, ""


def _kind(row: Row) -> str:
    """Return what a camera is: turnable or fixed, else the type its code names."""
    if row["kind"]:
        return t(f"video.{row['kind']}")
    return name("type", row["code"][10:13], voice().language) if row["code"] else DASH
