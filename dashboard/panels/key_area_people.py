"""How many people were in the key area over the day, against its limit and the hours it needs watching."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import moment
from dashboard.charts import Figure, figure, graph
from dashboard.key_areas import Row, chosen, people
from dashboard.loaded import missing
from dashboard.look import Look, look
from dashboard.parts import Children, empty, panel
from dashboard.session import door
from dashboard.text import clock, day_short, number, t
from dashboard.view import VIEW
from data.days import bounds, local_day

CHART, NOTE, TOTAL, WHY = "key-people-chart", "key-people-note", "key-people-total", "key-people-why"
DAY_MIN, STEP_MIN = 24 * 60, 180
HEADROOM = 1.15


def layout() -> Component:
    """Return the empty chart."""
    body = [graph(CHART), html.Div(id=WHY, className="why")]
    return panel("key-people", t("key_areas.people"), body, html.Span(id=NOTE), html.Span(id=TOTAL))


@callback(Output(CHART, "figure"), Output(WHY, "children"), Output(NOTE, "children"), Output(TOTAL, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Figure, Children, str, str]:
    """Show the counts of the view's day, at night those of the day before."""
    row, style = chosen(view), look(view)
    today = last_day(row, moment.today(view or {}))
    start, end = bounds(today, door().config.zone)
    counts = people(row, start, min(end, moment.now(view or {}))) if row else []
    if row is None or not counts:
        why = missing("people_count") or empty(t("key_areas.no_counts", day=day_short(today))) if row else None
        return figure(style, [], xaxis={"visible": False}, yaxis={"visible": False}), why or " ", "", ""
    most = max(counts, key=lambda one: one["people"])
    told = t("key_areas.most", n=number(most["people"]), time=clock(most["counted_at"]))
    note = f"{row['name']} · {day_short(today)}"
    return drawn(row, counts, today, style), " ", note, f"{told} · {t('key_areas.counts', n=number(len(counts)))}"


def last_day(row: Row | None, today: date) -> date:
    """Return the view's local day, or the last one before it on which anybody was counted."""
    counted = row["counted_at"] if row else None
    return local_day(counted, door().config.zone) if counted else today


def drawn(row: Row, counts: list[Row], today: date, style: Look) -> Figure:
    """Return the line of counts, the limit with its label, and the timetable as bands."""
    zone, limit = door().config.zone, row["people_limit"]
    midnight = bounds(today, zone)[0]
    x = [_minute(one["counted_at"], midnight) for one in counts]
    y = [one["people"] for one in counts]
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": style["text-1"], "width": style.px(1.8)},
        "text": [f"{clock(one['counted_at'])} {number(one['people'])}" for one in counts],
        "hovertemplate": "%{text}<extra></extra>",
    }
    above = [number_ if limit and number_ > limit else None for number_ in y]
    dots = {**line, "mode": "markers", "y": above, "marker": {"color": style["crit"], "size": style.px(5)}}
    ticks = list(range(STEP_MIN, DAY_MIN, STEP_MIN))
    across = {
        "range": [0, DAY_MIN],
        "tickvals": ticks,
        "ticktext": [f"{at // 60:02d}:00" for at in ticks],
        "showgrid": False,
    }
    top = max([*y, limit or 0]) * HEADROOM
    up = {"range": [0, top], "nticks": 4, "tickformat": ",d"}
    margin = {"l": style.px(48), "r": style.px(20), "t": style.px(8), "b": style.px(28)}
    shapes = [*_bands(row, today, style), *_limit(limit, style)]
    notes = _words(row, limit, style)
    return figure(style, [line, dots], xaxis=across, yaxis=up, margin=margin, shapes=shapes, annotations=notes)


def _minute(at: datetime, midnight: datetime) -> float:
    return (at - midnight).total_seconds() / 60


def _bands(row: Row, today: date, style: Look) -> list[Figure]:
    spans = row["hours"].on(today)
    fill = {"fillcolor": style.faint("accent", 0.13), "line": {"width": 0}, "layer": "below"}
    upright = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1}
    return [{**upright, **fill, "x0": first, "x1": last} for first, last in spans]


def _limit(limit: int | None, style: Look) -> list[Figure]:
    stroke = {"color": style["text-1"], "width": style.px(1.2), "dash": "dot"}
    level = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "line": stroke}
    return [{**level, "y0": limit, "y1": limit}] if limit else []


def _words(row: Row, limit: int | None, style: Look) -> list[Figure]:
    if not limit:
        return []
    place = {"xref": "paper", "x": 0.005, "y": limit, "xanchor": "left", "yanchor": "bottom", "showarrow": False}
    font = {"color": style["text-1"], "size": style.px(13)}
    return [{**place, "text": t("key_areas.limit", n=number(limit)), "font": font}]
