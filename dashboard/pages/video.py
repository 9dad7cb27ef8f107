"""Video: cameras on the map, those near a place as tiles, what the register says of them, and which are off."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.panels import breadcrumb, camera_map, camera_register, camera_tiles, place_chosen
from dashboard.view import hidden

ROLES = ("operator", "leader")
dash.register_page(__name__, path="/video", order=4.5, roles=ROLES)  # type: ignore[no-untyped-call]


def layout(incident: str = "", **asked: str) -> Component:
    """Lay out the page with the choices of its address: incident, point or camera, and the number of tiles."""
    filters = [breadcrumb.layout(), hidden("incident", incident), place_chosen.layout()]
    return html.Main(
        [
            html.Div(filters, className="filters"),
            html.Div([camera_map.layout(), camera_register.layout()], className="where"),
            camera_tiles.layout(incident=incident, **{key: asked.get(key, "") for key in ("tiles", "camera", "point")}),
        ],
        className="page desk video-page",
    )
