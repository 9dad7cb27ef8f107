"""A map on paper: areas in classes, water and roads, names that fit, a legend, a scale bar and north."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from data.briefing.projection import HIGH, MAP_WIDE, WIDE, Sheet
from data.briefing.svg import FAINT, HAIR, INK, PAPER, RAMP, SIZE, SOFT, Point, line, rect, text, width_of

WATER, LAND = "#D3E4F2", "#FAFBFC"
ROADS = {"expressway": ("#AFBBC8", 1.6), "trunk": ("#C4CDD7", 1.0), "rail": ("#C9D1DA", 0.8)}
HATCH = (
    '<defs><pattern id="few" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M0 0V5" stroke="#C2CBD6" stroke-width="1.4"/></pattern></defs>'
)

Row = dict[str, Any]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Plate:
    """What a map shows: areas (area_id, name, geometry as WKB, lon, lat) and the class of each that has one.

    ground: rows of the base map (kind 'water' or one of ROADS); edges: outlines of a level above; marks: numbered or
    plain points over everything; legend: word of each class; few: what areas without a class are.
    """

    areas: Sequence[Row]
    classes: Mapping[str, int]
    legend: Sequence[str]
    ground: Sequence[Row] = ()
    edges: Sequence[Row] = ()
    outlined: frozenset[str] = frozenset()
    few: str = ""
    marks: Sequence[tuple[Point, str]] = field(default=())
    ramp: tuple[str, ...] = RAMP
    bounds: Bounds | None = None  # what is seen, where that is not all of the areas


def draw(plate: Plate, words: Mapping[str, str]) -> list[str]:
    """Return the elements of a map; `words`: km, m, areas (with {n}), north."""
    shapes = shapely.from_wkb([row["geometry"] for row in plate.areas])
    sheet = Sheet(plate.bounds or bounds_of(shapes))
    thin = shapely.coverage_simplify(shapes, 0.4 / sheet.across)
    clip = f'<clipPath id="map"><path d="M0 0H{MAP_WIDE}V{HIGH}H0Z"/></clipPath>'
    body = [HATCH, clip, '<g clip-path="url(#map)">', *_areas(sheet, plate, thin), *_ground(sheet, plate)]
    body += [*_edges(sheet, plate), *_marks(sheet, plate), *_names(sheet, plate), "</g>"]
    return [*body, *_legend(plate, words["areas"]), *_scale(sheet, words)]


def bounds_of(shapes: Any) -> Bounds:
    """Return west, south, east, north of shapes."""
    west, south, east, north = (float(x) for x in shapely.total_bounds(shapes))
    return west, south, east, north


def _areas(sheet: Sheet, plate: Plate, shapes: Any) -> list[str]:
    out = []
    for row, shape in zip(plate.areas, shapes, strict=True):
        at = plate.classes.get(row["area_id"])
        fill = ("url(#few)" if plate.few else LAND) if at is None else plate.ramp[at]
        out.append(f'<path d="{sheet.way(shape)}" fill="{fill}" stroke="{HAIR}" stroke-width=".7"/>')
    return out


def _ground(sheet: Sheet, plate: Plate) -> list[str]:
    """Return water and the main roads over the fill, as far as the areas reach."""
    if not plate.ground:
        return []
    shapes = shapely.from_wkb([row["geometry"] for row in plate.ground])
    inner = shapely.union_all(shapely.from_wkb([row["geometry"] for row in plate.areas]))
    seen = np.flatnonzero(shapely.intersects(shapes, shapely.box(*shapely.bounds(inner))))
    cut = shapely.intersection(shapely.simplify(shapes[seen], 0.5 / sheet.across), inner)
    kinds = [plate.ground[int(at)]["kind"] for at in seen]
    ways = [(kind, sheet.way(shape)) for kind, shape in zip(kinds, cut, strict=True)]
    return [f'<path d="{way}" {_look(kind)}/>' for kind, way in ways if way]


def _look(kind: str) -> str:
    if kind == "water":
        return f'fill="{WATER}"'
    colour, width = ROADS[kind]
    return f'fill="none" stroke="{colour}" stroke-width="{width:g}"'


def _edges(sheet: Sheet, plate: Plate) -> list[str]:
    rows = [(row, FAINT, 1.1) for row in plate.edges]
    rows += [(row, INK, 2.2) for row in plate.areas if row["area_id"] in plate.outlined]
    shapes = shapely.simplify(shapely.from_wkb([row["geometry"] for row, _, _ in rows]), 0.4 / sheet.across)
    drawn = zip(rows, shapes, strict=True)
    return [
        f'<path d="{sheet.way(shape)}" fill="none" stroke="{colour}" stroke-width="{width:g}"/>'
        for (_, colour, width), shape in drawn
    ]


def _marks(sheet: Sheet, plate: Plate) -> list[str]:
    out = []
    for (lon, lat), told in plate.marks:
        x, y = sheet.place(lon, lat)
        out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{8 if told else 2.4}" fill="{INK}" stroke="{PAPER}"/>')
        if told:
            out.append(text((x, y + 4), told, "middle", PAPER, font_size=11, font_weight=700))
    return out


def _names(sheet: Sheet, plate: Plate) -> list[str]:
    """Return the names that fit without touching, the larger area first; marks keep their place."""
    taken = [_box(sheet.place(*at), "二", 1.4) for at, told in plate.marks if told]
    out = []
    for row in sorted(plate.edges or plate.areas, key=lambda row: -(row.get("area_m2") or 0)):
        if row["lon"] is None:
            continue
        x, y = sheet.place(row["lon"], row["lat"])
        box = _box((x, y), row["name"], 1.3)
        inside = box[0] >= 0 and box[1] >= 0 and box[2] <= MAP_WIDE and box[3] <= HIGH
        if inside and not any(_touch(box, other) for other in taken):
            taken.append(box)
            halo = {"stroke": PAPER, "stroke_width": 3, "paint_order": "stroke", "stroke_linejoin": "round"}
            out.append(text((x, y + SIZE * 0.35), row["name"], "middle", INK, **halo))
    return out


def _box(at: Point, told: str, lines: float) -> tuple[float, float, float, float]:
    half = width_of(told) / 2 + 2
    return at[0] - half, at[1] - SIZE * lines / 2, at[0] + half, at[1] + SIZE * lines / 2


def _touch(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _legend(plate: Plate, counted: str) -> list[str]:
    """Return the classes, the lowest below, with how many areas are in each."""
    counts = [list(plate.classes.values()).count(at) for at in range(len(plate.legend))]
    rows = [(plate.ramp[at], told, counts[at]) for at, told in reversed(list(enumerate(plate.legend)))]
    few = len(plate.areas) - len(plate.classes)
    if plate.few and few:
        rows.append(("url(#few)", plate.few, few))
    out, x = [], MAP_WIDE + 16.0
    for at, (fill, told, n) in enumerate(rows):
        y = 16.0 + at * 22
        out.append(rect((x, y), 18, 13, fill, stroke="#C2CBD6", stroke_width=".6"))
        out.append(text((x + 26, y + 11), told, fill=SOFT))
        out.append(text((WIDE - 2, y + 11), counted.format(n=n), "end", FAINT, font_size=11))
    return out


def _scale(sheet: Sheet, words: Mapping[str, str]) -> list[str]:
    """Return a scale bar of a round length and an arrow to the north."""
    metres = _round_down(110 / sheet.metres)
    long, x, y = metres * sheet.metres, MAP_WIDE + 16.0, HIGH - 20.0
    told = words["km"].format(n=f"{metres / 1000:g}") if metres >= 1000 else words["m"].format(n=f"{metres:g}")
    bar = [line((x, y), (x + long, y), INK, 1.6), line((x, y - 4), (x, y), INK, 1.6)]
    bar += [line((x + long, y - 4), (x + long, y), INK, 1.6), text((x, y - 9), told, fill=SOFT)]
    arrow = f'<path d="M{x + 6:.1f} {y - 64:.1f}l6 18l-6 -4l-6 4Z" fill="{INK}"/>'
    return [*bar, arrow, text((x + 20, y - 48), words["north"], fill=SOFT)]


def _round_down(value: float) -> float:
    step = 10 ** math.floor(math.log10(value))
    return float(max(step * n for n in (1, 2, 5) if step * n <= value))


def quantiles(values: Sequence[float]) -> tuple[float, ...]:
    """Return the round breaks of five classes of what is above zero; fewer where values are few or alike."""
    some = [value for value in values if value]
    return tuple(float(x) for x in np.unique(np.quantile(some, (0.2, 0.4, 0.6, 0.8)).round())) if some else ()
