"""Which police beats a grid lies in, and by what share of its ground: grids and beats need not fit each other."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import place, plus
from dashboard.parts import Children, empty, panel
from dashboard.takeaway import export_menu
from dashboard.text import DASH, number, percent, t
from dashboard.view import VIEW

BODY, TOTAL = "plus-beats-body", "plus-beats-total"
MOST = 300


def layout() -> Component:
    """Return the empty table."""
    total = [html.Span(id=TOTAL), export_menu("plus_beats")]
    return panel("plus-beats", t("plus.beats"), html.Div(id=BODY), t("plus.beats_note"), total)


@callback(Output(BODY, "children"), Output(TOTAL, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Children, str]:
    """Show the beats of every grid of the view's area, those in several beats first."""
    plus.only(view, "overlays")
    waiting = plus.absent("beat")
    if waiting:
        return waiting, ""
    rows = plus.rows("grid_beats", area=place.area(view))
    if not rows:
        return empty(t("plus.no_beats", area=place.title(view))), ""
    grids = [list(found) for _, found in groupby(rows, lambda row: row["area_id"])]
    grids.sort(key=lambda found: -len(found))
    several = sum(len(found) > 1 for found in grids)
    heads = [t("plus.grid"), t("plus.beat"), t("plus.unit"), t("plus.grid_share"), t("plus.beat_share")]
    lines = [_line(row, first) for found in grids for first, row in zip([True] + [False] * 99, found, strict=False)]
    beats = len({row["beat_id"] for row in rows})
    return plus.table(heads, lines[:MOST]), t("plus.beats_total", beats=number(beats), several=number(several))


def _line(row: dict[str, Any], first: bool) -> Component:
    cells = [row["area_name"] if first else "", row["beat_name"], row["unit_name"] or DASH]
    shares = [percent(row["grid_share"]), percent(row["beat_share"])]
    return html.Tr([html.Td(words) for words in (*cells, *shares)], className="" if first else "same")
