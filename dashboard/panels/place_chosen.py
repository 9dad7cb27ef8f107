"""What the cameras are looked for: an incident, a point or a camera, as chips that can be taken away."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import watching
from dashboard.parts import Children, severity
from dashboard.session import door, scope
from dashboard.text import named, t
from dashboard.view import VIEW
from dashboard.watching import Row, View

CHIPS = "place-chips"


def layout() -> Component:
    """Return the empty row of chips."""
    return html.Div(id=CHIPS, className="chips")


@callback(Output(CHIPS, "children"), VIEW)
def show(view: View) -> Children:
    """Show what was chosen, each with a cross that takes it away."""
    view, rows = view or {}, watching.registered()
    chips = []
    if view.get("point"):
        lon, lat = str(view["point"]).split(",")
        chips.append(_chip("point", t("place.point", lon=lon, lat=lat)))
    if view.get("incident"):
        chips.append(_chip("incident", _incident(str(view["incident"]))))
    row = next((row for row in rows if row["camera_id"] == view.get("camera")), None)
    if row:
        chips.append(_chip("camera", t("place.camera", name=row["name"] or row["camera_id"])))
    return chips or html.Span(t("tiles.choose"), className="note")


def _incident(incident_id: str) -> Children:
    where = watching.place({"incident": incident_id}, [])
    if where is None:
        return t("place.incident", kind=t("place.unknown"), id=incident_id)
    kinds: list[Row] = door().query("kinds", scope()).to_pylist()
    kind = next((named(row) for row in kinds if row["kind"] == where.row["kind"]), where.row["kind"])
    return [severity(where.row["severity"]), t("place.incident", kind=kind, id=incident_id)]


def _chip(key: str, words: Children) -> Component:
    facts: Any = {"data-choose": key, "data-to": "", "aria-label": t("place.away"), "title": t("place.away")}
    inside = words if isinstance(words, list) else [words]
    return html.Span([*inside, html.Button("×", className="quiet", **facts)], className="chip")
