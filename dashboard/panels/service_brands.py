"""The service brands: activities of the period, how many took part, and their hours; a brand without any says so."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import plus
from dashboard.parts import Children, panel
from dashboard.session import door
from dashboard.text import number, t
from dashboard.view import VIEW
from data.codes import codes

BODY, TOTAL = "service-brands-body", "service-brands-total"
NOTHING = {"n": 0, "participants": None, "hours": None}


def layout() -> Component:
    """Return the empty table."""
    note = t("service.brands_note")
    return panel("service-brands", t("service.brands"), html.Div(id=BODY), note, html.Span(id=TOTAL))


@callback(Output(BODY, "children"), Output(TOTAL, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Children, str]:
    """Show every brand of the site with the activities of the view's area and period."""
    plus.only(view, "service")
    waiting = plus.absent("activity")
    if waiting:
        return waiting, ""
    found = {row["brand"]: row for row in plus.rows("activities_by_brand", **plus.asked(view))}
    known = {code.code: plus.titled(code) for code in codes(door().config, "brands")}
    named = {**known, **{brand: brand for brand in found if brand not in known}}
    heads = [t("service.brand"), t("service.activities"), t("service.participants"), t("service.hours")]
    lines = [_line(name, found.get(brand, NOTHING)) for brand, name in named.items()]
    return plus.table(heads, lines), t("service.brands_total", n=number(sum(row["n"] for row in found.values())))


def _line(name: str, row: dict[str, Any]) -> Component:
    cells = [name, number(row["n"]), number(row["participants"]), number(row["hours"], 1)]
    return html.Tr([html.Td(cell) for cell in cells], className="" if row["n"] else "apart")
