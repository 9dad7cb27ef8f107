"""A small map of hot spots as SVG: the whole beside its town, five times as large, joined by a frame."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc
import shapely

from dashboard import answers, extent
from dashboard.extent import Bounds
from dashboard.hot_fills import Shown
from dashboard.look import palette
from dashboard.names import Frame
from dashboard.session import door, scope
from dashboard.still import way
from dashboard.theme import GROUND

if TYPE_CHECKING:
    from data.analysis.hot_spots import HotSpots

GAP_PX = 8.0
LEAST_TOWN = 0.3  # of the width: with less room beside the whole the town stands below it
EM = 13.0

Size = tuple[float, float]


def small(spots: HotSpots, shown: Shown, size: Size) -> str:
    """Return the SVG of a filled map, `size` pixels wide and high; colours are those of the request's theme."""
    area, day = answers.area(), answers.day()
    whole, town = extent.whole(area, day), extent.town(area, day)
    first, second = _sizes(whole, town, size)
    frame = Frame(whole, first, EM)
    body = _map(frame, spots, shown)
    if town and second:
        x, y = (first[0] + GAP_PX, 0.0) if second[1] == size[1] else (0.0, first[1] + GAP_PX)
        body += _marked(frame, town)
        body += [f'<svg x="{x:.1f}" y="{y:.1f}" width="{second[0]:.1f}" height="{second[1]:.1f}">']
        body += [*_map(Frame(town, second, EM), spots, shown), _border(second), "</svg>"]
    head = f'width="{size[0]:g}" height="{size[1]:g}" viewBox="0 0 {size[0]:g} {size[1]:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {head}>{"".join(body)}</svg>'


def _sizes(whole: Bounds, town: Bounds | None, size: Size) -> tuple[Size, Size | None]:
    """Return the pixels of the whole and of the town: side by side where there is room, else one over the other."""
    wide, high = size
    if town is None:
        return size, None
    right, bottom = Frame(whole, size, EM).pixel((whole[2], whole[1]))
    if wide - right - GAP_PX >= wide * LEAST_TOWN:
        return (right, high), (wide - right - GAP_PX, high)
    upper = min(bottom, high * 0.6)
    return (wide, upper), (wide, high - upper - GAP_PX)


def _map(frame: Frame, spots: HotSpots, shown: Shown) -> list[str]:
    """Return land, coloured units and the borders right below the city."""
    tokens, ground = palette(answers.theme()), GROUND[answers.theme()]
    levels = [level.id for level in door().config.levels]
    out = [_path(frame, one, ground["land"], "none") for one in _shapes(frame, levels[0])]
    ids, shapes = _units(frame, spots)
    for area, one in zip(ids, shapes, strict=True):
        if area in shown.tokens:
            out.append(_path(frame, one, tokens[shown.tokens[area]], "none"))
    out += [_path(frame, one, "none", ground["unit-line"]) for one in _shapes(frame, levels[min(1, len(levels) - 1)])]
    return out


def _units(frame: Frame, spots: HotSpots) -> tuple[list[str], Any]:
    """Return ids and polygons of the units a frame shows."""
    if spots.method.get("cells"):
        ids = np.array([unit.area_id for unit in spots.units])
        shapes = shapely.polygons([unit.corners for unit in spots.units]) if len(ids) else np.array([])
    else:
        rows = _rows(door().config.leaf)
        ids, shapes = np.array(rows["area_id"].to_pylist()), _geometry(rows)
    seen = shapely.intersects(shapes, shapely.box(*frame.bounds)) if len(ids) else np.array([], bool)
    thin = shapely.simplify(shapes[seen], _half_pixel(frame)) if len(ids) else shapes
    return list(ids[seen]), thin


def _shapes(frame: Frame, level: str) -> Sequence[Any]:
    shapes = _geometry(_rows(level))
    if not len(shapes):
        return []
    simple = shapely.coverage_simplify(shapes, _half_pixel(frame))
    return list(simple[shapely.intersects(simple, shapely.box(*frame.bounds))])


def _rows(level: str) -> Any:
    rows = door().query("areas", scope(), day=answers.day())
    return rows.filter(pc.and_(pc.equal(rows["level"], level), pc.is_valid(rows["geometry"])))


def _geometry(rows: Any) -> Any:
    return shapely.from_wkb(rows["geometry"].to_numpy(zero_copy_only=False))


def _half_pixel(frame: Frame) -> float:
    return 0.5 / (frame.pixel((frame.bounds[0] + 1, frame.bounds[3]))[0] or 1)


def _path(frame: Frame, shape: Any, fill: str, stroke: str) -> str:
    return f'<path d="{way(frame, shape)}" fill="{escape(fill)}" stroke="{escape(stroke)}" stroke-width=".8"/>'


def _marked(frame: Frame, town: Bounds) -> list[str]:
    """Return the frame of the town on the whole."""
    (x0, y0), (x1, y1) = frame.pixel((town[0], town[3])), frame.pixel((town[2], town[1]))
    edge = palette(answers.theme())["text-2"]
    size = f'width="{x1 - x0:.1f}" height="{y1 - y0:.1f}"'
    return [f'<rect x="{x0:.1f}" y="{y0:.1f}" {size} fill="none" stroke="{edge}" stroke-width="1"/>']


def _border(size: Size) -> str:
    edge = palette(answers.theme())["line-2"]
    inner = f'width="{size[0] - 1:.1f}" height="{size[1] - 1:.1f}"'
    return f'<rect x=".5" y=".5" {inner} fill="none" stroke="{edge}"/>'
