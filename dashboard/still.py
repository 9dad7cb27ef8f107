"""The map as a picture: what a browser without WebGL is shown instead, drawn here from the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import numpy as np
import pyarrow.compute as pc
import shapely
from flask import Blueprint, Response, request

from dashboard import answers, extent, fills, moment
from dashboard.names import Frame, names
from dashboard.session import door, scope
from dashboard.theme import map_theme, ramp
from layers.basemap import LINES, TOWN_ONLY
from layers.incidents import SIZES, shape

still = Blueprint("still", __name__)

LARGEST = 4096  # pixels of a side: the largest wall's map is smaller
EM = 13.0
AREAS = ("land", "built")
BOX = 64  # side of the box an incident's shape is drawn in


@still.get("/still.svg")
def picture() -> Response:
    """Return the map of `area` at the moment of `day` and `t` as SVG of `w` x `h` pixels, names `u` times as large.

    It holds what the account may see and nobody's position.
    """
    asked = {key: request.args[key] for key in ("day", "t") if request.args.get(key)}
    wide, high = (min(max(float(request.args[side]), 1.0), LARGEST) for side in ("w", "h"))
    day = moment.today(asked)
    frame = Frame(extent.whole(answers.area(), day), (wide, high), EM * float(request.args.get("u", 1)))
    body = [*_ground(frame), *_leaves(frame, day), *_lines(frame, day), *_incidents(frame, moment.now(asked))]
    answer = Response(svg(frame, [*body, *_names(frame, day)]), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = answers.NEVER
    return answer


def svg(frame: Frame, body: Iterable[str]) -> str:
    """Return elements as one SVG of a frame's size, what lies inside the bounds in its middle."""
    wide, high = frame.size
    right, bottom = frame.pixel((frame.bounds[2], frame.bounds[1]))
    size = f'width="{wide:g}" height="{high:g}" viewBox="0 0 {wide:g} {high:g}"'
    middle = f"translate({(wide - right) / 2:.1f} {(high - bottom) / 2:.1f})"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><g transform="{middle}">{"".join(body)}</g></svg>'


def way(frame: Frame, shape_: Any) -> str:
    """Return the path data of a polygon or line in pixels of a frame; empty for nothing."""
    parts = []
    for ring in _rings(shape_):
        points = [frame.pixel(p) for p in shapely.get_coordinates(ring)]
        closed = "Z" if shapely.get_type_id(ring) == shapely.GeometryType.LINEARRING else ""
        parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + closed)
    return "".join(parts)


def _rings(shape_: Any) -> list[Any]:
    lines = []
    for part in shapely.get_parts(shape_):
        if shapely.get_dimensions(part) == 2:
            lines += [shapely.get_exterior_ring(part), *part.interiors]
        elif shapely.get_dimensions(part) == 1:
            lines.append(part)
    return lines


def _half_pixel(frame: Frame) -> float:
    return 0.5 / (frame.pixel((frame.bounds[0] + 1, frame.bounds[3]))[0] or 1)


def _ground(frame: Frame) -> list[str]:
    """Return land and built-up areas, which lie under the fill."""
    return [f'<path d="{d}" fill="{_css(kind)}"/>' for kind in AREAS for d in _basemap(frame, kind)]


def _leaves(frame: Frame, day: Any) -> list[str]:
    """Return the areas of the lowest level, each in the colour of its class."""
    shown, colours = fills.fill(answers.area(), day), ramp(answers.theme())
    classes = shown.classes()
    out = []
    for area, name, drawn in _areas(frame, day, door().config.leaf):
        fill = _rgba(colours[classes[area]]) if area in classes else "none"
        title = f"{name} · {shown.spell(area)}" if area in classes else name
        edge = f'stroke="{_css("grid-line")}" stroke-width=".6"'
        out.append(f'<path class="grid" d="{drawn}" fill="{fill}" {edge}><title>{escape(title)}</title></path>')
    return out


def _lines(frame: Frame, day: Any) -> list[str]:
    """Return water, roads and the borders of the units, which lie over the fill."""
    out = [f'<path d="{d}" fill="{_css("water")}"/>' for d in _basemap(frame, "water")]
    for kind, width in LINES.items():
        drawn = "" if kind in TOWN_ONLY else "".join(_basemap(frame, kind))
        if drawn:
            out.append(f'<path d="{drawn}" fill="none" stroke="{_css(kind)}" stroke-width="{width:g}"/>')
    levels = [level.id for level in door().config.levels]
    for _, _, drawn in _areas(frame, day, levels[min(1, len(levels) - 1)]):
        out.append(f'<path class="unit" d="{drawn}" fill="none" stroke="{_css("unit-line")}" stroke-width="1.2"/>')
    return out


def _basemap(frame: Frame, kind: str) -> list[str]:
    rows = door().query("basemap", scope())
    mine = rows.filter(pc.equal(rows["kind"], kind))
    shapes = shapely.simplify(shapely.from_wkb(mine["geometry"].to_numpy(zero_copy_only=False)), _half_pixel(frame))
    seen = shapes[shapely.intersects(shapes, shapely.box(*frame.bounds))]
    return [drawn for one in seen if (drawn := way(frame, one))]


def _areas(frame: Frame, day: Any, level: str) -> list[tuple[str, str, str]]:
    """Return id, name and path data of the areas of a level, simplified together: shared borders stay shared."""
    rows = door().query("areas", scope(), day=day)
    mine = rows.filter(pc.and_(pc.equal(rows["level"], level), pc.is_valid(rows["geometry"])))
    shapes = shapely.from_wkb(mine["geometry"].to_numpy(zero_copy_only=False))
    thin = shapely.coverage_simplify(shapes, _half_pixel(frame)) if len(shapes) else np.array([])
    named = zip(mine["area_id"].to_pylist(), mine["name"].to_pylist(), thin, strict=True)
    return [(area, name, way(frame, one)) for area, name, one in named]


def _incidents(frame: Frame, now: Any) -> list[str]:
    """Return the shapes of the incidents open at a moment, the most urgent on top."""
    asked = {"area": answers.area(), "start": now, "end": now, "now": now}
    rows = door().query("incident_points", scope(), **asked).to_pylist()
    still_open = [row for row in rows if row["closed_at"] is None or row["closed_at"] > now]
    out, colours = [], map_theme(answers.theme())
    for row in sorted(still_open, key=lambda row: -row["severity"]):
        side = SIZES["town"][row["severity"]] * frame.em / EM
        x, y = frame.pixel((row["lon"], row["lat"]))
        drawn = shape(row["severity"], colours).partition(">")[2].removesuffix("</svg>")
        at = f"translate({x - side / 2:.1f} {y - side / 2:.1f}) scale({side / BOX:.3f})"
        out.append(f'<g class="incident" transform="{at}">{drawn}</g>')
    return out


def _names(frame: Frame, day: Any) -> list[str]:
    """Return the names that fit without touching."""
    font = escape(door().config.screen.font.replace('"', "'"))
    look = f'fill="{_css("label")}" stroke="{_css("halo")}" stroke-width="3" paint-order="stroke" stroke-opacity=".9"'
    words = [_word(frame, row) for row in names(day, frame, 1)]
    return [f'<g font-family="{font}" font-size="{frame.em:g}" text-anchor="middle" {look}>', *words, "</g>"]


def _word(frame: Frame, row: dict[str, Any]) -> str:
    (x, y), (right, down) = frame.pixel(row["p"]), row["away"]
    return f'<text x="{x + right:.1f}" y="{y + down + frame.em * 0.35:.1f}">{escape(row["name"])}</text>'


def _css(name: str) -> str:
    return _rgba(map_theme(answers.theme())[name])


def _rgba(colour: Sequence[float]) -> str:
    red, green, blue, opaque = colour
    return f"rgba({red:g},{green:g},{blue:g},{opaque / 255:.2f})"
