"""The share of the cases filed in the period that are still open after so many hours, with its 95 % band."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import durations
from dashboard.charts import Figure, blank, figure, graph
from dashboard.look import Look, look
from dashboard.parts import panel
from dashboard.text import number, percent, t
from dashboard.view import VIEW
from data.analysis.survival import Survival

CHART, NOTE = "duration-curve-chart", "duration-curve-note"
DAY_H = 24.0
LEFT = 0.01  # the axis ends where fewer are open


def layout() -> Component:
    """Return the empty chart."""
    return panel("duration-curve", t("durations.curve"), graph(CHART), t("durations.curve_note"), html.Span(id=NOTE))


@callback(Output(CHART, "figure"), Output(NOTE, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Figure, str]:
    """Show the curve of the view's own area."""
    found = durations.told(view)[0][1].lasting
    if found is None:
        return blank(look(view)), t("durations.none_over")
    return drawn(found, look(view)), t("durations.counted", n=number(found.n), open=number(found.n - found.over))


def drawn(found: Survival, look: Look) -> Figure:
    """Return the steps and their band, hours as days, and the line at one half."""
    days = [hour / DAY_H for hour in found.hours]
    x, steps = [0.0, *days], {"mode": "lines", "line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip"}
    band = [
        {"x": x, "y": [1.0, *found.high], **steps},
        {"x": x, "y": [1.0, *found.low], **steps, "fill": "tonexty", "fillcolor": look["seq-2"]},
    ]
    line = {
        "x": x,
        "y": [1.0, *found.open],
        "mode": "lines",
        "line": {"color": look["accent"], "width": look.px(2), "shape": "hv"},
        "text": [
            t("durations.point", days=number(day, 1), share=percent(open_))
            for day, open_ in zip(x, [1.0, *found.open], strict=True)
        ],
        "hovertemplate": "%{text}<extra></extra>",
    }
    half = {
        "type": "line",
        "x0": 0,
        "x1": 1,
        "xref": "paper",
        "y0": 0.5,
        "y1": 0.5,
        "line": {"color": look["line-2"], "width": 1},
    }
    up = {"range": [0, 1.02], "tickvals": [0, 0.25, 0.5, 0.75, 1], "tickformat": ".0%"}
    over = {
        "title": {"text": t("durations.days"), "font": {"size": look.px(13)}},
        "range": [0, _reach(found)],
        "showgrid": False,
        "nticks": 8,
    }
    margin = {"l": look.px(52), "r": look.px(20), "t": look.px(8), "b": look.px(48)}
    return figure(look, [*band, line], xaxis=over, yaxis=up, margin=margin, shapes=[half])


def _reach(found: Survival) -> float:
    """Return the days until hardly any case is open: the long tail of a few would press the rest to the side."""
    left = [hour for hour, open_ in zip(found.hours, found.open, strict=True) if open_ > LEFT]
    return max(left[-1] if left else 0.0, float(found.hours[0])) / DAY_H * 1.05
