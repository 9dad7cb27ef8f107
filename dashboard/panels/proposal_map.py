"""Where the rows of a file lie, over the city's areas: a wrong coordinate system is seen at once."""

from __future__ import annotations

import json
from typing import Any

import pydeck
import shapely
from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.api import BUNDLE
from dashboard.deck import Map
from dashboard.focus import SCALE, focused, name
from dashboard.loaded import loaded
from dashboard.look import look
from dashboard.panels.map import box, render
from dashboard.panels.proposal import NAME
from dashboard.parts import panel
from dashboard.text import number, t
from dashboard.theme import map_theme
from dashboard.view import VIEW
from data.errors import WarehouseError
from data.jobs import DONE
from layers import LAYERS

SPEC, CANVAS, NOTE, LOOK = "proposal-spec", "proposal-map", "proposal-map-note", "proposal-look"
SHAPED = {"area", "basemap", "key_area"}  # feeds whose rows are shapes; of others the outline is the city's own
APART = 0.5  # of a map's longer side: further outside and both cannot be seen at once

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty map."""
    body = [dcc.Store(id=SPEC), dcc.Store(id=LOOK), box(CANVAS)]
    return panel("proposal-map map", t("proposal_map.title"), body, html.Span(id=NOTE))


render(SPEC, CANVAS)
clientside_callback(ClientsideFunction("quality", "look"), Output(LOOK, "data"), VIEW, State(LOOK, "data"))


@callback(Output(SPEC, "data"), Output(NOTE, "children"), Input(f"{NAME}-told", "data"), Input(LOOK, "data"))
def show(told: Row | None, view: Row | None) -> tuple[Any, str]:
    """Describe the map: the city, and what the file would put on it."""
    if told and told["state"] not in (DONE, "failed"):
        raise PreventUpdate
    found = told["result"] if told and told["state"] == DONE else {}
    marks = places(found or {})
    if not has_areas():
        return alone(marks, look(view).theme) or no_update, t("proposal_map.no_areas")
    drawn = focused(view, filled=False)
    drawn.draw("proposed", marks)
    note = words(drawn, marks)
    name(drawn, view)
    return drawn.spec(bundle=BUNDLE), note


def alone(marks: list[Row], theme: str) -> Row | None:
    """Return the map of a file without a city under it: the first file of a home brings the city."""
    spots = [spot for row in marks for spot in ([row["p"]] if row["p"] else row["path"])]
    if not spots:
        return None
    lon, lat = [spot[0] for spot in spots], [spot[1] for spot in spots]
    layers = LAYERS["proposed"].draw(marks, map_theme(theme), view=SCALE)
    drawn = pydeck.Deck(layers=layers, map_provider=None, map_style=None, initial_view_state=None)
    margin = 0.002 + APART / 10 * max(max(lon) - min(lon), max(lat) - min(lat))
    bounds = [min(lon) - margin, min(lat) - margin, max(lon) + margin, max(lat) + margin]
    shown = json.loads(drawn.to_json())["layers"]
    return {"layers": shown, "bounds": {SCALE: bounds}, "theme": theme, "bundle": BUNDLE}


def has_areas() -> bool:
    """Say whether there is a city to draw the file over; the first file of a home has none."""
    try:
        return "area" in loaded()
    except WarehouseError:
        return False


def places(found: Row) -> list[Row]:
    """Return what a proposal puts on the map: its points, and the rings of its outline."""
    points: list[Row] = [{"p": [lon, lat], "path": None} for lon, lat in found.get("points") or []]
    if found.get("feed") not in SHAPED or not found.get("outline"):
        return points
    shapes = shapely.get_parts(shapely.get_parts(shapely.from_geojson(json.dumps(found["outline"]))))
    lines = [line for shape in shapes for line in shapely.get_parts(_border(shape))]
    return [*points, *({"p": None, "path": shapely.get_coordinates(line).tolist()} for line in lines)]


def _border(shape: Any) -> Any:
    return shapely.boundary(shape) if shape.geom_type == "Polygon" else shape


def words(drawn: Map, marks: list[Row]) -> str:
    """Return how many places there are and how many of them lie outside the map, which is then widened if it can."""
    spots = [row["p"] or row["path"][0] for row in marks]
    if not spots:
        return t("proposal_map.none")
    west, south, east, north = drawn.bounds[SCALE]
    outside = [p for p in spots if not (west <= p[0] <= east and south <= p[1] <= north)]
    margin = APART * max(east - west, north - south)
    near = [p for p in outside if west - margin <= p[0] <= east + margin and south - margin <= p[1] <= north + margin]
    lon, lat = [p[0] for p in near], [p[1] for p in near]
    drawn.bounds[SCALE] = (min([west, *lon]), min([south, *lat]), max([east, *lon]), max([north, *lat]))
    if outside:
        return t("proposal_map.outside", n=number(len(outside)), all=number(len(spots)))
    return t("proposal_map.inside", all=number(len(spots)))
