"""The place of a case: its grid, rings of 300, 600 and 900 m, workers on offer by number, cameras and their views."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import case, markers, near
from dashboard.api import BUNDLE
from dashboard.deck import Map
from dashboard.look import look
from dashboard.panels.map import box, render
from dashboard.parts import panel
from dashboard.queues import now
from dashboard.session import door, scope
from dashboard.text import distance, local, t
from dashboard.view import CASES, link
from data.days import local_day, midnight
from data.loop.distance import RADIUS_M
from layers.incidents import SIZES

SPEC, CANVAS, NOTE, LINKS = "case-map-spec", "case-map", "case-map-note", "case-map-links"
RINGS_M = (300, 600, 900)
REACH_M = 1000.0
CORNERS = 96
AROUND = timedelta(hours=2)

Row = dict[str, Any]
Point = tuple[float, float]


def layout() -> Component:
    """Return the empty map."""
    body = [dcc.Store(id=SPEC), box(CANVAS)]
    return panel("case-map map", t("case_map.title"), body, html.Span(id=NOTE), html.Span(id=LINKS, className="links"))


render(SPEC, CANVAS)


@callback(Output(SPEC, "data"), Output(NOTE, "children"), Output(LINKS, "children"), CASES)
def show(view: dict[str, Any] | None) -> tuple[Any, Any, Any]:
    """Describe the map around the view's case."""
    row = case.chosen(view)
    if row is None:
        return None, None, None
    point = _point(row)
    drawn = _drawn(row, point, look(view).theme)
    style = look(view)
    words: dict[str, Any] = {"font": door().config.screen.font, "size": style.px(13)}
    if point is not None:
        drawn.draw("case", _case(row, point, drawn), **words)
    note = case.spot(row) if row["lon"] is not None else t("case_map.roughly", place=case.spot(row))
    return drawn.spec(bundle=BUNDLE, chooseCamera="camera"), note, _links(row)


def _drawn(row: Row, point: Point | None, theme: str) -> Map:
    area = row["area_id"].removesuffix("~")
    shown = area if point is None else scope().area_id
    drawn = Map(shown, theme, local_day(now(), door().config.zone), two_scales=False, scale="town")
    drawn.close = True
    if point is not None:
        drawn.bounds = {"town": around(point, REACH_M)}
    drawn.ground(filled=False)
    level = door().places.level(area)
    if level and level != door().config.levels[0].id:
        border = drawn.address(f"lines/{level}", only=area)
        drawn.draw("areas", {"chosen": {"@@function": "binary", "url": border}})
    drawn.overlay("key_areas")
    drawn.overlay("cameras")
    return drawn


def _point(row: Row) -> Point | None:
    return (row["lon"], row["lat"]) if row["lon"] is not None else None


def around(point: Point, reach_m: float) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a square around a point, in degrees."""
    high = math.degrees(reach_m / RADIUS_M)
    wide = high / math.cos(math.radians(point[1]))
    return point[0] - wide, point[1] - high, point[0] + wide, point[1] + high


def ring(point: Point, radius_m: float) -> list[list[float]]:
    """Return a circle around a point as [lon, lat] corners."""
    west, south, east, north = around(point, radius_m)
    wide, high = (east - west) / 2, (north - south) / 2
    turns = (2 * math.pi * corner / CORNERS for corner in range(CORNERS + 1))
    return [[round(point[0] + wide * math.sin(a), 6), round(point[1] + high * math.cos(a), 6)] for a in turns]


def _case(row: Row, point: Point, drawn: Map) -> dict[str, Any]:
    rings = [{"path": ring(point, metres)} for metres in RINGS_M]
    words = [{"p": path["path"][0], "name": distance(metres)} for path, metres in zip(rings, RINGS_M, strict=True)]
    there = [one for one in enumerate(near.offered(row), 1) if one[1].lon is not None]
    size = max(SIZES["town"][row["severity"]], 24)
    mark = {"p": list(point), "icon": markers.icon(f"severity-{row['severity']}", drawn.theme), "size": size}
    people = [_person(at, one, drawn) for at, one in there]
    soft = [*drawn.colours["label"][:3], 110]
    ways = [{"path": [list(point), person["p"]], "colour": drawn.colours["ok"] if at == 1 else soft}
            for (at, _), person in zip(there, people, strict=True) if at <= len(RINGS_M)]  # fmt: skip
    return {"rings": rings, "words": words, "ways": ways, "people": people, "point": [mark]}


def _person(at: int, one: Any, drawn: Map) -> Row:
    colours = drawn.colours
    name = one.name or str(at)
    fill, ink = (colours["ok"], colours["halo"]) if at == 1 else (colours["label"], colours["halo"])
    return {"p": [one.lon, one.lat], "n": str(at), "name": name, "fill": fill, "ink": ink, "words": name}


def _links(row: Row) -> Any:
    """Return the way into the tracks of two hours before and after the report."""
    at = row["reported_at"] - AROUND
    zone = door().config.zone
    day = local_day(at, zone)
    seconds = int((at - midnight(day, zone)).total_seconds())
    if not scope().sees_tracks:
        return None
    return dcc.Link(
        t("case_map.replay"), href=link("/tracks", day=f"{local(at):%Y-%m-%d}", t=seconds), className="button"
    )
