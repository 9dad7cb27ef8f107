"""Special groups of an area and its direct children: counts only, small ones hidden, after a reason, and noted.

The panel is in no layout of an account without the right, and in none of a wall. Nothing of it is ever on a map.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import place, plus, reason, reason_form
from dashboard.parts import Children, empty, icon, panel
from dashboard.session import door, is_kiosk, scope
from dashboard.text import named, t
from dashboard.view import VIEW, address, hidden

BODY, NOTE = "special-body", "special-note"
ASKER, FORM = "special", "special-form"


def allowed() -> bool:
    """Say whether this screen may show special groups: the account has the right, and it is no wall."""
    return scope().sees_special_groups and not is_kiosk() and address().get("kiosk") != "1"


def layout() -> Component:
    """Return the form that asks for the reason."""
    form = html.Div([html.Span([icon("lock"), t("special.needs")]), html.Div(reason_form.fields(ASKER))], id=FORM)
    body = [html.Div(id=BODY), form, hidden("reason")]
    return panel("special", t("special.title"), body, html.Span(id=NOTE))


reason_form.keep(ASKER)


@callback(Output(BODY, "children"), Output(NOTE, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Children, str]:
    """Show the counts once a reason was given on this screen; every look is noted with it. The form then goes (CSS)."""
    if not allowed() or (view or {}).get("kiosk") == "1":
        return empty(t("state.no_permission")), ""
    if not (view or {}).get("reason") or not reason.given():
        return [], ""
    waiting = plus.absent("population")
    if waiting:
        return waiting, ""
    rows = door().query("special_groups", reason.who(), area=place.area(view)).to_pylist()
    if not rows:
        return empty(t("special.nothing", area=place.title(view))), ""
    noted = html.P([icon("lock"), t("people.noted", reason=reason.given())], className="note")
    return [noted, _table(rows), *plus.withheld(rows)], plus.published(rows)


def _table(rows: list[dict[str, Any]]) -> Component:
    classes = sorted({row["class"] for row in rows})
    lines = []
    for _, found in groupby(rows, lambda row: row["area_id"]):
        own = {row["class"]: row for row in found}
        first = next(iter(own.values()))
        name = t("children.unlocated") if first["level"] == "unlocated" else named(first)
        cells = [plus.count(own[one]) if one in own else t("special.none") for one in classes]
        lines.append(html.Tr([html.Td(cell) for cell in (name, *cells)]))
    return plus.table([t("special.area"), *(plus.coded("population_classes", one) for one in classes)], lines)
