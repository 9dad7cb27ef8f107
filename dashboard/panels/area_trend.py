"""Incidents of the area per local day of the period, from zero; the day that is not over stands hollow."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import moment, place
from dashboard.charts import Figure, figure, graph
from dashboard.look import Look, look
from dashboard.parts import panel
from dashboard.session import door, scope
from dashboard.takeaway import export_menu
from dashboard.text import day_short, local, number, t
from dashboard.view import VIEW
from data.days import local_day

CHART, TOTAL = "area-trend-chart", "area-trend-total"
HOUR_S = 3600
MOST_TICKS = 8
WEEKEND = 5


def layout() -> Component:
    """Return the empty chart."""
    total = [html.Span(id=TOTAL), export_menu("area_trend")]
    return panel("area-trend", t("area_trend.title"), graph(CHART), t("area_trend.note"), total)


@callback(Output(CHART, "figure"), Output(TOTAL, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Figure, str]:
    """Show the days of the view's period."""
    counts, over = by_day(view)
    whole = [n for day, n in counts.items() if day != over]
    mean = sum(whole) / len(whole) if whole else None
    told = t("area_trend.total", n=number(sum(counts.values())), mean=number(mean, 1))
    return drawn(counts, over, mean, look(view)), told


def by_day(view: dict[str, Any] | None) -> tuple[dict[date, int], date | None]:
    """Return incidents per local day, and the day that is not over at the view's moment (None: all are)."""
    start, end = moment.period(view or {})
    now, zone = moment.now(view or {}), door().config.zone
    bins = door().query("incident_bins", scope(), area=place.area(view), start=start, end=end, seconds=HOUR_S)
    counted: Counter[date] = Counter()
    for row in bins.to_pylist():
        counted[local(row["bin_at"]).date()] += row["n"]
    first, last = local_day(start, zone), moment.today(view or {})
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    return {day: counted[day] for day in days}, last if now < end else None


def drawn(counts: dict[date, int], over: date | None, mean: float | None, style: Look) -> Figure:
    """Return the bars, weekends fainter, with the mean of whole days as a line."""
    days = list(counts)
    fill = [
        style["bg-1"] if day == over else style.faint("text-2", 0.5 if day.weekday() >= WEEKEND else 0.85)
        for day in days
    ]
    bars = {
        "type": "bar",
        "x": list(range(len(days))),
        "y": list(counts.values()),
        "marker": {
            "color": fill,
            "line": {"width": [style.px(1.2) if day == over else 0 for day in days], "color": style["text-2"]},
        },
        "text": [f"{day_short(day)} {number(n)}" for day, n in counts.items()],
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }
    every = max(1, -(-len(days) // MOST_TICKS))
    marked = list(range(len(days) - 1, -1, -every))
    across = {"tickvals": marked, "ticktext": [day_short(days[at]) for at in marked], "showgrid": False}
    up = {"rangemode": "tozero", "nticks": 4, "tickformat": ",d"}
    line = {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": mean, "y1": mean, "layer": "above"}
    stroke = {"color": style["text-1"], "width": style.px(1), "dash": "dot"}
    margin = {"l": style.px(44), "r": style.px(16), "t": style.px(6), "b": style.px(28)}
    shapes = [{**line, "line": stroke}] if mean else []
    return figure(style, [bars], xaxis=across, yaxis=up, margin=margin, bargap=0.28, shapes=shapes)
