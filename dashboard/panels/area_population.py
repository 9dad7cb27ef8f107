"""The ordinary classes of people of an area, small counts hidden; classes overlap and are never added up."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import place, plus
from dashboard.parts import Children, empty, panel
from dashboard.text import t
from dashboard.view import VIEW

BODY, TOTAL = "population-body", "population-total"


def layout() -> Component:
    """Return the empty list."""
    return panel("population", t("population.title"), html.Div(id=BODY), t("population.note"), html.Span(id=TOTAL))


@callback(Output(BODY, "children"), Output(TOTAL, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Children, str]:
    """Show the classes counted in the view's area."""
    waiting = plus.absent("population")
    if waiting:
        return waiting, ""
    rows = plus.rows("population", area=place.area(view))
    if not rows:
        return empty(t("population.nothing", area=place.title(view))), ""
    facts = [
        html.Div([html.Dt(plus.coded("population_classes", row["class"])), html.Dd(plus.count(row))]) for row in rows
    ]
    return [html.Dl(facts), *plus.withheld(rows)], plus.published(rows)
