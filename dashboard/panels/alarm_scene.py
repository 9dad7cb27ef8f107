"""The scene of the worst alarm, where a wall is wide enough: its facts, and the two cameras nearest to it.

The note of who acknowledged stays at the seat: what people write there is not for a room.
"""

from __future__ import annotations

import math
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import alarms as told
from dashboard import seat
from dashboard.panels.alarm_marks import placed
from dashboard.panels.alarms import about, answer, worst
from dashboard.parts import icon, panel, status
from dashboard.session import door, scope
from dashboard.text import distance, t
from dashboard.view import CASES

BODY, NOTE = "alarm-scene-body", "alarm-scene-note"
CAMERAS = 2
METRES = 111_195.0  # of one degree of a great circle
TONES = {"online": "ok", "offline": "crit"}

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty scene."""
    return panel("alarm-scene", t("wall_alarms.scene"), html.Div(id=BODY), html.Span(id=NOTE))


@callback(Output(BODY, "children"), Output(NOTE, "children"), CASES)
def show(_: dict[str, Any] | None) -> tuple[Any, Any]:
    """Show the worst alarm that is open; nothing where none is."""
    rows = worst(seat.alarms())
    if not rows:
        return html.P(t("wall_alarms.none"), className="empty nothing"), None
    row = placed(rows[0])
    facts = [(t("wall_alarms.what"), about(row)), (t("wall_alarms.since"), seat.since(row["began_at"]))]
    facts.append((t("wall_alarms.state"), answer(row)))
    lines = [html.Div([html.Dt(name), html.Dd(words)]) for name, words in facts if words]
    mark = html.I(className=f"alarm-mark s{row['severity']} {'seen' if row['acked_at'] else 'waiting'}")
    return [html.Div([mark, html.B(told.rule(row))], className="head"), html.Dl(lines), *_cameras(row)], row[
        "area_name"
    ]


def _cameras(row: Row) -> list[Component]:
    """Return a tile for each of the cameras nearest to an alarm that has a point."""
    if row["lon"] is None:
        return []
    known = [one for one in door().query("cameras", scope()).to_pylist() if one["lon"] is not None]
    near = sorted((_metres(row, one), one["camera_id"], one) for one in known)[:CAMERAS]
    return [html.Div([_tile(one, metres) for metres, _, one in near], className="tiles")] if near else []


def _tile(camera: Row, metres: float) -> Component:
    state = camera["state"] if camera["state"] in TONES else "unknown"
    said = [status(TONES.get(state, "neutral"), t(f"wall_alarms.camera_{state}"))]
    said += [html.Span(t("wall_alarms.out_since", at=seat.since(camera["state_at"])))] if _out(camera) else []
    words = [html.B(camera["name"] or camera["camera_id"]), html.Div(said), html.Span(distance(metres))]
    return html.Div([icon("camera"), *words], className="tile")


def _out(camera: Row) -> bool:
    return camera["state"] == "offline" and camera["state_at"] is not None


def _metres(row: Row, camera: Row) -> float:
    """Return metres between two points in degrees, by the flat earth that a city is."""
    squeeze = math.cos(math.radians(row["lat"]))
    return METRES * math.hypot((row["lon"] - camera["lon"]) * squeeze, row["lat"] - camera["lat"])
