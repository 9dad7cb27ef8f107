"""How many grids of each area right below have a party organisation, a beat, a mediation room, volunteers."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import moment, place, plus
from dashboard.panels.breadcrumb import choice
from dashboard.panels.plus_map import day
from dashboard.parts import Children, empty, panel
from dashboard.takeaway import export_menu
from dashboard.text import DASH, day_long, named, number, percent, t
from dashboard.view import VIEW

BODY, NOTE = "plus-coverage-body", "plus-coverage-note"


def layout() -> Component:
    """Return the empty table."""
    menu = export_menu("plus_coverage")
    return panel("plus-coverage", t("plus.coverage"), html.Div(id=BODY), html.Span(id=NOTE), menu)


@callback(Output(BODY, "children"), Output(NOTE, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Children, str]:
    """Show the coverage of the view's area and of every area right below it."""
    plus.only(view, "overlays")
    asked, here = day(view), place.area(view)
    level, below = place.level(view), place.below(view)
    rows = plus.rows("grid_plus_coverage", level=level, **asked)
    if below != level:
        rows += plus.rows("grid_plus_coverage", level=below, **asked)
    if not rows:
        return empty(t("plus.no_grids", area=place.title(view))), ""
    loaded = {kind: plus.absent(plus.FEEDS[kind]) is None for kind in plus.OVERLAYS}
    heads = [place.level_name(below), t("plus.grids"), *(t(f"plus.{kind}") for kind in plus.OVERLAYS)]
    lines = [_line(row, row["area_id"] == here, loaded) for row in rows]
    waiting = [plus.absent(feed) for feed in dict.fromkeys(plus.FEEDS.values())]
    note = t("plus.coverage_note", area=place.title(view), n=number(rows[0]["grids"]))
    dated = t("plus.on_day", day=day_long(moment.today(view or {})))
    return [plus.table(heads, lines), *filter(None, waiting)], f"{note} · {dated}"


def _line(row: dict[str, Any], whole: bool, loaded: dict[str, bool]) -> Component:
    cells = [html.Td(named(row) if whole else choice(named(row), row["area_id"])), html.Td(number(row["grids"]))]
    cells += [html.Td(_share(row[kind], row["grids"]) if loaded[kind] else DASH) for kind in plus.OVERLAYS]
    return html.Tr(cells, className="whole" if whole else "")


def _share(part: int, grids: int) -> list[Any]:
    return [html.B(percent(part / grids if grids else None)), html.Small(f"{number(part)}/{number(grids)}")]
