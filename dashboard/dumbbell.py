"""Pairs of figures, before and now, one row each: open mark, filled mark, and a line that joins them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.charts import Figure, figure
from dashboard.look import Look
from dashboard.text import MINUS, number

LEFT, RIGHT = 104, 96  # design pixels of the names and of the figures
TICKS = 4
SMALL = 1.0  # an axis that ends below is told with one digit more
STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)


@dataclass(frozen=True)
class Pair:
    """One row: a figure before and now, and whether the difference is larger than chance makes it."""

    name: str
    before: float
    now: float
    holds: bool


def dumbbell(pairs: Sequence[Pair], look: Look, line: float, caption: str) -> Figure:
    """Return pairs in the order given on an axis from zero, with a reference line and its caption."""
    top = max([line, *(max(pair.before, pair.now) for pair in pairs)], default=1.0) * 1.05 or 1.0
    step = next((s for s in STEPS if top / s <= TICKS), STEPS[-1])
    ticks = [round(i * step, 2) for i in range(int(top / step) + 1)]
    data = [_joined(pairs, look, holds) for holds in (False, True)] + _marks(pairs, look)
    digits = 1 if top >= SMALL else 2
    notes = [note for at, pair in enumerate(pairs) for note in _words(at, pair, look, digits)]
    axis = {"range": [0, top], "tickvals": ticks, "ticktext": [f"{tick:g}" for tick in ticks]}
    rows = {"range": [len(pairs) - 0.5, -0.7], "showgrid": False, "showticklabels": False}
    margin = {"l": look.px(LEFT), "r": look.px(RIGHT), "t": look.px(18), "b": look.px(22)}
    label = {
        "xref": "x",
        "yref": "paper",
        "x": line,
        "y": 1,
        "yanchor": "bottom",
        "showarrow": False,
        "text": caption,
        "font": {"color": look["text-1"], "size": look.px(12)},
    }
    stroke = {"color": look["text-1"], "width": look.px(1.2), "dash": "dot"}
    mark = {"type": "line", "x0": line, "x1": line, "y0": 0, "y1": 1, "yref": "paper", "line": stroke, "layer": "below"}
    return figure(look, data, xaxis=axis, yaxis=rows, margin=margin, annotations=[*notes, label], shapes=[mark])


def signed(value: float, digits: int = 1) -> str:
    """Return a number with its sign: +2.9, −0.4, ±0.0."""
    shown_ = number(abs(value), digits)
    return shown_ if not float(shown_.replace(",", "")) else f"{'+' if value > 0 else MINUS}{shown_}"


def _joined(pairs: Sequence[Pair], look: Look, holds: bool) -> Figure:
    x: list[float | None] = []
    y: list[float | None] = []
    for at, pair in enumerate(pairs):
        if pair.holds == holds:
            x += [pair.before, pair.now, None]
            y += [at, at, None]
    colour = look["hot-3"] if holds else look["text-3"]
    line = {"color": colour, "width": look.px(2)}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "hoverinfo": "skip", "line": line}


def _marks(pairs: Sequence[Pair], look: Look) -> list[Figure]:
    shades = [look["hot-3"] if pair.holds else look["text-3"] for pair in pairs]
    rows = list(range(len(pairs)))
    told = [f"{pair.name} {number(pair.before, 2)} → {number(pair.now, 2)}" for pair in pairs]
    both = {"type": "scatter", "mode": "markers", "y": rows, "text": told, "hoverinfo": "text", "cliponaxis": False}
    size, edge = look.px(8), {"color": shades, "width": look.px(1.6)}
    before = {**both, "x": [pair.before for pair in pairs]}
    before["marker"] = {"color": look["bg-1"], "size": size, "line": edge, "opacity": 1}
    now = {**both, "x": [pair.now for pair in pairs], "marker": {"color": shades, "size": size, "line": edge}}
    return [before, now]


def _words(at: int, pair: Pair, look: Look, digits: int) -> list[dict[str, Any]]:
    base = {"xref": "paper", "y": at, "showarrow": False, "yanchor": "middle"}
    left = {**base, "x": 0, "xanchor": "left", "xshift": look.px(16 - LEFT), "text": pair.name}
    right = {**base, "x": 1, "xanchor": "right"}
    colour = look["hot-3"] if pair.holds else look["text-3"]
    return [
        {**left, "font": {"color": look["text-1"]}},
        {
            **right,
            "xshift": look.px(42),
            "text": f"<b>{number(pair.now, digits)}</b>",
            "font": {"color": look["text-1"]},
        },
        {
            **right,
            "xshift": look.px(RIGHT - 12),
            "text": signed(pair.now - pair.before, digits),
            "font": {"color": colour},
        },
    ]
