"""Today's inflow per quarter of an hour against what is usual on this weekday; as a strip on the wide wall."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import moment, place
from dashboard.charts import graph
from dashboard.inflow import strip, trend
from dashboard.look import look
from dashboard.parts import panel
from dashboard.session import door, scope
from dashboard.text import day_long, number, t
from dashboard.usual import BINS_S, FEWEST_CASES, Day, usual
from dashboard.view import VIEW
from data.days import bounds

CHART, TOTAL = "trend-chart", "trend-total"
STRIP, STRIP_NOTE = "day-chart", "day-note"


def layout() -> Component:
    """Return the empty trend."""
    return panel("trend", t("trend.title"), graph(CHART), total=html.Span(id=TOTAL))


def wide() -> Component:
    """Return the empty strip of the wide wall."""
    return panel("day", t("trend.day"), graph(STRIP), html.Span(id=STRIP_NOTE))


@callback(Output(CHART, "figure"), Output(TOTAL, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[dict[str, Any], str]:
    """Show the line of the view's day."""
    day = so_far(view)
    return trend(day, look(view)), summed(day)


@callback(Output(STRIP, "figure"), Output(STRIP_NOTE, "children"), VIEW)
def show_wide(view: dict[str, Any] | None) -> tuple[dict[str, Any], str]:
    """Show the strip of the view's day."""
    day = so_far(view)
    return strip(day, look(view)), f"{day_long(moment.today(view or {}))} · {summed(day)}"


def so_far(view: dict[str, Any] | None) -> Day:
    """Return the view's day up to its moment."""
    start, end = bounds(moment.today(view or {}), door().config.zone)
    now = moment.now(view or {})
    facts = {"area": place.area(view), "start": start}
    for seconds in BINS_S:
        past = door().query("incident_expected", scope(), seconds=seconds, **facts).to_pylist()
        if sum(row["n"] for row in past) >= FEWEST_CASES * len({row["week"] for row in past}):
            break
    bins = door().query("incident_bins", scope(), end=now, seconds=seconds, **facts).to_pylist()
    passed, whole = (now - start).total_seconds() / 3600, (end - start).total_seconds() / 3600
    return Day([row["n"] for row in bins], passed, whole, usual(past), seconds)


def summed(day: Day) -> str:
    """Return the sum so far beside what is usual by now."""
    total, every = number(sum(day.counts)), t("trend.quarter" if day.seconds == BINS_S[0] else "trend.hour")
    if day.usual is None:
        return t("trend.total", every=every, total=total)
    at = max(min(len(day.counts), len(day.usual.sum_low)) - 1, 0)
    low, high = number(day.usual.sum_low[at]), number(day.usual.sum_high[at])
    return t("trend.total_usual", every=every, total=total, low=low, high=high)
