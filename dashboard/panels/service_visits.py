"""Visits per 100 households of each area right below: how many households there are is the measure."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import place, plus
from dashboard.panels.breadcrumb import choice
from dashboard.parts import Children, empty, panel
from dashboard.text import DASH, named, number, t
from dashboard.view import VIEW

BODY, TOTAL = "service-visits-body", "service-visits-total"
COLUMNS = ("visits", "households_visited", "households", "per_100")


def layout() -> Component:
    """Return the empty table."""
    note = t("service.visits_note")
    return panel("service-visits", t("service.visits"), html.Div(id=BODY), note, html.Span(id=TOTAL))


@callback(Output(BODY, "children"), Output(TOTAL, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Children, str]:
    """Show the visits of the view's period, the area with the fewest per household first."""
    plus.only(view, "service")
    waiting = plus.absent("visit")
    if waiting:
        return waiting, ""
    rows = plus.rows("visits", **plus.asked(view))
    if not rows:
        return empty(t("service.no_visits", area=place.title(view))), ""
    rows.sort(key=lambda row: (per_100(row) is None, per_100(row) or 0, row["area_id"]))
    heads = [place.level_name(place.below(view)), *(t(f"service.{name}") for name in COLUMNS)]
    lines = [_line(row, place.area(view)) for row in rows]
    return plus.table(heads, lines), t("service.visits_total", n=number(sum(row["visits"] for row in rows)))


def per_100(row: dict[str, Any]) -> float | None:
    """Return household visits per 100 households; None where no household is known."""
    return row["households_visited"] / row["households"] * 100 if row["households"] else None


def _line(row: dict[str, Any], area: str) -> Component:
    virtual = row["area_id"] == f"{area}~"
    name = t("children.unlocated") if virtual else choice(named(row), row["area_id"])
    rate = per_100(row)
    cells = [name, number(row["visits"]), number(row["households_visited"]), number(row["households"])]
    cells.append(html.B(number(rate, 1)) if rate is not None else DASH)
    return html.Tr([html.Td(cell) for cell in cells], className="apart" if virtual else "")
