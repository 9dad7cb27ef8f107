"""The areas below by their front rate among peers: rank, its change, interval, n; a click drills down."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import leader, place
from dashboard.assign import assign_link
from dashboard.panels.breadcrumb import is_leaf
from dashboard.parts import empty, panel
from dashboard.peers import Place
from dashboard.takeaway import export_menu
from dashboard.text import DASH, named, number, percent, t
from dashboard.view import VIEW, link

BODY, NOTE = "leader-ranking-body", "leader-ranking-note"
KEPT = ("period", "day", "theme")
Row = dict[str, Any]


def layout() -> Component:
    """Return the empty ranking."""
    return panel(
        "leader-ranking", t("leader.ranking"), html.Div(id=BODY), html.Span(id=NOTE), export_menu("leader_ranking")
    )


@callback(Output(BODY, "children"), Output(NOTE, "children"), VIEW)
def show(view: Row | None) -> tuple[Any, str]:
    """Show the areas right below the view's."""
    if is_leaf(view):
        return empty(t("leader.leaf")), ""
    heads = [html.Th(t(f"leader.{name}")) for name in ("rank", "moved", "area", "value", "interval", "n")]
    lines = [_line(*one, view=view or {}) for one in leader.ranked(view)]
    table = html.Table([html.Thead(html.Tr([*heads, html.Th()])), html.Tbody(lines)])
    return table, t("leader.ranking_note", level=place.level_name(place.below(view)))


def _line(row: Row, spot: Place | None, former: Place | None, view: Row) -> Component:
    kept = {name: view[name] for name in KEPT if view.get(name)}
    choose: Any = {"data-choose": "area", "data-to": row["area_id"]}
    name = html.Button(named(row), type="button", className="link", **choose)
    here = link("/leader", area=row["area_id"], **kept)
    give = assign_link(here, row["area_id"], t("leader.assign_about", area=named(row)))
    cells = [ranked(spot), moved(spot, former), name, percent(row["value"]) if row["n"] else DASH, interval(row)]
    return html.Tr([*(html.Td(cell) for cell in cells), html.Td(number(row["n"])), html.Td(give)])


def ranked(spot: Place | None) -> str:
    """Return a rank, said to be shared where it is; — for who is not ranked."""
    if spot is None:
        return DASH
    return t("leader.shared", rank=spot.rank) if spot.shared else str(spot.rank)


def moved(spot: Place | None, former: Place | None) -> str:
    """Return by how many ranks an area rose (+) or fell since the period before; nothing where either is missing."""
    if spot is None or former is None:
        return ""
    by = former.rank - spot.rank
    return t("leader.rose", n=by) if by > 0 else t("leader.fell", n=-by) if by else t("leader.same")


def interval(row: Row) -> str:
    """Return the 95 % interval of a rate; that there are too few cases to rank by."""
    if not row["n"]:
        return DASH
    told = t("leader.range", low=percent(row["low"], unit=False), high=percent(row["high"], unit=False))
    return told if row["n"] >= 30 else t("leader.few", range=told)
