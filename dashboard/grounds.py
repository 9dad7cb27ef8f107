"""The ground of the map: basemap, areas, their borders, fills and names; routes under /api/map."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow.compute as pc
import shapely
from flask import Blueprint, Response, request

from dashboard import answers, extent, fills, names, wire
from dashboard.session import door, scope
from dashboard.theme import ramp
from layers.incidents import SIZES

URGENT = 2  # severities whose marks no name may cover

grounds = Blueprint("grounds", __name__, url_prefix="/map/<release>")


@grounds.url_value_preprocessor
def forget_release(_: str | None, values: dict[str, Any] | None) -> None:
    """The version in an address only keeps answers of two versions apart."""
    if values:
        values.pop("release")


@grounds.get("/ground/<kind>")
def ground(kind: str) -> Response:
    """Return one class of the basemap: polygons, or lines as paths."""
    rows = door().query("basemap", scope())
    mine = rows.filter(pc.equal(rows["kind"], kind))
    shapes = shapely.simplify(shapely.from_wkb(mine["geometry"].to_numpy(zero_copy_only=False)), _tolerance())
    if len(shapes) and shapely.get_dimensions(shapes[0]) == 2:
        return answers.octets(wire.polygons([""] * len(shapes), shapes))
    return answers.octets(wire.paths(shapes))


@grounds.get("/areas/<level>")
def areas(level: str) -> Response:
    """Return the polygons of a level with their ids and names."""
    rows = _level(level)
    ids = [f"{r['area_id']}\t{r['name']}" for r in rows]
    return answers.octets(wire.polygons(ids, _shapes(rows)))


@grounds.get("/lines/<level>")
def lines(level: str) -> Response:
    """Return the borders of the areas of a level, or of one of them (`?only=`), as paths."""
    wanted = request.args.get("only")
    rows = [r for r in _level(level) if not wanted or r["area_id"] == wanted]
    return answers.octets(wire.paths(_shapes(rows)))


@grounds.get("/fill")
def fill() -> Response:
    """Return the colour of every leaf that is not of the lowest class, and the value of every leaf in words."""
    ramped = ramp(answers.theme())
    chosen = fills.fill(answers.area(), answers.day())
    colours = {area: ramped[at] for area, at in chosen.classes().items() if at}
    return answers.listed({"colours": colours, "words": {area: chosen.spell(area) for area in chosen.values}})


@grounds.get("/labels")
def labels() -> Response:
    """Return the names that fit a view of `w` x `h` pixels without touching."""
    size = (float(request.args["w"]), float(request.args["h"]))
    view = names.Frame(extent.parsed(request.args["bounds"]), size, float(request.args["em"]))
    return answers.listed(names.names(answers.day(), view, int(request.args["deepest"]), _urgent()))


def _urgent() -> list[dict[str, Any]]:
    """Return the open incidents that names give way to, where the map that asks shows them (`now`, `view`)."""
    if not request.args.get("now"):
        return []
    now = datetime.fromisoformat(request.args["now"])
    rows = door().query("incident_points", scope(), area=answers.area(), start=now, end=now, now=now).to_pylist()
    sizes = SIZES[answers.scale()]
    urgent = (row for row in rows if row["severity"] <= URGENT)
    return [{"p": [row["lon"], row["lat"]], "size": sizes[row["severity"]]} for row in urgent]


def _level(level: str) -> list[dict[str, Any]]:
    rows = door().query("areas", scope(), day=answers.day()).to_pylist()
    return [r for r in rows if r["level"] == level and r["geometry"] is not None]


def _shapes(rows: list[dict[str, Any]]) -> Any:
    """Return the polygons, simplified together, so that borders shared before are shared after."""
    shapes = shapely.from_wkb(np.array([r["geometry"] for r in rows], object))
    return shapely.coverage_simplify(shapes, _tolerance()) if len(shapes) else shapes


def _tolerance() -> float:
    """Return half a pixel of the view in degrees; nothing finer can be seen."""
    return float(request.args.get("half_pixel", 0))
