"""Rates with their intervals, one row each: the figure of every ranking."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.charts import Figure, figure
from dashboard.look import Look
from dashboard.text import number, percent, t

RANKED_FROM = 30
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
MOST_TICKS = 5
# Design pixels of the column of names.
LEFT = 104


@dataclass(frozen=True)
class Rate:
    """One row of a ranking: a share 0-1 with its interval, and n; `value` None where nothing was counted."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int

    @property
    def ranked(self) -> bool:
        """Say whether there are enough cases to stand in an order."""
        return self.value is not None and self.low is not None and self.n >= RANKED_FROM


def ranking(rows: Sequence[Rate], look: Look, line: float = 0.0, target: bool = False) -> Figure:
    """Return rates with intervals, one row each, in the order given; no rank under n = 30.

    `line` is the reference 0-1 (0: none). A neutral line splits rows into ● whole interval on one side and ○ not
    distinguishable; only against a `target` set by a person is a whole interval below it marked ▲.
    """
    shown = [row for row in rows if row.ranked]
    floor, top = scale([row.low or 0 for row in shown], [row.high or 0 for row in shown], line)
    data = [_intervals(rows, look), _dots(rows, [_mark(row, line, target, look) for row in rows], look)]
    notes = [note for at, row in enumerate(rows) for note in _row_notes(at, row, floor, look)]
    marked = _with_line(ticks(floor, top), line, top - floor)
    pad = (top - floor) * 0.03
    axis = {"range": [floor - pad, top + pad], "tickvals": marked, "ticktext": [_tick(v, line) for v in marked]}
    names = {"range": [len(rows) - 0.5, -0.5], "showgrid": False, "showticklabels": False}
    margin = {"l": look.px(LEFT), "r": look.px(112), "t": look.px(2), "b": look.px(26)}
    return figure(look, data, xaxis=axis, yaxis=names, margin=margin, annotations=notes, shapes=_line(line, look))


def scale(lows: Sequence[float], highs: Sequence[float], line: float = 0.0) -> tuple[float, float]:
    """Return the round ends (shares) of a cut axis holding all intervals and the reference line."""
    low = min([*lows, *([line] if line else [])], default=0.0)
    high = max([*highs, line], default=1.0)
    step = next((s for s in STEPS if high - low <= MOST_TICKS * s), STEPS[-1])
    floor = max(0.0, step * int((low + 1e-9) / step))
    floor = min(floor, 1.0 - step)
    top = max(floor + step, step * math.ceil((high - 1e-9) / step))
    return round(floor, 2), round(min(1.0, top), 2)


def ticks(floor: float, top: float) -> list[float]:
    """Return at most six round values from floor to top."""
    step = next((s for s in STEPS if (top - floor) / s <= MOST_TICKS + 0.01), STEPS[-1])
    count = int((top - floor) / step + 1.001)
    return [round(floor + i * step, 4) for i in range(count)]


def _with_line(marked: list[float], line: float, span: float) -> list[float]:
    """Return the ticks with one at the line, without those its label would touch."""
    if not line:
        return marked
    return sorted([value for value in marked if abs(value - line) > span * 0.14] + [line])


def _tick(value: float, line: float) -> str:
    shown = f"{value * 100:g}"
    return f"<b>{shown}%</b>" if line and abs(value - line) < 1e-9 else shown


def _mark(row: Rate, line: float, target: bool, look: Look) -> dict[str, Any]:
    """Return symbol, outline and filling of a row's mark."""
    grey = look["text-2"]
    apart = line and row.ranked and not ((row.low or 0) <= line <= (row.high or 0))
    if not apart:
        return {"symbol": "circle", "color": look["bg-1"], "edge": grey}
    below = (row.high or 0) < line
    if target and below:
        return {"symbol": "triangle-up", "color": look["warn"], "edge": look["warn"]}
    shade = look["ok"] if target else grey
    return {"symbol": "circle", "color": shade, "edge": shade}


def _intervals(rows: Sequence[Rate], look: Look) -> Figure:
    x: list[float | None] = []
    y: list[float | None] = []
    for at, row in enumerate(rows):
        if row.ranked:
            x += [row.low, row.high, None]
            y += [at, at, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "hoverinfo": "skip",
        "opacity": 0.45,
        "line": {"color": look["text-2"], "width": look.px(3.5)},
    }


def _dots(rows: Sequence[Rate], marks: list[dict[str, Any]], look: Look) -> Figure:
    kept = [(at, row, mark) for at, (row, mark) in enumerate(zip(rows, marks, strict=True)) if row.ranked]
    marker = {
        "symbol": [mark["symbol"] for *_, mark in kept],
        "color": [mark["color"] for *_, mark in kept],
        "size": look.px(9),
        "opacity": 1,
        "line": {"color": [mark["edge"] for *_, mark in kept], "width": look.px(1.6)},
    }
    words = [
        t(
            "chart.rate",
            name=r.name,
            value=percent(r.value),
            low=percent(r.low, False),
            high=percent(r.high),
            n=number(r.n),
        )
        for _, r, _ in kept
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [row.value for _, row, _ in kept],
        "marker": marker,
        "y": [at for at, *_ in kept],
        "text": words,
        "hoverinfo": "text",
        "cliponaxis": False,
    }


def _row_notes(at: int, row: Rate, floor: float, look: Look) -> list[Figure]:
    """Write a row's name to the left, value and n to the right, or why it has no place in the order."""
    place = {"xref": "paper", "x": 1, "y": at, "showarrow": False, "xanchor": "right", "yanchor": "middle"}
    left = {**place, "x": 0, "xanchor": "left", "xshift": look.px(16 - LEFT), "text": row.name}
    if not row.ranked:
        words = t("chart.unranked", n=number(row.n)) if row.n else t("chart.nothing")
        grey = {"font": {"color": look["text-3"]}}
        return [{**left, **grey}, {**left, **grey, "xshift": look.px(6), "text": words}]
    name = {**left, "font": {"color": look["text-1"]}}
    value = {
        **place,
        "text": f"<b>{percent(row.value, False)}</b>",
        "xshift": look.px(48),
        "font": {"color": look["text-1"]},
    }
    n = {**place, "text": number(row.n, short=True), "xshift": look.px(96), "font": {"color": look["text-3"]}}
    return [name, value, n]


def _line(at: float, look: Look) -> list[Figure]:
    stroke = {"color": look["text-1"], "width": look.px(1.2)}
    return (
        [{"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": stroke, "layer": "below"}]
        if at
        else []
    )
