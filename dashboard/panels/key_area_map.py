"""Key areas on the map by their state: shape and colour; a click chooses one."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import markers
from dashboard.api import BUNDLE
from dashboard.dashes import dashes
from dashboard.focus import focused, name
from dashboard.key_areas import Row, chosen, every, label, narrowed
from dashboard.look import look
from dashboard.panels.key_area_list import TONES
from dashboard.panels.map import box, render
from dashboard.parts import panel, status
from dashboard.text import number, t
from dashboard.theme import map_theme
from dashboard.view import VIEW
from data.key_areas import STATES

SPEC, CANVAS, LEGEND = "key-map-spec", "key-map", "key-map-legend"
LINE = {"overdue": "crit", "due": "warn"}
FILLED = 26  # of 255: how much colour lies inside an area that needs a visit
DASH_M = 40.0


def layout() -> Component:
    """Return the empty map and its legend."""
    body = [dcc.Store(id=SPEC), box(CANVAS)]
    return panel("key-map map", t("key_areas.map"), body, t("key_areas.map_note"), html.Span(id=LEGEND))


render(SPEC, CANVAS)


@callback(Output(SPEC, "data"), Output(LEGEND, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[dict[str, Any], list[Component]]:
    """Describe the map of the view's area with the key areas it asks for."""
    view = view or {}
    rows, one = narrowed(every(view), view), chosen(view)
    drawn = focused(view, filled=False)
    drawn.draw("key_states", shapes(rows, one, look(view).theme))
    name(drawn, view)
    return drawn.spec(bundle=BUNDLE, chooseKey="key_area"), legend(rows)


def shapes(rows: list[Row], one: Row | None, theme: str) -> dict[str, list[dict[str, Any]]]:
    """Return what the layer draws: fills, dashes and marks, the most urgent last and so on top."""
    colours = map_theme(theme)
    out: dict[str, list[dict[str, Any]]] = {"fill": [], "dashes": [], "marks": []}
    for row in reversed(rows):
        colour = colours[LINE.get(row["state"], "key-area")]
        picked = one is not None and row["key_area_id"] == one["key_area_id"]
        about = {"id": row["key_area_id"], "words": f"{row['name']} · {t('key_areas.' + row['state'])}"}
        for ring in _rings(row["geometry"]):
            inside = [*colour[:3], FILLED if row["state"] in LINE or picked else 1]
            out["fill"].append({**about, "polygon": ring, "fill": inside})
            out["dashes"] += [{"path": path, "colour": colour, "width": 3 if picked else 1.5} for path in _cut(ring)]
        icon = markers.icon(f"duty-{row['state']}", theme)
        out["marks"].append({**about, "p": list(label(row)), "icon": icon, "size": 30 if picked else 20})
    return out


def legend(rows: list[Row]) -> list[Component]:
    """Return the states there are with their number."""
    counts = {state: sum(row["state"] == state for row in rows) for state in STATES}
    return [
        status(TONES.get(state, "neutral"), [t(f"key_areas.{state}"), " ", html.B(number(n))])
        for state, n in counts.items()
        if n
    ]


def _rings(wkb: bytes) -> list[list[list[float]]]:
    """Return the outer rings of a shape as lon, lat; a point or a line has none."""
    parts = shapely.get_parts(shapely.from_wkb(wkb))
    return [shapely.get_coordinates(p.exterior).round(6).tolist() for p in parts if p.geom_type == "Polygon"]


def _cut(ring: list[list[float]]) -> list[list[list[float]]]:
    pieces = dashes(np.array([shapely.Polygon(ring)], object), DASH_M)
    return [shapely.get_coordinates(piece).round(6).tolist() for piece in pieces]
