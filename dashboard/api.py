"""The data of the map: Flask routes under /api, behind the guard, all asked with the account's own scope.

Addresses carry what an answer depends on (version of the warehouse, theme, bounds), so that the browser may keep it;
what concerns persons is never kept (`no-store`). Answers over one kilobyte are compressed.
"""

from __future__ import annotations

import gzip
import json
from datetime import date, datetime
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow.compute as pc
import shapely
from flask import Blueprint, Response, abort, request

from dashboard import extent, fills, markers, names, wire
from dashboard.dashes import dashes
from dashboard.heat import BANDWIDTH_M, estimate, picture
from dashboard.session import door, scope
from dashboard.theme import map_theme, ramp
from data.errors import NotAllowed, Problem

api = Blueprint("api", __name__, url_prefix="/api")
BUNDLE = f"/api/vendor/deck-{version('pydeck')}.js"
KEEP = "private, max-age=86400"
NEVER = "private, no-store"


@api.get("/vendor/deck-<release>.js")
def bundle(release: str) -> Response:
    """Return the deck.gl bundle inside the installed pydeck wheel."""
    if release != version("pydeck"):
        abort(404)
    answer = Response(_bundle(), mimetype="text/javascript")
    answer.headers.update({"Content-Encoding": "gzip", "Cache-Control": "private, max-age=31536000, immutable"})
    return answer


@api.get("/map/<release>/ground/<kind>")
def ground(release: str, kind: str) -> Response:
    """Return one class of the basemap: polygons, or lines as paths."""
    del release
    rows = door().query("basemap", scope())
    mine = rows.filter(pc.equal(rows["kind"], kind))
    shapes = shapely.simplify(shapely.from_wkb(mine["geometry"].to_numpy(zero_copy_only=False)), _tolerance())
    if len(shapes) and shapely.get_dimensions(shapes[0]) == 2:
        return _bytes(wire.polygons([""] * len(shapes), shapes))
    return _bytes(wire.paths(shapes))


@api.get("/map/<release>/areas/<level>")
def areas(release: str, level: str) -> Response:
    """Return the polygons of a level with their ids and names."""
    del release
    rows = _level(level)
    ids = [f"{r['area_id']}\t{r['name']}" for r in rows]
    return _bytes(wire.polygons(ids, _shapes(rows)))


@api.get("/map/<release>/lines/<level>")
def lines(release: str, level: str) -> Response:
    """Return the borders of the areas of a level, or of one of them (`?only=`), as paths."""
    del release
    wanted = request.args.get("only")
    rows = [r for r in _level(level) if not wanted or r["area_id"] == wanted]
    return _bytes(wire.paths(_shapes(rows)))


@api.get("/map/<release>/fill")
def fill(release: str) -> Response:
    """Return the colour of every leaf that is not of the lowest class: {area_id: [r, g, b, a]}."""
    del release
    colours = ramp(_theme())
    chosen = fills.fill(_area(), _day())
    return _json({area: colours[at] for area, at in chosen.classes().items() if at}, KEEP)


@api.get("/map/<release>/labels")
def labels(release: str) -> Response:
    """Return the names that fit a view of `w` x `h` pixels without touching."""
    del release
    size = (float(request.args["w"]), float(request.args["h"]))
    bounds, em = extent.parsed(request.args["bounds"]), float(request.args["em"])
    return _json(names.names(_day(), bounds, size, em, int(request.args["deepest"])), KEEP)


@api.get("/map/<release>/incidents")
def incidents(release: str) -> Response:
    """Return the marks of one view."""
    del release
    start, end, now = (datetime.fromisoformat(request.args[key]) for key in ("start", "end", "now"))
    rows = door().query("incident_points", scope(), area=_area(), start=start, end=end, now=now).to_pylist()
    if request.args.get("open") == "1":
        rows = [r for r in rows if r["closed_at"] is None or r["closed_at"] > now]
    for key in ("kind", "severity"):
        if request.args.get(key):
            rows = [r for r in rows if str(r[key]) == request.args[key]]
    bounds, view = extent.parsed(request.args["bounds"]), request.args["view"]
    return _json(markers.marks(rows, bounds, view, _theme()), KEEP)


@api.get("/map/<release>/heat.png")
def heat(release: str) -> Response:
    """Return the density of incidents or fixes in one view as a picture."""
    del release
    view, bounds = request.args["view"], extent.parsed(request.args["bounds"])
    lon, lat, weight = _heat_points()
    field = estimate(lon, lat, weight, bounds, BANDWIDTH_M[view])
    answer = Response(picture(field, _theme(), view), mimetype="image/png")
    answer.headers["Cache-Control"] = KEEP
    return answer


@api.get("/map/<release>/key_areas")
def key_areas(release: str) -> Response:
    """Return the dashed outlines of key areas."""
    del release
    rows = door().query("key_areas", scope())
    return _bytes(
        wire.paths(np.array(dashes(shapely.from_wkb(rows["geometry"].to_numpy(zero_copy_only=False))), object))
    )


@api.get("/map/<release>/cameras")
def cameras(release: str) -> Response:
    """Return the cameras with a mark for their state: those offline, or all of them (`?all=1`)."""
    del release
    theme = _theme()
    icons = {on: markers.icon(f"camera-{'online' if on else 'offline'}", theme) for on in (True, False)}
    rows = door().query("cameras", scope()).to_pylist()
    if request.args.get("all") != "1":
        rows = [r for r in rows if r["state"] == "offline"]
    out = [{"p": [r["lon"], r["lat"]], "icon": icons[r["state"] != "offline"], "name": r["name"]} for r in rows]
    return _json(out, KEEP)


@api.get("/icon/<theme>/<name>.svg")
def icon(theme: str, name: str) -> Response:
    """Return the picture of a mark."""
    answer = Response(markers.picture(name, theme), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


@api.get("/positions")
def positions() -> Response:
    """Return the last positions when any moved since `since`, else nothing (204).

    Columns: position (float64 lon, lat), fill (uint8 rgba, transparent when older than `stale_s`). No ids leave here.
    """
    clock = door().clock("position")
    if clock <= int(request.args.get("since", 0)) and request.args.get("stale") == "0":
        return Response(status=204)
    rows = door().query("positions", scope(), since=0)
    lon, lat = (rows[key].to_numpy(zero_copy_only=False).astype(float) for key in ("lon", "lat"))
    seen = np.isfinite(lon) & np.isfinite(lat)
    now = np.datetime64(datetime.fromisoformat(request.args["now"]), "us")
    age = (now - rows["fixed_at"].to_numpy().astype("datetime64[us]")).astype(np.int64) / 1e6
    fresh = age <= door().config.screen.stale_s
    colour = np.array(map_theme(_theme())["worker"], np.uint8)
    fill = np.tile(colour, (len(lon), 1))
    fill[~fresh, 3] = 0
    columns: wire.Columns = {
        "getPosition": (np.column_stack([lon, lat])[seen].ravel(), 2),
        "getFillColor": (fill[seen].ravel(), 4),
    }
    body = wire.pack(int(seen.sum()), columns, clock=clock, fresh=int(fresh.sum()))
    return _bytes(body, NEVER)


@api.errorhandler(Problem)
def refused(problem: Problem) -> tuple[str, int]:
    """Say what is wrong; not allowed is 403."""
    return str(problem), 403 if isinstance(problem, NotAllowed) else 400


@api.errorhandler(ValueError)
@api.errorhandler(KeyError)
def malformed(_: Exception) -> tuple[str, int]:
    """An address nobody made by clicking."""
    return "bad request", 400


@api.after_request
def compress(answer: Response) -> Response:
    """Compress what is worth it."""
    if answer.direct_passthrough or "Content-Encoding" in answer.headers or answer.mimetype == "image/png":
        return answer
    body = answer.get_data()
    if len(body) > 1024 and "gzip" in request.headers.get("Accept-Encoding", ""):
        answer.set_data(gzip.compress(body, 5))
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Vary"] = "Accept-Encoding"
    return answer


def _heat_points() -> tuple[Any, Any, Any]:
    start, end = request.args["start"], request.args["end"]
    if request.args.get("of") == "fixes":
        from data.metric_crs import to_degrees

        days = {"start": date.fromisoformat(start), "end": date.fromisoformat(end)}
        rows = door().query("heat_fixes", scope(), area=_area(), **days)
        x, y = ((rows[key].to_numpy() + 0.5) * 100.0 for key in ("cell_x", "cell_y"))
        lon, lat = to_degrees(x, y, door().config.city.crs_metric)
    else:
        period = {"start": datetime.fromisoformat(start), "end": datetime.fromisoformat(end)}
        rows = door().query("heat_incidents", scope(), area=_area(), **period)
        lon, lat = rows["lon"].to_numpy(), rows["lat"].to_numpy()
    return lon, lat, rows["n"].to_numpy().astype(float)


def _level(level: str) -> list[dict[str, Any]]:
    rows = door().query("areas", scope(), day=_day()).to_pylist()
    return [r for r in rows if r["level"] == level and r["geometry"] is not None]


def _shapes(rows: list[dict[str, Any]]) -> Any:
    """Return the polygons, simplified together, so that borders shared before are shared after."""
    shapes = shapely.from_wkb(np.array([r["geometry"] for r in rows], object))
    return shapely.coverage_simplify(shapes, _tolerance()) if len(shapes) else shapes


def _tolerance() -> float:
    """Return half a pixel of the view in degrees; nothing finer can be seen."""
    return float(request.args.get("half_pixel", 0))


def _area() -> str:
    return request.args.get("area") or scope().area_id


def _day() -> date:
    return date.fromisoformat(request.args["day"])


def _theme() -> str:
    return "light" if request.args.get("theme") == "light" else "dark"


def _bytes(body: bytes, keep: str = KEEP) -> Response:
    answer = Response(body, mimetype="application/octet-stream")
    answer.headers["Cache-Control"] = keep
    return answer


def _json(value: Any, keep: str) -> Response:
    answer = Response(json.dumps(value, ensure_ascii=False, separators=(",", ":")), mimetype="text/json")
    answer.headers["Cache-Control"] = keep
    return answer


@cache
def _bundle() -> bytes:
    return gzip.compress(files("pydeck").joinpath("nbextension/static/index.js").read_bytes(), 6)
