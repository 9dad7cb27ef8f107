"""Incidents a day against what was to be expected of the day; days of rest are marked, unusual days filled."""

from __future__ import annotations

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
from data.analysis.expected import WEEKS, Expected, expected
from data.days import midnight

CHART, NOTE = "leader-trend-chart", "leader-trend-note"
DAY_S = 3600
MOST_DAYS, MOST_TICKS = 120, 6


def layout() -> Component:
    """Return the empty chart."""
    total = [html.Span(id=NOTE), export_menu("leader_trend")]
    return panel("leader-trend", t("leader.trend"), graph(CHART), t("leader.trend_note"), total)


@callback(Output(CHART, "figure"), Output(NOTE, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Figure, str]:
    """Show the whole days of the view's period."""
    days = told(view)
    high, low = (sum(day.unusual == side for day in days) for side in (1, -1))
    return drawn(days, look(view)), t("leader.unusual", high=number(high), low=number(low))


def told(view: dict[str, Any] | None) -> list[Expected]:
    """Return the whole local days of the view's period, each with what was to be expected."""
    period, zone = moment.span(view or {}), door().config.zone
    last = min(period.last, local(moment.now(view or {})).date() - timedelta(days=1))
    count = min((last - period.first).days + 1, MOST_DAYS)
    days = [last - timedelta(days=count - 1 - at) for at in range(max(count, 0))]
    if not days:
        return []
    start = midnight(days[0] - timedelta(weeks=WEEKS, days=7), zone)
    facts = {"area": place.area(view), "start": start, "end": midnight(last + timedelta(days=1), zone)}
    counts: dict[date, int] = {}
    for row in door().query("incident_bins", scope(), seconds=DAY_S, **facts).to_pylist():
        day = local(row["bin_at"]).date()
        counts[day] = counts.get(day, 0) + row["n"]
    return expected(counts, days, door().calendar.is_workday)


def drawn(days: list[Expected], look: Look) -> Figure:
    """Return the band, the days as marks (filled where unusual), and a tick under each day of rest."""
    known = [day for day in days if day.low is not None]
    x = [day.day.isoformat() for day in known]
    ribbon = [
        {"x": x, "y": [day.high for day in known], "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"},
        {"x": x, "y": [day.low for day in known], "mode": "lines", "line": {"width": 0}, "fill": "tonexty",
         "fillcolor": look["seq-2"], "hoverinfo": "skip"},
    ]  # fmt: skip
    colours = [look["warn"] if day.unusual else look["text-1"] for day in days]
    marks = {
        "x": [day.day.isoformat() for day in days],
        "y": [day.n for day in days],
        "mode": "lines+markers",
        "line": {"color": look["text-2"], "width": look.px(1.5)},
        "marker": {
            "color": colours,
            "size": look.px(6),
            "symbol": ["diamond" if d.unusual else "circle" for d in days],
        },
        "text": [_words(day) for day in days],
        "hovertemplate": "%{text}<extra></extra>",
    }
    rest = [day for day in days if not door().calendar.is_workday(day.day)]
    resting = {
        "x": [day.day.isoformat() for day in rest],
        "y": [0 for _ in rest],
        "mode": "markers",
        "marker": {"color": look["text-3"], "symbol": "line-ew-open", "size": look.px(7)},
        "hoverinfo": "skip",
    }
    step = -(-len(days) // MOST_TICKS) or 1
    ticks = [day.day for day in days[::step]]
    axis = {
        "tickvals": [day.isoformat() for day in ticks],
        "ticktext": [day_short(day) for day in ticks],
        "type": "date",
        "tickangle": 0,
        "showgrid": False,
    }
    up = {"rangemode": "tozero", "nticks": 4, "tickformat": ",d"}
    margin = {"l": look.px(44), "r": look.px(16), "t": look.px(6), "b": look.px(28)}
    return figure(look, [*ribbon, marks, resting], xaxis=axis, yaxis=up, margin=margin)


def _words(day: Expected) -> str:
    if day.mean is None:
        return t("leader.day_alone", day=day_short(day.day), n=number(day.n))
    ends = {"low": number(day.low), "high": number(day.high)}
    return t("leader.day", day=day_short(day.day), n=number(day.n), mean=number(day.mean, 1), **ends)
