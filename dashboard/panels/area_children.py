"""What lies right below the area, with key numbers; the way further down, and what nobody could place."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import figures, moment, place
from dashboard.loaded import loaded
from dashboard.panels.breadcrumb import choice, is_leaf
from dashboard.parts import empty, panel
from dashboard.session import door, scope
from dashboard.takeaway import export_menu
from dashboard.text import named, number, percent, t
from dashboard.tree import tree
from dashboard.view import VIEW

BODY, NOTE = "children-body", "children-note"
COLUMNS = ("name", "households", "reported", "open", "rate", "n", "coverage")

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty list."""
    return panel("children", t("children.title"), html.Div(id=BODY), html.Span(id=NOTE), export_menu("children"))


@callback(Output(BODY, "children"), Output(NOTE, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Any, str]:
    """Show the areas below the view's, or that there are none."""
    if is_leaf(view):
        return empty(t("children.leaf", area=place.title(view))), ""
    rows = lines(view)
    level = place.level_name(place.below(view))
    head = html.Tr([html.Th(t(f"children.{name}")) for name in COLUMNS])
    table = html.Table([html.Thead(head), html.Tbody([_line(row) for row in rows])])
    return table, t("children.note", n=number(sum(row["located"] for row in rows)), level=level)


def lines(view: dict[str, Any] | None) -> list[Row]:
    """Return one row per child, most incidents first, and last what is only known to lie in the area."""
    view, area = view or {}, place.area(view)
    known, period = tree(moment.today(view)), moment.period(view)
    running = door().query("incidents_open", scope(), area=area, now=moment.now(view))["area_id"].to_pylist()
    unclosed = Counter(known.child_of(leaf, area) for leaf in running)
    rates, covers = (_by_area(name, view) for name in ("in_grid_on_time", "coverage"))
    facts = {"area": area, "start": period[0], "end": period[1], "level": place.below(view)}
    counts = {row["area_id"]: row for row in door().query("incident_counts", scope(), **facts).to_pylist()}
    virtual = {"name": place.title(view), "level": "unlocated", "n": 0}
    for extra in unclosed.keys() - counts.keys():
        counts[str(extra)] = {**virtual, "area_id": extra}
    made, heard = [], "incident" in loaded()
    for area_id, row in counts.items():
        located = row["level"] != "unlocated"
        households = known.households(area_id) if located else None
        made.append(
            {
                "area_id": area_id,
                "located": located,
                "name": named(row) if located else t("children.unlocated"),
                "households": households,
                "reported": row["n"] if heard else None,
                "open": unclosed[area_id] if heard else None,
                "rate": rates.get(area_id, figures.NOTHING),
                "coverage": covers.get(area_id, figures.NOTHING),
            }
        )
    return sorted(made, key=lambda row: (not row["located"], -(row["reported"] or 0), row["area_id"]))


def _by_area(name: str, view: dict[str, Any]) -> dict[str, Row]:
    rows = figures.below(name, view, moment.period(view))
    if name == "coverage" and not any(row["part"] for row in rows):
        return {}
    return {row["area_id"]: row for row in rows}


def _line(row: Row) -> Component:
    rate, cover = row["rate"], row["coverage"]
    name = choice(row["name"], row["area_id"]) if row["located"] else row["name"]
    cells = [
        html.Td(name),
        html.Td(number(row["households"])),
        html.Td(number(row["reported"])),
        html.Td(number(row["open"])),
        html.Td(html.B(percent(rate["value"]))),
        html.Td(number(rate["n"]), className="note"),
        html.Td(percent(cover["value"])),
    ]
    return html.Tr(cells, className="" if row["located"] else "apart")
