"""Rows in, refused and twice, day by day of loading, each on its own scale from zero."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import quality
from dashboard.charts import Figure, figure, graph
from dashboard.look import Look, look
from dashboard.parts import panel
from dashboard.session import door, scope
from dashboard.text import day_short, local, number, t
from dashboard.view import VIEW

CHART, NOTE = "quality-days-chart", "quality-days-note"
LANES = ("rows_in", "rejected", "duplicate")
TICKS = 6


def layout() -> Component:
    """Return the empty chart."""
    return panel("quality-days", t("quality_days.title"), graph(CHART), html.Span(id=NOTE))


@callback(Output(CHART, "figure"), Output(NOTE, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Figure, str]:
    """Show the days of the chosen feed, or of all."""
    quality.only(view, "figures")
    start, end = quality.period(view)
    feed = (view or {}).get("feed") or ""
    zone = door().config.city.zone
    rows = door().query("quality_days", scope(), start=start, end=end, feed=feed, zone=zone).to_pylist()
    counted: dict[str, dict[date, int]] = {lane: defaultdict(int) for lane in LANES}
    for row in rows:
        for lane in LANES:
            counted[lane][row["day"]] += row[lane]
    first, last = local(start).date(), local(end - timedelta(microseconds=1)).date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return lanes(days, counted, look(view)), quality.feed_name(feed) if feed else t("feeds.all")


def lanes(days: list[date], counted: dict[str, dict[date, int]], style: Look) -> Figure:
    """Return one lane of bars per count; the largest bar carries its number, the name stands over the lane."""
    data, layout, words = [], {}, []
    for at, lane in enumerate(LANES):
        axis, top = f"y{at + 1 if at else ''}", 1 - at / len(LANES)
        values = [counted[lane].get(day, 0) for day in days]
        most = max(values, default=0)
        bars = {"type": "bar", "x": list(range(len(days))), "y": values, "yaxis": axis, "width": 0.7}
        told = [f"{day_short(day)} · {number(value)}" for day, value in zip(days, values, strict=True)]
        ink = style["seq-4"] if lane == "rows_in" else style["text-3"]
        data.append({**bars, "hovertext": told, "hoverinfo": "text", "marker": {"color": ink, "line": {"width": 0}}})
        scale = {"domain": [top - 0.235, top - 0.085], "range": [0, max(most, 1) * 1.05], "showticklabels": False}
        layout[f"yaxis{at + 1 if at else ''}"] = {**scale, "showgrid": False, "fixedrange": True, "zeroline": False}
        words.append(_name(t(f"quality_days.{lane}", n=number(sum(values)), most=number(most)), top, style))
    return figure(style, data, xaxis=_ticks(days), annotations=words, margin=_margin(style), bargap=0, **layout)


def _ticks(days: list[date]) -> Figure:
    step = max(1, -(-len(days) // TICKS))
    shown = list(range(len(days) - 1, -1, -step))[::-1]
    named = [day_short(days[at]) for at in shown]
    ends = [-0.6, len(days) - 0.4]
    return {"range": ends, "tickvals": shown, "ticktext": named, "showgrid": False, "anchor": "y3", "zeroline": False}


def _name(words: str, top: float, style: Look) -> Figure:
    place = {"x": 0, "y": top - 0.005, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top"}
    return {**place, "text": words, "showarrow": False, "font": {"color": style["text-2"], "size": style.px(13)}}


def _margin(style: Look) -> dict[str, float]:
    return {"l": style.px(16), "r": style.px(16), "t": 0, "b": style.px(24)}
