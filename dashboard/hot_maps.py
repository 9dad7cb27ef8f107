"""What the maps of hot spots ask for: colours of units, cells, names, density, and the small maps; under /api/map."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from flask import Blueprint, Response, request

from dashboard import answers, extent, hot, hot_fills, hot_marks, names, wire
from dashboard.grounds import forget_release
from dashboard.hatch import hatch
from dashboard.hot_density import density
from dashboard.hot_small import small
from dashboard.look import palette
from dashboard.session import door, scope
from dashboard.theme import rgba

hot_maps = Blueprint("hot_maps", __name__, url_prefix="/map/<release>/hot")
hot_maps.url_value_preprocessor(forget_release)
OPAQUE = 0.92
LARGEST = 1200  # pixels of a side of a small map


@hot_maps.get("/fill/<of>")
def fill(of: str) -> Response:
    """Return the colour of every unit that has one, and what its card says."""
    if of not in hot_fills.MADE:
        raise ValueError(of)
    spots, tokens = hot.found(dict(request.args)), palette(answers.theme())
    shown = hot_fills.shown(of, spots)
    colours = {area: rgba(tokens[token], OPAQUE) for area, token in shown.tokens.items()}
    said = {unit.area_id: hot_fills.told(unit, spots) for unit in spots.units}
    words, notes = ({area: pair[at] for area, pair in said.items()} for at in (0, 1))
    return answers.listed({"colours": colours, "words": words, "notes": notes})


@hot_maps.get("/cells")
def cells() -> Response:
    """Return the polygons of the cells that hold incidents."""
    units = hot.found(dict(request.args)).units
    shapes = shapely.polygons([unit.corners for unit in units]) if units else np.array([], object)
    return answers.octets(wire.polygons([f"{unit.area_id}\t{unit.name}" for unit in units], shapes))


@hot_maps.get("/hatch")
def unrated() -> Response:
    """Return the strokes over the units whose base is too small to rate them; `gap` degrees apart."""
    ids = {unit.area_id for unit in hot.found(dict(request.args)).units if not unit.rated}
    rows = door().query("areas", scope(), day=answers.day())
    mine = rows.filter(pc.and_(pc.is_in(rows["area_id"], pa.array(ids, pa.string())), pc.is_valid(rows["geometry"])))
    shapes = shapely.from_wkb(mine["geometry"].to_numpy(zero_copy_only=False))
    return answers.octets(wire.segments(hatch(list(shapes), float(request.args["gap"]))))


@hot_maps.get("/labels")
def labels() -> Response:
    """Return the names that fit a view of `w` x `h` pixels and touch neither each other nor a hot spot."""
    size = (float(request.args["w"]), float(request.args["h"]))
    bounds = extent.parsed(request.args["bounds"])
    frame = names.pane(bounds, size, float(request.args["em"]))
    clear = hot_marks.keep_clear(hot.found(dict(request.args)), bounds, frame)
    return answers.listed(names.names(answers.day(), frame, int(request.args["deepest"]), clear))


@hot_maps.get("/density.png")
def surface() -> Response:
    """Return the density of the step's incidents over `bounds` as PNG."""
    bounds, scale = extent.parsed(request.args["bounds"]), answers.scale()
    found = hot.again(dict(request.args)).surface
    body = density(found, bounds, door().config.city.crs_metric, (answers.theme(), scale))
    answer = Response(body, mimetype="image/png")
    answer.headers["Cache-Control"] = answers.KEEP
    return answer


@hot_maps.get("/small/<of>.svg")
def picture(of: str) -> Response:
    """Return a small map of `w` x `h` pixels with the town enlarged in its corner."""
    if of not in hot_fills.MADE:
        raise ValueError(of)
    wide, high = (min(max(float(request.args[side]), 40.0), LARGEST) for side in ("w", "h"))
    spots = hot.found(dict(request.args))
    drawn = small(spots, hot_fills.shown(of, spots), (wide, high))
    answer = Response(drawn, mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = answers.KEEP
    return answer
