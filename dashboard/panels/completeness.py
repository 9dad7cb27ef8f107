"""Completeness: the areas below the view's, each data set and month: the days with rows; what is missing is coloured.

A month counts from the first day the data set ever reached the home, and up to today; before that it is —.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import moment, place, quality
from dashboard.panels.breadcrumb import choice, is_leaf
from dashboard.parts import empty, panel
from dashboard.session import door, scope
from dashboard.takeaway import export_menu
from dashboard.text import DASH, named, number, t
from dashboard.tree import UNLOCATED, tree
from dashboard.view import VIEW

BODY, NOTE = "completeness-body", "completeness-note"
DATASETS = ("fix", "incident", "incident_step")
REFERENCE = ("bounded", "counted", "classed")
MONTHS = 6
CLASSES = (0.0, 0.05, 0.2, 0.5)  # a gap above each is one class darker

Row = dict[str, Any]
Cells = dict[tuple[str, str, date], Row]
Known = tuple[Cells, dict[str, date], dict[str, Row]]  # cells, first day of each data set, reference rows by area


def layout() -> Component:
    """Return the empty matrix."""
    total = [_legend(), export_menu("completeness")]
    return panel("completeness", t("completeness.title"), html.Div(id=BODY), html.Span(id=NOTE), total)


@callback(Output(BODY, "children"), Output(NOTE, "children"), VIEW)
def show(view: Row | None) -> tuple[Any, str]:
    """Show a line per area and a column per data set and month, and what every grid should have."""
    quality.only(view, "complete")
    today, area = moment.today(view or {}), place.area(view)
    level = place.below(view)
    months = last_months(today)
    facts = {"area": area, "level": level, "first_day": months[0], "last_day": today, "zone": door().config.city.zone}
    rows = door().query("completeness", scope(), **facts).to_pylist()
    has = door().query("completeness_reference", scope(), area=area, level=level, day=today).to_pylist()
    cells: Cells = {(row["area_id"], row["dataset"], row["month"]): row for row in rows}
    since = {row["dataset"]: row["since"] for row in rows}
    reference = {row["area_id"]: row for row in has}
    lines = [_line(one, (cells, since, reference), months, today) for one in areas(view, cells)]
    if not lines:
        return empty(t("completeness.none", area=place.title(view))), ""
    table = html.Table([html.Thead(_head(months)), html.Tbody(lines)], className="heat-table")
    return table, t("completeness.note", area=place.title(view), level=place.level_name(level))


def last_months(today: date) -> list[date]:
    """Return the first days of the last months, the one of `today` last."""
    months = [today.replace(day=1)]
    while len(months) < MONTHS:
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    return months


def expected(month: date, since: date | None, today: date) -> int:
    """Return the days of a month on which rows could have come: not before the first ever, not after today."""
    last = month.replace(day=monthrange(month.year, month.month)[1])
    if since is None or since > last:
        return 0
    return max((min(last, today) - max(month, since)).days + 1, 0)


def areas(view: Row | None, cells: Cells) -> list[Row]:
    """Return the areas of the lines: those right below the view's (itself, if a leaf), last what nobody placed."""
    known, here = tree(moment.today(view or {})), place.area(view)
    below = [here] if is_leaf(view) else sorted(known.children.get(here, []))
    listed = [known.rows[area] for area in below if area in known.rows]
    if any(area == f"{here}{UNLOCATED}" for area, _, _ in cells):
        listed.append({"area_id": f"{here}{UNLOCATED}", "level": "unlocated"})
    return listed


def _line(area: Row, known: Known, months: list[date], today: date) -> Component:
    cells, since, reference = known
    area_id, located = area["area_id"], area["level"] != "unlocated"
    name = _name(area) if located else t("children.unlocated")
    out = [html.Th(name)]
    for dataset in DATASETS:
        for month in months:
            row = cells.get((area_id, dataset, month), {"days": 0, "n": 0})
            out.append(_cell(row, expected(month, since.get(dataset), today), located, month == months[0]))
    row = reference.get(area_id)
    for what in REFERENCE:
        edge = "first" if what == REFERENCE[0] else ""
        out.append(_share(row[what], row["leaves"], edge) if row else html.Td(DASH, className=f"none {edge}".strip()))
    return html.Tr(out, className="" if located else "apart")


def _name(area: Row) -> Any:
    return choice(named(area), area["area_id"]) if area["level"] != door().config.leaf else named(area)


def _cell(row: Row, whole: int, located: bool, first: bool) -> Component:
    """Return the days with rows of a month; what nobody placed is counted and judged by nothing."""
    about = t("completeness.cell", days=number(row["days"]), whole=number(whole), n=number(row["n"]))
    edge = "first" if first else ""
    if not whole:
        return html.Td(DASH, className=f"none {edge}".strip())
    if not located:
        return html.Td(number(row["n"], short=True), className=edge, title=about)
    share = row["days"] / whole
    return html.Td(number(share * 100), className=f"gap-{gap(share)} {edge}".strip(), title=about)


def _share(part: int, whole: int, edge: str) -> Component:
    share = part / whole if whole else 0.0
    about = t("completeness.grids", n=number(part), whole=number(whole))
    return html.Td(number(share * 100), className=f"gap-{gap(share)} {edge}".strip(), title=about)


def gap(share: float) -> int:
    """Return the class 0-4 of what is missing: 0 nothing, then above 0, 5, 20 and 50 %."""
    return sum(1 - share > edge + 1e-9 for edge in CLASSES)


def _head(months: list[date]) -> list[Component]:
    wide: Any = {"colSpan": len(months)}
    groups = [html.Th(quality.feed_name(name), **wide, className="first") for name in DATASETS]
    wider: Any = {"colSpan": len(REFERENCE)}
    first = [html.Th(t("completeness.area")), *groups, html.Th(t("completeness.reference"), **wider, className="first")]
    words = t("format.months").split()
    named_months = _titles([t("completeness.month", month=words[m.month - 1]) for m in months])
    last = _titles([t(f"completeness.{what}") for what in REFERENCE])
    return [html.Tr(first), html.Tr([html.Th(), *named_months * len(DATASETS), *last])]


def _titles(names: list[str]) -> list[Component]:
    return [html.Th(name, className="" if at else "first") for at, name in enumerate(names)]


def _legend() -> Component:
    marks = ["0", *(f"> {edge * 100:g}%" for edge in CLASSES)]
    parts: list[Any] = [t("completeness.missing")]
    for at, words in enumerate(marks):
        parts += [html.I(className=f"swatch gap-{at}"), html.Small(words)]
    return html.Span(parts, className="steps-of-fill")
