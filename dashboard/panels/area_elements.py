"""The five element classes of an area as counts: people, places, things, events, organisations; as of which day."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import moment, place, plus
from dashboard.parts import Children, empty, panel
from dashboard.text import number, t
from dashboard.view import VIEW

BODY, NOTE = "elements-body", "elements-note"
CLASSES = ("person", "place", "thing", "event", "organisation")


def layout() -> Component:
    """Return the empty table of counts."""
    return panel("elements", t("elements.title"), html.Div(id=BODY), html.Span(id=NOTE))


@callback(Output(BODY, "children"), Output(NOTE, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Children, str]:
    """Show the newest counts of the view's area; above the grid they are sums of what its grids told."""
    waiting = plus.absent("element_count")
    if waiting:
        return waiting, ""
    view = view or {}
    rows = plus.rows("elements", area=place.area(view), day=moment.today(view))
    if not rows:
        return empty(t("elements.nothing", area=place.title(view))), ""
    told = max((row["areas"] or 0 for row in rows), default=0)
    columns = [_column(name, [row for row in rows if row["element_class"] == name]) for name in CLASSES]
    sum_of = t("elements.told_by", n=number(told)) if place.below(view) != place.level(view) else ""
    note = " · ".join(filter(None, (plus.as_of(rows), sum_of)))
    return [html.Div(columns, className="five"), *plus.withheld(rows)], note


def _column(name: str, rows: list[dict[str, Any]]) -> Component:
    """Return a class with its items; items are of different kinds, so that no sum over them is made."""
    items = [
        html.Div([html.Dt(plus.coded("element_items", row["item"])), html.Dd(plus.count(row))]) for row in rows
    ] or [html.Div(html.Dt(t("elements.none")))]
    return html.Div([html.H3(t(f"elements.{name}")), html.Dl(items)])
