"""What is wrong with the boundaries: overlaps, gaps, slivers, odd sizes and names, as a list and on the map."""

from __future__ import annotations

from collections import Counter
from typing import Any

import shapely
from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import place, quality
from dashboard.api import BUNDLE
from dashboard.focus import focused, name
from dashboard.panels.breadcrumb import choice
from dashboard.panels.map import box, render
from dashboard.parts import empty, panel
from dashboard.session import door, scope
from dashboard.text import DASH, is_chinese, number, t
from dashboard.view import VIEW

BODY, NOTE, TOTAL = "findings-body", "findings-note", "findings-total"
SPEC, CANVAS = "findings-spec", "findings-map"
KINDS = ("overlap", "gap", "outside_parent", "sliver", "size", "name")
COLUMNS = ("kind", "area", "other", "size", "detail")
ODD = {"size", "name"}  # worth a look, but no place is counted twice or not at all
MOST = 300

Row = dict[str, Any]


def layout() -> list[Component]:
    """Return the empty list and the empty map."""
    listed = panel("findings", t("findings.title"), html.Div(id=BODY), html.Span(id=NOTE), html.Span(id=TOTAL))
    drawn = panel("findings-map map", t("findings.map"), [dcc.Store(id=SPEC), box(CANVAS)], t("findings.rings"))
    return [listed, drawn]


render(SPEC, CANVAS)


@callback(Output(BODY, "children"), VIEW)
def show(view: Row | None) -> Any:
    """Show the faults, the gravest kind first, the largest first within it."""
    quality.only(view, "areas")
    found = rows(view)
    if not found:
        return empty(t("findings.none", area=place.title(view)))
    head = html.Tr([html.Th(t(f"findings.{column}")) for column in COLUMNS])
    table = html.Table([html.Thead(head), html.Tbody([_line(row) for row in found[:MOST]])])
    return [table, empty(t("findings.cut", n=number(MOST)))] if len(found) > MOST else table


@callback(Output(NOTE, "children"), Output(TOTAL, "children"), VIEW)
def explain(view: Row | None) -> tuple[str, str]:
    """Say where, and how many of each kind."""
    quality.only(view, "areas")
    counts = Counter(row["kind"] for row in rows(view))
    told = [f"{t(f'findings.kind_{kind}')} {number(counts[kind])}" for kind in KINDS if counts[kind]]
    return place.title(view), " · ".join(told)


@callback(Output(SPEC, "data"), VIEW)
def draw(view: Row | None) -> Row:
    """Describe the map: the grids, and every fault that has a place."""
    quality.only(view, "areas")
    drawn = focused(view, filled=False)
    drawn.draw("findings", marks(rows(view)[:MOST]))
    name(drawn, view)
    return drawn.spec(bundle=BUNDLE, choose="area")


def rows(view: Row | None) -> list[Row]:
    """Return the faults in the view's area, in the order of the list."""
    found: list[Row] = door().query("area_findings", scope(), area=place.area(view)).to_pylist()
    order = {kind: at for at, kind in enumerate(KINDS)}
    return sorted(found, key=lambda row: order.get(row["kind"], len(order)))


def marks(found: list[Row]) -> list[Row]:
    """Return the faults as the layer takes them: one row per polygon, and a point inside it."""
    out = []
    for at, row in enumerate(found):
        if row["geometry"] is None:
            continue
        shape = shapely.from_wkb(row["geometry"])
        words = f"{_kind(row)} · {_names(row)}"
        for part in shapely.get_parts(shape):
            point = shapely.point_on_surface(part)
            about = {"id": f"f{at}", "words": words, "p": [point.x, point.y], "grave": row["kind"] not in ODD}
            out.append({**about, "polygon": _rings(part)})
    return out


def _rings(shape: Any) -> list[Any]:
    """Return the rings of a polygon; of a line or point a ring of no size."""
    if shape.geom_type != "Polygon":
        points = [list(point) for point in shapely.get_coordinates(shape)]
        return [[*points, points[0]]]
    return [[list(point) for point in shapely.get_coordinates(ring)] for ring in [shape.exterior, *shape.interiors]]


def _line(row: Row) -> Component:
    size = DASH if row["area_m2"] is None else t("findings.square", n=number(row["area_m2"]))
    other = _name(row, "other_") if row["other_id"] else DASH
    cells = [_kind(row), _area(row), other, size, _detail(row)]
    return html.Tr([html.Td(cell, title=cell if isinstance(cell, str) else None) for cell in cells])


def _detail(row: Row) -> str:
    """Return the measure; one that has a name is given its word."""
    name, _, measure = (row["detail"] or DASH).rpartition(" = ")
    return f"{t(f'findings.of_{name}')} {measure}" if name else measure


def _area(row: Row) -> Any:
    return choice(_name(row, ""), row["area_id"]) if row["area_id"] and row["name"] else row["area_id"] or DASH


def _names(row: Row) -> str:
    return " / ".join(filter(None, [_name(row, ""), _name(row, "other_") if row["other_id"] else ""]))


def _name(row: Row, whose: str) -> str:
    told = row[f"{whose}name"] if is_chinese() else row[f"{whose}name_en"] or row[f"{whose}name"]
    return str(told or row["other_id" if whose else "area_id"] or "")


def _kind(row: Row) -> str:
    return t(f"findings.kind_{row['kind']}") if row["kind"] in KINDS else str(row["kind"])
