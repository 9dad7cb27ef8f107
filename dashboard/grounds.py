"""The ground of the map: basemap, areas, their borders, fills and names; routes under /api/map."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from flask import Blueprint, Response, request

from dashboard import answers, extent, fills, names, wire
from dashboard.hatch import hatch
from dashboard.session import door, scope
from dashboard.text import t
from dashboard.theme import map_theme, ramp
from layers.incidents import SIZES

TABLES = ("area", "basemap")
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
    return answers.shared(lambda: _ground(kind), *TABLES)


@grounds.get("/areas/<level>")
def areas(level: str) -> Response:
    """Return the polygons of a level with their ids and names."""
    return answers.shared(lambda: _areas(level), *TABLES)


@grounds.get("/lines/<level>")
def lines(level: str) -> Response:
    """Return the borders of the areas of a level, or of one of them (`?only=`), as paths."""
    return answers.shared(lambda: _lines(level), *TABLES)


@grounds.get("/packed")
def packed() -> Response:
    """Return several shapes in one answer: `parts` names them, as `ground/land` or `borders/grid`.

    All shapes are cut to `near` (west, south, east, north) where it is given: what a view has in sight.
    """
    names_ = request.args["parts"].split(",")
    if not all(name.partition("/")[0] in PARTS for name in names_):
        raise ValueError(request.args["parts"])
    return answers.shared(lambda: wire.join({name: _part(name) for name in names_}), *TABLES)


@grounds.get("/fill")
def fill() -> Response:
    """Return the colour of every leaf that is not of the lowest class, and the value of every leaf in words."""
    ramped = ramp(answers.theme())
    chosen = _chosen()
    colours = {area: ramped[at] for area, at in chosen.classes().items() if at}
    words = {area: chosen.spell(area) for area in chosen.values}
    notes = {area: note for area in chosen.values if (note := chosen.note(area))}
    return answers.listed({"colours": colours, "words": words, "notes": notes})


@grounds.get("/heights")
def heights() -> Response:
    """Return how high every leaf stands on a map seen from the side, 0-1, with its colour, and what that means."""
    chosen, ramped = _chosen(), ramp(answers.theme())
    most = chosen.told(max(chosen.values.values(), default=0))
    about = t("legend.tall", what=t(f"map.{chosen.kind}"), most=most) if chosen.values else t("area_map.no_fill")
    lowest = [*map_theme(answers.theme())["land"][:3], 235]
    colours = {area: ramped[at] for area, at in chosen.classes().items() if at}
    words = {area: chosen.spell(area) for area in chosen.values}
    told = {"heights": chosen.heights(), "colours": colours, "lowest": lowest, "words": words, "tall": about}
    return answers.listed(told)


@grounds.get("/hatch")
def unknown() -> Response:
    """Return the strokes over the leaves that have no value; `gap` degrees apart."""
    missing = set(fills.missing(_chosen(), answers.area(), answers.day()))
    rows = door().query("areas", scope(), day=answers.day())
    mine = rows.filter(
        pc.and_(pc.is_in(rows["area_id"], pa.array(missing, pa.string())), pc.is_valid(rows["geometry"]))
    )
    shapes = shapely.from_wkb(mine["geometry"].to_numpy(zero_copy_only=False))
    return answers.octets(wire.segments(hatch(list(shapes), float(request.args["gap"]))))


def _chosen() -> fills.Fill:
    """Return what the areas are filled with: the exception, or incidents where the map that asks is about them."""
    asked = fills.by_incidents if request.args.get("of") == "incidents" else fills.fill
    return asked(answers.area(), answers.day())


@grounds.get("/labels")
def labels() -> Response:
    """Return the names that fit a view of `w` x `h` pixels without touching."""
    size = (float(request.args["w"]), float(request.args["h"]))
    view = names.pane(extent.parsed(request.args["bounds"]), size, float(request.args["em"]))
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


def _part(name: str) -> bytes:
    kind, _, of = name.partition("/")
    return PARTS[kind](of)


def _ground(kind: str) -> bytes:
    shapes = _basemap(kind)
    if len(shapes) and shapely.get_dimensions(shapes[0]) == 2:
        return wire.polygons([""] * len(shapes), shapes)
    return wire.paths(shapes, _near())


def _strokes(kind: str) -> bytes:
    return wire.segments(_basemap(kind), _near())


def _borders(level: str) -> bytes:
    return wire.segments(_level(level)[1], _near())


def _areas(level: str) -> bytes:
    return wire.polygons(*_level(level))


def _lines(level: str) -> bytes:
    return wire.paths(_level(level)[1], _near())


def _basemap(kind: str) -> Any:
    rows = door().query("basemap", scope())
    mine = rows.filter(pc.equal(rows["kind"], kind))
    shapes = shapely.from_wkb(mine["geometry"].to_numpy(zero_copy_only=False))
    return shapely.simplify(shapes[_in_sight(shapes)], _tolerance())


def _level(level: str) -> tuple[list[str], Any]:
    """Return id and name, and the polygon, of every area of a level that is asked for.

    They are simplified together, so that borders shared before are shared after.
    """
    rows = door().query("areas", scope(), day=answers.day())
    wanted = pc.and_(pc.equal(rows["level"], level), pc.is_valid(rows["geometry"]))
    if request.args.get("only"):
        wanted = pc.and_(wanted, pc.equal(rows["area_id"], request.args["only"]))
    mine = rows.filter(wanted)
    shapes = shapely.from_wkb(mine["geometry"].to_numpy(zero_copy_only=False))
    seen = _in_sight(shapes)
    pairs = zip(mine["area_id"].to_pylist(), mine["name"].to_pylist(), strict=True)
    ids = [f"{area}\t{name}" for (area, name), kept in zip(pairs, seen, strict=True) if kept]
    return ids, shapely.coverage_simplify(shapes[seen], _tolerance()) if len(ids) else shapes[seen]


def _in_sight(shapes: Any) -> Any:
    """Return which shapes reach into `near`."""
    near = _near()
    if near is None or not len(shapes):
        return np.ones(len(shapes), bool)
    west, south, east, north = shapely.bounds(shapes).T
    return (west <= near[2]) & (east >= near[0]) & (south <= near[3]) & (north >= near[1])


def _near() -> extent.Bounds | None:
    return extent.parsed(request.args["near"]) if request.args.get("near") else None


def _tolerance() -> float:
    """Return half a pixel of the view in degrees; nothing finer can be seen."""
    return float(request.args.get("half_pixel", 0))


PARTS: dict[str, Callable[[str], bytes]] = {
    "ground": _ground,
    "strokes": _strokes,
    "areas": _areas,
    "borders": _borders,
    "lines": _lines,
}
