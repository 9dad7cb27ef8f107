"""How long cases take, area by area: to the first act and to the end, in both clocks, open cases counted too."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import durations
from dashboard.loaded import missing
from dashboard.parts import panel
from dashboard.takeaway import export_menu
from dashboard.text import DASH, hours, named, number, t
from dashboard.tree import UNLOCATED
from dashboard.view import VIEW
from data.analysis.durations import Durations, Quantiles

BODY = "duration-table-body"
GROUPS = (("response", 4), ("closing", 4), ("late", 3))
HEADS = ("n", "worked", "natural", "p90", "n", "worked", "natural", "lasting", "once", "twice", "more")
HOUR_S = 3600.0

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty table."""
    note = t("durations.note")
    return panel("duration-table", t("durations.table"), html.Div(id=BODY), note, export_menu("durations"))


@callback(Output(BODY, "children"), VIEW)
def show(view: Row | None) -> Component:
    """Show the view's area, then those right below it."""
    absent = missing("incident")
    if absent:
        return absent
    groups = [html.Th(), *(html.Th(t(f"durations.{name}"), colSpan=wide) for name, wide in GROUPS)]
    heads = [html.Th(t("durations.area")), *(html.Th(t(f"durations.{name}")) for name in HEADS)]
    lines = [_line(row, found, own=at == 0) for at, (row, found) in enumerate(durations.told(view))]
    return html.Table([html.Thead([html.Tr(groups, className="groups"), html.Tr(heads)]), html.Tbody(lines)])


def _line(row: Row, found: Durations, own: bool) -> Component:
    cells = [*_response(found), *_closing(found), *(number(n) if n else DASH for n in found.late)]
    return html.Tr([html.Th(_name(row, own)), *map(html.Td, cells)], className="own" if own else None)


def _name(row: Row, own: bool) -> Any:
    if own or row["level"] == UNLOCATED:
        return named(row)
    choose: Any = {"data-choose": "area", "data-to": row["area_id"]}
    return html.Button(named(row), type="button", className="link", **choose)


def _response(found: Durations) -> list[str]:
    return [_count(found.response), _time(found.response_worked.median), *map(_time, _both(found.response))]


def _closing(found: Durations) -> list[str]:
    return [_count(found.closing), _time(found.closing_worked.median), _time(found.closing.median), lasting(found)]


def lasting(found: Durations) -> str:
    """Return the median with open cases counted, and its 95 % interval; open ends where half are not over yet."""
    if found.lasting is None:
        return DASH
    middle, low, high = found.lasting.median()
    if middle is None:
        return t("durations.not_reached", n=number(found.lasting.n - found.lasting.over))
    ends = {"low": _time(low), "high": _time(high) if high is not None else t("durations.no_end")}
    return t("durations.interval", time=_time(middle), **ends)


def _both(found: Quantiles) -> tuple[float | None, float | None]:
    return found.median, found.p90


def _count(found: Quantiles) -> str:
    return number(found.n) if found.n else DASH


def _time(value: float | None) -> str:
    return hours(None if value is None else value * HOUR_S)
