"""The grids that have none of the chosen overlay: a list to work through."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import place, plus
from dashboard.panels.breadcrumb import choice
from dashboard.panels.plus_map import day
from dashboard.panels.segments import segments
from dashboard.parts import Children, empty, panel
from dashboard.takeaway import export_menu
from dashboard.text import named, number, t
from dashboard.view import VIEW

BODY, TITLE = "plus-without-body", "plus-without-title"
MOST = 500


def layout(overlay: str = "") -> Component:
    """Return the empty list under the choice of the overlay."""
    chooser = segments("overlay", [(kind, t(f"plus.{kind}")) for kind in plus.OVERLAYS], overlay)
    body = [chooser, html.Div(id=BODY)]
    return panel("plus-without", html.Span(id=TITLE), body, total=export_menu("plus_without"))


@callback(Output(BODY, "children"), Output(TITLE, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Children, Children]:
    """Show the grids of the view's area without the overlay it lists."""
    plus.only(view, "overlays")
    kind = plus.overlay(view)
    title = t(f"plus.none_{kind}")
    waiting = plus.absent(plus.FEEDS[kind])
    if waiting:
        return waiting, title
    rows = plus.rows("grids_without", overlay=kind, **day(view))
    if not rows:
        return empty(t(f"plus.all_{kind}", area=place.title(view))), _title(title, number(0))
    listed = [_line(row) for row in rows[:MOST]]
    cut = t("cases.cut", n=number(MOST)) if len(rows) > MOST else ""
    return listed, _title(title, number(len(rows)), cut)


def _title(words: str, n: str, cut: str = "") -> list[Children]:
    return [words, html.Small(" · ".join(filter(None, (t("plus.listed", n=n), cut))))]


def _line(row: dict[str, Any]) -> Component:
    parent = named({"name": row["parent_name"], "name_en": row["parent_name_en"]})
    return html.Div([choice(named(row), row["area_id"]), html.Span(parent)], className="row")
