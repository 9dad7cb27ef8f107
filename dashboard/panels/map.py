"""The map: the whole area and its densest part side by side, what needs a look on it, and a legend that says so."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html
from dash.development.base_component import Component

from dashboard import fills, legend, moment, place, tools
from dashboard.api import BUNDLE
from dashboard.deck import Map
from dashboard.loaded import loaded
from dashboard.look import look
from dashboard.panels import breadcrumb
from dashboard.parts import Children, panel, severity
from dashboard.session import door, is_kiosk, scope
from dashboard.text import number, t
from dashboard.view import VIEW

SPEC, LEGEND, NOTE, CANVAS = "map-spec", "map-legend", "map-note", "map"
RECENT = timedelta(hours=24)
WEEK = timedelta(days=6)
DRAWN_SEVERITIES = (1, 2, 3, 4)
# What of a layer grows with the unit of length; names are sized where they are made.
SCALED = {
    "IconLayer": ("sizeScale",),
    "ScatterplotLayer": ("radiusScale", "lineWidthScale"),
    "PathLayer": ("widthScale",),
    "LineLayer": ("widthScale",),
}


def spec() -> Component:
    """Return where the map is described; it stands first on a page, because panels are asked for in their order."""
    return dcc.Store(id=SPEC)


def layout() -> Component:
    """Return the empty map and its legend."""
    body = [box(CANVAS, *tools.bar(*tools.FLAT)), html.Div(id=LEGEND, className="legend")]
    total = html.Span([t("map.town"), html.Span(className="map-times"), t("map.times")], className="map-town")
    return panel("map", [t("map.title"), breadcrumb.layout()], body, html.Span(id=NOTE), total)


def box(name: str, *over: Component) -> Component:
    """Return the place of a map: the canvas, over it what 42-furniture.js draws (frame, scale bars), and tools."""
    about: Any = {"data-bundle": BUNDLE}
    parts = [html.Div(className="map-canvas"), html.Div(className="map-over"), *over]
    return html.Div(parts, id=name, className="map-box", **about)


def render(store: str, name: str) -> None:
    """Let the browser draw the map `name` whenever its store changes."""
    clientside_callback(
        ClientsideFunction("map", "render"), Output(name, "title"), Input(store, "data"), State(name, "id")
    )


render(SPEC, CANVAS)


@callback(Output(SPEC, "data"), VIEW)
def show(view: dict[str, Any] | None) -> dict[str, Any]:
    """Describe the map of the view's area at its moment."""
    view = view or {}
    now, style = moment.now(view), look(view)
    drawn = scales(view)
    drawn.unit = max(1.0, math.ceil(style.u * 2) / 2)
    drawn.ground()
    _heat_on(drawn, now, moment.today(view))
    drawn.overlay("key_areas")
    drawn.overlay("cameras")
    drawn.positions(now)
    drawn.incidents(now, now, now, open=1)
    drawn.labels(door().config.screen.font, style.px(13), now=now)
    # a wall is looked at, a desk is worked at: there a click goes into an area, and the way above the map leads back
    spec = drawn.spec(bundle=BUNDLE, choose="" if view.get("kiosk") == "1" or is_kiosk() else "area")
    return {**spec, "layers": enlarged(spec["layers"], style.u)}


def enlarged(layers: list[dict[str, Any]], u: float) -> list[dict[str, Any]]:
    """Return layers whose marks, dots and lines are `u` times as large: pixels of the design, not of the screen."""
    return [{**layer, **dict.fromkeys(SCALED.get(layer["@@type"], ()), u)} for layer in layers]


def scales(view: dict[str, Any]) -> Map:
    """Return a map of the view's area without layers, at the scales its screen shows: from afar the town alone."""
    drawn = Map(place.area(view), look(view).theme, moment.today(view))
    if view.get("far") and "town" in drawn.bounds:
        drawn.bounds = {"town": drawn.bounds["town"]}
    return drawn


@callback(Output(LEGEND, "children"), Output(NOTE, "children"), VIEW)
def explain(view: dict[str, Any] | None) -> tuple[list[Component], str]:
    """Say what is drawn, in which classes, and how many of each."""
    view = view or {}
    now, area = moment.now(view), place.area(view)
    shown = fills.fill(area, moment.today(view))
    incidents = door().query("incidents_open", scope(), area=area, now=now).to_pylist()
    points = [row for row in incidents if row["located"] == "point"]
    there = loaded()
    parts = [
        legend.filled(shown, len(fills.missing(shown, area, moment.today(view)))) if shown.values else None,
        _heat(),
        _people() if "fix" in there else None,
        _incidents(points, len(incidents) - len(points)) if "incident" in there else None,
        _places() if {"camera", "key_area"} & there else None,
    ]
    return [part for part in parts if part is not None], _levels()


def _heat_on(drawn: Map, now: datetime, today: date) -> None:
    """Draw the density of the last day's incidents; in a city without incidents, of the last week's fixes."""
    if "incident" in loaded():
        drawn.heat((now - RECENT).isoformat(), now.isoformat())
    else:
        drawn.heat((today - WEEK).isoformat(), (today + timedelta(days=1)).isoformat(), of="fixes")


def _item(title: Children, body: Children) -> Component:
    return html.Div([html.B(title), html.Div(body, className="row")], className="legend-item")


def _heat() -> Component:
    ends = html.Div([html.Span(t("map.low")), html.Span(t("map.high"))], className="breaks")
    title = t("map.heat" if "incident" in loaded() else "map.heat_fixes")
    return html.Div([html.B(title), html.Div(className="ramp heat"), ends], className="legend-item")


def _people() -> Component:
    rows = door().query("positions", scope(), since=0)
    stale = int(door().config.screen.stale_s // 60)
    words = [html.I(className="dot fresh"), t("map.fresh"), html.I(className="dot stale"), t("map.stale", n=stale)]
    count = [html.Span("—", **{"data-live": "fresh"}), f" / {number(rows.num_rows)}"]
    return _item([t("map.people"), " ", html.Span(count, className="n")], words)


def _incidents(points: list[dict[str, Any]], unlocated: int) -> Component:
    words: list[Children] = []
    for level in DRAWN_SEVERITIES:
        n = sum(row["severity"] == level for row in points)
        words += [severity(level), html.Span([t(f"severity.s{level}"), " ", html.Span(number(n), className="n")])]
    title = [t("map.incidents"), " ", html.Span(number(len(points)), className="n")]
    if unlocated:
        title += [" ", html.Span(t("map.unlocated", n=number(unlocated)), className="note")]
    return _item(title, words)


def _places() -> Component:
    cameras, key_areas = (door().query(name, scope()) for name in ("cameras", "key_areas"))
    online = sum(state != "offline" for state in cameras["state"].to_pylist())
    words = [
        html.I(className="dash"),
        html.Span([t("map.key_areas"), " ", html.Span(number(key_areas.num_rows), className="n")]),
        html.I(className="icon icon-camera"),
        html.Span([t("map.cameras"), " ", html.Span(f"{number(online)} / {number(cameras.num_rows)}", className="n")]),
    ]
    return _item(t("map.places"), words)


def _levels() -> str:
    """Return how many areas of each level below the city there are."""
    from dashboard.place import level_name

    rows = door().query("areas", scope(), day=moment.today({}))
    levels = [level.id for level in door().config.levels][1:]
    counted = rows["level"].to_pylist()
    return " · ".join(f"{number(counted.count(level))} {level_name(level)}" for level in levels)
