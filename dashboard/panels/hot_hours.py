"""When the incidents of the step were reported: weekday by hour of the city's clock, lying to take little room."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import hot
from dashboard.panels.incident_flow import HOURS, STEPS, WEEKDAYS
from dashboard.parts import empty, panel
from dashboard.text import number, t
from dashboard.view import VIEW

BODY, NOTE, TOTAL = "hot-hours-body", "hot-hours-note", "hot-hours-total"
EVERY = 3  # hours between two heads

View = dict[str, Any]


def layout() -> Component:
    """Return the empty matrix."""
    return panel("hot-hours", t("hotspots.hours"), html.Div(id=BODY), html.Span(id=NOTE), html.Span(id=TOTAL))


@callback(Output(BODY, "children"), Output(NOTE, "children"), Output(TOTAL, "children"), VIEW)
def show(view: View | None) -> tuple[Any, str, str]:
    """Show the matrix of the view's question, and its highest hour in words: cells are too small for numbers."""
    counts = counted(hot.found(view).hours)
    if not counts:
        return empty(t("hotspots.no_hours")), "", ""
    return _matrix(counts), peak(counts), t("hotspots.hours_total", n=number(counts.total()))


def peak(counts: Counter[tuple[int, int]]) -> str:
    """Return weekday and hour with the most, and how many."""
    (day, hour), n = max(counts.items(), key=lambda item: (item[1], -item[0][0], -item[0][1]))
    return t("hotspots.hours_peak", day=t("format.weekdays").split()[day - 1], hour=f"{hour:02d}", n=number(n))


def counted(hours: Any) -> Counter[tuple[int, int]]:
    """Count by (weekday 1 Monday .. 7, hour) from 7 x 24 numbers; cells without any are left out."""
    cells = ((day + 1, hour, int(n)) for day, row in enumerate(hours) for hour, n in enumerate(row))
    return Counter({(day, hour): n for day, hour, n in cells if n})


def _matrix(counts: Counter[tuple[int, int]]) -> Component:
    top = max(counts.values())
    cells: list[Component] = []
    for day, name in enumerate(t("format.weekdays").split(), start=1):
        cells.append(html.Span(name, className="head" + (" rest" if day > WEEKDAYS - 2 else "")))
        cells += [_cell(counts[day, hour], top) for hour in range(HOURS)]
    heads = [html.Span(f"{hour:02d}" if hour % EVERY == 0 else "", className="hour") for hour in range(HOURS)]
    return html.Div([*cells, html.Span(), *heads], className="matrix lying")


def _cell(n: int, top: int) -> Component:
    step = 1 if not n else min(STEPS, 1 + (n * STEPS - 1) // top)
    return html.I(className=f"seq-{step}", title=number(n))
