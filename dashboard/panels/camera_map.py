"""The cameras on the map by their state: dots from afar, fields of view from close by, and the numbers of the tiles."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import extent, markers, moment, place, watching
from dashboard.api import BUNDLE
from dashboard.deck import Map
from dashboard.loaded import loaded
from dashboard.look import look
from dashboard.panels.map import box, render
from dashboard.parts import panel, shape
from dashboard.session import door
from dashboard.text import number, t
from dashboard.view import VIEW
from dashboard.watching import Row, View
from layers.cameras import cone, metres_per_degree
from layers.watched import fill

SPEC, CANVAS, NOTE = "camera-map-spec", "camera-map", "camera-map-note"
SCALE, AROUND_M, LABEL_PX = "town", 450.0, 13


def layout() -> Component:
    """Return the empty map, how to choose on it, and its legend."""
    entries = [
        html.Span([html.I(className="key online"), t("video.online")]),
        html.Span([html.I(className="key off"), t("video.offline")]),
        html.Span([html.I(className="key sight"), t("camera_map.sight")]),
    ]
    body = [dcc.Store(id=SPEC), box(CANVAS), html.Div(entries, className="map-key")]
    return panel("camera-map map", t("camera_map.title"), body, t("camera_map.note"), html.Span(id=NOTE))


render(SPEC, CANVAS)


@callback(Output(SPEC, "data"), Output(NOTE, "children"), VIEW)
def show(view: View) -> tuple[dict[str, Any] | None, Any]:
    """Describe the map: around the place looked for, else the whole area."""
    if "camera" not in loaded():
        return None, None
    rows, style = watching.registered(), look(view)
    where = watching.place(view, rows)
    drawn = Map(place.area(view), style.theme, moment.today(view or {}), two_scales=False, scale=SCALE)
    drawn.close = True
    drawn.ground(filled=False)
    if where and where.point:
        drawn.bounds = {SCALE: around(*where.point)}
    _labels(drawn, view, 2 if where else 1)
    data = _data(drawn, rows, view, where)
    drawn.draw("watched", data, font=door().config.screen.font, size=style.px(LABEL_PX))
    if where and where.kind == "incident" and where.point:
        mark = {"incident_id": where.row["incident_id"], "severity": where.row["severity"]}
        point = [{**mark, "lon": where.point[0], "lat": where.point[1]}]
        drawn.draw("incidents", markers.marks(point, drawn.bounds[SCALE], SCALE, style.theme))
    return drawn.spec(bundle=BUNDLE, chooseCamera="camera", choosePoint="point"), _count(rows)


def around(lon: float, lat: float) -> tuple[float, float, float, float]:
    """Return west, south, east, north of the square AROUND_M to each side of a point."""
    per_lon, per_lat = metres_per_degree(lat)
    return lon - AROUND_M / per_lon, lat - AROUND_M / per_lat, lon + AROUND_M / per_lon, lat + AROUND_M / per_lat


def _labels(drawn: Map, view: View, deepest: int) -> None:
    size = look(view).px(LABEL_PX)
    url = drawn.address("labels", bounds=extent.joined(drawn.bounds[SCALE]), em=size, deepest=deepest)
    source = {"@@function": "sized", "url": url, "view": SCALE}
    drawn.draw("labels", source, font=door().config.screen.font, size=size)


def _data(drawn: Map, rows: list[Row], view: View, where: watching.Place | None) -> dict[str, Any]:
    tiles = watching.tiles(view)
    numbers = {row["camera_id"]: str(at) for at, row in enumerate(tiles, 1)}
    return {
        "all": [_camera(drawn, row, row["camera_id"] in numbers) for row in rows],
        "tiles": [{"p": [row["lon"], row["lat"]], "n": numbers[row["camera_id"]]} for row in tiles],
        "place": [{"p": list(where.point)}] if where and where.point and where.kind != "camera" else [],
    }


def _camera(drawn: Map, row: Row, on_tile: bool) -> dict[str, Any]:
    online, config = row["state"] != "offline", door().config.video
    reach, wide = row["range_m"] or config.range_m, row["view_deg"] or config.view_deg
    seen = cone(row["lon"], row["lat"], row["heading_deg"], wide, reach)
    return {
        "p": [row["lon"], row["lat"]],
        "id": row["camera_id"],
        "words": " · ".join([row["name"] or row["camera_id"], t(f"video.{row['state'] or 'unknown'}")]),
        "icon": markers.icon(f"camera-{'online' if online else 'offline'}", drawn.theme),
        "colour": drawn.colours["camera" if online else "crit"],
        "cone": seen,
        "fill": fill(drawn.colours, online, on_tile),
    }


def _count(rows: list[Row]) -> Any:
    off = sum(row["state"] == "offline" for row in rows)
    words = [shape("ok"), t("camera_map.online", n=number(len(rows) - off))]
    return html.Span([*words, shape("crit"), t("camera_map.off", n=number(off))] if off else words, className="counts")
