"""What lies over the ground of the map: incidents, heat, key areas, cameras; routes under /api/map."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
from flask import Blueprint, Response, request

from dashboard import answers, cards, extent, markers, wire
from dashboard.dashes import dashes
from dashboard.grounds import forget_release
from dashboard.heat import BANDWIDTH_M, estimate, picture
from dashboard.session import door, scope
from data.metric_crs import to_degrees
from layers.cameras import cone

overlays = Blueprint("overlays", __name__, url_prefix="/map/<release>")
overlays.url_value_preprocessor(forget_release)


@overlays.get("/incidents")
def incidents() -> Response:
    """Return the marks of one view."""
    start, end, now = (datetime.fromisoformat(request.args[key]) for key in ("start", "end", "now"))
    rows = door().query("incident_points", scope(), area=answers.area(), start=start, end=end, now=now).to_pylist()
    if request.args.get("open") == "1":
        rows = [r for r in rows if r["closed_at"] is None or r["closed_at"] > now]
    for key in ("kind", "severity"):
        if request.args.get(key):
            rows = [r for r in rows if str(r[key]) == request.args[key]]
    bounds, view = extent.parsed(request.args["bounds"]), answers.scale()
    return answers.listed(markers.marks(rows, bounds, view, answers.theme()))


@overlays.get("/heat.png")
def heat() -> Response:
    """Return the density of incidents or fixes in one view as a picture."""
    view, bounds = answers.scale(), extent.parsed(request.args["bounds"])
    lon, lat, weight = _heat_points()
    field = estimate(lon, lat, weight, bounds, BANDWIDTH_M[view])
    answer = Response(picture(field, answers.theme(), view), mimetype="image/png")
    answer.headers["Cache-Control"] = answers.KEEP
    return answer


@overlays.get("/key_areas")
def key_areas() -> Response:
    """Return the dashed outlines of key areas."""
    rows = door().query("key_areas", scope())
    return answers.octets(
        wire.paths(np.array(dashes(shapely.from_wkb(rows["geometry"].to_numpy(zero_copy_only=False))), object))
    )


@overlays.get("/cameras")
def cameras() -> Response:
    """Return the cameras with a mark for their state: those offline, or all with what they see (`?all=1`)."""
    theme = answers.theme()
    icons = {on: markers.icon(f"camera-{'online' if on else 'offline'}", theme) for on in (True, False)}
    rows = door().query("cameras", scope()).to_pylist()
    every = request.args.get("all") == "1"
    out = []
    for row in (r for r in rows if every or r["state"] == "offline"):
        about = {
            "p": [row["lon"], row["lat"]],
            "icon": icons[row["state"] != "offline"],
            "name": row["name"],
            "card": cards.camera(row),
        }
        sight = (row[key] for key in ("lon", "lat", "heading_deg", "view_deg", "range_m"))
        sees = {"cone": cone(*sight)} if every else {}
        out.append({**about, **sees})
    return answers.listed(out)


def _heat_points() -> tuple[Any, Any, Any]:
    start, end = request.args["start"], request.args["end"]
    if request.args.get("of") == "fixes":
        days = {"start": date.fromisoformat(start), "end": date.fromisoformat(end)}
        rows = door().query("heat_fixes", scope(), area=answers.area(), **days)
        x, y = ((rows[key].to_numpy() + 0.5) * 100.0 for key in ("cell_x", "cell_y"))
        lon, lat = to_degrees(x, y, door().config.city.crs_metric)
    else:
        period = {"start": datetime.fromisoformat(start), "end": datetime.fromisoformat(end)}
        rows = door().query("heat_incidents", scope(), area=answers.area(), **period)
        lon, lat = rows["lon"].to_numpy(), rows["lat"].to_numpy()
    return lon, lat, rows["n"].to_numpy().astype(float)
