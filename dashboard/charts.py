"""Figures under one template: plain Plotly dicts, no WebGL traces, colours and sizes from the look.

Gridlines run in one direction; there are no axis lines; what a mark means is written beside it, not in a legend.
The ranking with intervals stands in intervals.py, figures of a day in inflow.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from dash import dcc

from dashboard.look import Look
from dashboard.text import number, voice

Figure = dict[str, Any]
ARC = 112.0

# What a chart is until its figure comes: nothing, on the panel's own ground.
CLEAR = "rgba(0,0,0,0)"
HIDDEN = {"visible": False}
EMPTY = {"layout": {"template": {}, "paper_bgcolor": CLEAR, "plot_bgcolor": CLEAR, "xaxis": HIDDEN, "yaxis": HIDDEN}}


def graph(name: str) -> dcc.Graph:
    """Return an empty chart filling its panel, whose menu offers it as a picture (parts.take_menu)."""
    config: Any = {"displayModeBar": False, "displaylogo": False, "locale": voice().language, "responsive": True}
    return dcc.Graph(id=name, className="chart", responsive=True, config=config, figure=EMPTY)


def blank(look: Look) -> Figure:
    """Return the one template: transparent ground, design-system type and lines."""
    axis = {
        "gridcolor": look["line"],
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "fixedrange": True,
        "automargin": False,
        "tickfont": {"color": look["text-3"], "size": look.px(13)},
    }
    return {
        "layout": {
            "font": {
                "family": "Inter, Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif",
                "size": look.px(13),
                "color": look["text-2"],
            },
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "xaxis": axis,
            "yaxis": axis,
            "showlegend": False,
            "dragmode": False,
            "colorway": [look["text-1"]],
            "hoverlabel": {"bgcolor": look["bg-3"], "bordercolor": look["line-2"], "font": {"color": look["text-1"]}},
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": look["text-3"], "activecolor": look["text-1"]},
        }
    }


def figure(look: Look, data: list[Figure], **layout: Any) -> Figure:
    """Return a figure under the template; `layout` overrides it."""
    return {"data": data, "layout": {"template": blank(look), **layout}}


def ring(shares: Sequence[float | None], middle: str, caption: str, look: Look) -> Figure:
    """Return three arcs of 112 degrees, each filled to its share 0-1, with a count in the middle."""
    values: list[float] = []
    colors: list[str] = []
    for number_, share in enumerate(shares, start=1):
        values += [ARC * (share or 0), ARC * (1 - (share or 0)), 120 - ARC]
        colors += [look[f"loop-{number_}"], look["bg-3"], "rgba(0,0,0,0)"]
    pie = {
        "type": "pie",
        "values": values,
        "marker": {"colors": colors, "line": {"width": 0}},
        "sort": False,
        "hole": 0.8,
        "direction": "clockwise",
        "rotation": -ARC / 2,
        "textinfo": "none",
        "hoverinfo": "skip",
    }
    place = {"x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper", "showarrow": False}
    count = {
        **place,
        "text": f"<b>{middle}</b>",
        "yshift": look.px(8),
        "font": {"size": look.px(28), "color": look["text-1"]},
    }
    words = {**place, "text": caption, "yshift": look.px(-16), "font": {"size": look.px(13), "color": look["text-3"]}}
    return figure(look, [pie], annotations=[count, words], margin=dict.fromkeys("lrtb", look.px(6)))


def bars(names: Sequence[str], values: Sequence[float], look: Look, words: Sequence[str] = ()) -> Figure:
    """Return horizontal bars from zero, the largest darkest, each with its number (or `words`) at the end."""
    top = max(values, default=1) or 1
    shades = [look["seq-5"] if value == top else look["seq-4"] for value in values]
    data = {
        "type": "bar",
        "orientation": "h",
        "x": list(values),
        "y": list(range(len(values))),
        "hoverinfo": "skip",
        "marker": {"color": shades, "line": {"width": 0}},
        "width": 0.55,
        "cliponaxis": False,
        "text": list(words) or [number(value) for value in values],
        "textposition": "outside",
        "textfont": {"color": look["text-1"], "size": look.px(13)},
    }
    axis = {"range": [0, top * 1.18], "showgrid": False, "showticklabels": False}
    named = {
        "range": [len(values) - 0.5, -0.5],
        "tickvals": list(range(len(values))),
        "ticktext": list(names),
        "showgrid": False,
        "tickfont": {"color": look["text-1"], "size": look.px(13)},
        "automargin": True,
    }
    return figure(look, [data], xaxis=axis, yaxis=named, margin={"l": 0, "r": look.px(8), "t": 0, "b": 0})


def spark(values: Sequence[float | None]) -> str:
    """Return a small line as a CSS image, its shape only; the sheet colours it. Empty for fewer than three values."""
    known = [(at, value) for at, value in enumerate(values) if value is not None]
    if len(known) < 3:
        return ""
    low, high = min(v for _, v in known), max(v for _, v in known)
    span, width = (high - low) or 1.0, max(len(values) - 1, 1)
    dots = " ".join(f"{1 + 38 * at / width:.1f},{17 - 14 * (value - low) / span:.1f}" for at, value in known)
    line = f'<polyline points="{dots}" fill="none" stroke="#000" stroke-width="1.4" stroke-linejoin="round"/>'
    drawn = quote(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">{line}</svg>')
    return f'url("data:image/svg+xml,{drawn}")'
