"""What comes again: places with more than one incident, and whether one incident brings another close by soon after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import hot, moment
from dashboard.hot_table import table
from dashboard.parts import Children, empty, panel
from dashboard.text import DASH, day_short, local, named, number, t
from dashboard.tree import Tree, tree
from dashboard.view import VIEW
from data.analysis.recurring import SAME_M

if TYPE_CHECKING:
    from data.analysis.knox import Knox
    from data.analysis.recurring import Repeat

PLACES, PLACES_NOTE = "hot-places-body", "hot-places-note"
KNOX = "hot-knox-body"
MOST = 8
SURE = 0.05

View = dict[str, Any]


def places() -> Component:
    """Return the empty list of places."""
    return panel("hot-more hot-places", t("hotspots.repeat"), html.Div(id=PLACES), html.Span(id=PLACES_NOTE))


def knox() -> Component:
    """Return the empty table of near repeats."""
    return panel("hot-more hot-knox", t("hotspots.knox"), html.Div(id=KNOX), t("hotspots.knox_note"))


@callback(Output(PLACES, "children"), Output(PLACES_NOTE, "children"), VIEW)
def show_places(view: View | None) -> tuple[Children, str]:
    """List the places with the most incidents of the step."""
    rows, note = hot.again(view).places, t("hotspots.repeat_note", metres=number(SAME_M))
    if not rows:
        return empty(t("hotspots.repeat_none")), note
    known = tree(moment.today(view or {}))
    heads = [t(f"hotspots.repeat_{head}") for head in ("place", "n", "days", "last")]
    return table(heads, [_place(row, known) for row in rows[:MOST]]), note


def _place(row: Repeat, known: Tree) -> list[Children]:
    name = named(known.rows[row.area_id]) if row.area_id in known.rows else row.area_id
    return [name, html.B(number(row.n)), number(row.days), day_short(local(row.last_at).date())]


@callback(Output(KNOX, "children"), VIEW)
def show_knox(view: View | None) -> Children:
    """Say whether incidents follow each other close by, and by how much at each distance and delay."""
    found = hot.again(view)
    if not found.near:
        return empty(t("hotspots.knox_few", n=number(found.n)))
    cells = {(cell.metres, cell.days): cell for cell in found.near}
    delays = sorted({days for _, days in cells})
    heads = [t("hotspots.knox_within"), *(t("hotspots.knox_days", n=number(days)) for days in delays)]
    rows = [
        [f"{number(metres)} m", *(_ratio(cells[metres, days]) for days in delays)]
        for metres in sorted({metres for metres, _ in cells})
    ]
    return [html.P(in_words(found.near), className="said"), table(heads, rows)]


def in_words(cells: Sequence[Knox]) -> str:
    """Return the strongest near repeat that chance does not explain, or that there is none."""
    sure = [cell for cell in cells if cell.p <= SURE and cell.ratio and cell.ratio > 1]
    if not sure:
        return t("hotspots.knox_nothing")
    most = max(sure, key=lambda cell: (cell.ratio, -cell.metres, -cell.days))
    return t("hotspots.knox_said", metres=number(most.metres), days=number(most.days), ratio=number(most.ratio, 1))


def _ratio(cell: Knox) -> Component:
    sure = cell.p <= SURE and cell.ratio is not None
    told = DASH if cell.ratio is None else number(cell.ratio, 2)
    return html.Span(told, className="strong" if sure else "faint", title=f"p = {cell.p:.3f}")
