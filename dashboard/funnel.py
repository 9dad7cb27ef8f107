"""Size and result: each unit by its n and its share over the bands in which chance alone would keep it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10
from typing import Any

from dashboard.charts import Figure, figure
from dashboard.intervals import scale, ticks
from dashboard.look import Look
from dashboard.text import number, percent, t
from data.analysis.funnel import INNER, OUTER, band, place, sizes

NICE = (10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 3000, 5000, 10_000, 20_000, 50_000, 100_000)
# A label keeps this much of the chart for itself (shares of its width and height).
WIDE, TALL = 0.15, 0.075
MOST_LABELS = 10


@dataclass(frozen=True)
class Dot:
    """One unit: its id, name, share 0-1 and n."""

    unit_id: str
    name: str
    value: float
    n: int


@dataclass(frozen=True)
class Frame:
    """The part of the plane that is drawn: n from low to high on a logarithmic axis, shares from floor to top.

    marks: the shares written beside it.
    """

    low: float
    high: float
    floor: float
    top: float
    marks: list[float]

    def at(self, dot: Dot) -> tuple[float, float]:
        """Return where a dot stands, as shares of width and height."""
        across = (log10(dot.n) - log10(self.low)) / (log10(self.high) - log10(self.low))
        return across, (dot.value - self.floor) / (self.top - self.floor)


def funnel(dots: Sequence[Dot], rate: float, chosen: str | None, look: Look) -> Figure:
    """Return the bands around `rate` with every dot; what lies outside the inner band is filled and named."""
    frame = framed(dots, rate)
    sizes_ = sizes([int(frame.low), int(frame.high)])
    data = [_area(rate, sizes_, share, look.faint("seq-4", shade)) for share, shade in ((OUTER, 0.13), (INNER, 0.2))]
    data.append(_marks(dots, rate, chosen, look))
    x = {
        "type": "log",
        "range": [log10(frame.low), log10(frame.high)],
        "tickvals": _sizes_told(frame),
        "ticktext": [number(n) for n in _sizes_told(frame)],
        "showgrid": False,
    }
    words = [f"{value * 100:g}" for value in frame.marks]
    y = {"range": [frame.floor, frame.top], "tickvals": frame.marks, "ticktext": words}
    stroke = {"color": look["seq-5"], "width": look.px(1.4)}
    line = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": rate, "y1": rate, "line": stroke, "layer": "below"}
    margin = {"l": look.px(44), "r": look.px(20), "t": look.px(4), "b": look.px(26)}
    notes = [*_names(dots, rate, chosen, frame, look), _n_note(look)]
    return figure(look, data, xaxis=x, yaxis=y, shapes=[line], annotations=notes, margin=margin, hovermode="closest")


def framed(dots: Sequence[Dot], rate: float) -> Frame:
    """Return a frame that holds all dots and, at the median size, both bands."""
    ordered = sorted(dot.n for dot in dots)
    low, high = ordered[0] / 1.25, max(ordered[-1] * 1.25, ordered[0] * 2)
    middle = band(rate, [ordered[len(ordered) // 2]], OUTER)
    values = [dot.value for dot in dots]
    floor, top = scale([*values, float(middle.low[0])], [*values, float(middle.high[0])])
    pad = (top - floor) * 0.04
    return Frame(low, high, floor - pad, top + pad, ticks(floor, top))


def _area(rate: float, sizes_: list[int], share: float, shade: str) -> Figure:
    limits = band(rate, sizes_, share)
    x = [*limits.n.tolist(), *limits.n[::-1].tolist()]
    y = [*limits.high.tolist(), *limits.low[::-1].tolist()]
    plain = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "line": {"width": 0}}
    return {**plain, "x": x, "y": y, "fill": "toself", "fillcolor": shade}


def _marks(dots: Sequence[Dot], rate: float, chosen: str | None, look: Look) -> Figure:
    where = [place(rate, dot.value, dot.n) for dot in dots]
    inks = [look["accent"] if dot.unit_id == chosen else look["text-2"] for dot in dots]
    marker = {
        "symbol": "circle",
        "size": [look.px(11 if dot.unit_id == chosen else 9) for dot in dots],
        "color": [ink if spot != "inside" else look["bg-1"] for ink, spot in zip(inks, where, strict=True)],
        "opacity": 1,
        "line": {"color": inks, "width": look.px(1.6)},
    }
    words = [
        t("funnel.dot", name=dot.name, value=percent(dot.value), n=number(dot.n), place=t(f"funnel.{spot}"))
        for dot, spot in zip(dots, where, strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [dot.n for dot in dots],
        "y": [dot.value for dot in dots],
        "customdata": [dot.unit_id for dot in dots],
        "text": words,
        "hoverinfo": "text",
        "marker": marker,
    }


def _names(dots: Sequence[Dot], rate: float, chosen: str | None, frame: Frame, look: Look) -> list[Figure]:
    """Name the chosen dot and the most unusual ones, as many as do not touch one another."""
    unusual = [dot for dot in dots if dot.unit_id == chosen or place(rate, dot.value, dot.n) != "inside"]
    order = sorted(unusual, key=lambda dot: (dot.unit_id != chosen, -abs(dot.value - rate) * dot.n**0.5))
    taken: list[tuple[float, float]] = []
    notes: list[Figure] = []
    for dot in order:
        x, y = frame.at(dot)
        left = x > 1 - WIDE
        middle = (x - WIDE / 2 if left else x + WIDE / 2, y)
        if any(abs(middle[0] - u) < WIDE and abs(y - v) < TALL for u, v in taken) or len(notes) >= MOST_LABELS:
            continue
        taken.append(middle)
        notes.append(_name(dot, left, dot.unit_id == chosen, look) | {"yshift": look.px(-14 if y > 1 - TALL else 0)})
    return notes


def _name(dot: Dot, left: bool, here: bool, look: Look) -> Figure:
    return {
        "x": log10(dot.n),
        "y": dot.value,
        "text": f"<b>{dot.name}</b>" if here else dot.name,
        "showarrow": False,
        "xanchor": "right" if left else "left",
        "xshift": look.px(-9 if left else 9),
        "font": {"size": look.px(13), "color": look["accent"] if here else look["text-1"]},
    }


def _n_note(look: Look) -> Figure:
    place_ = {"xref": "paper", "yref": "paper", "x": 1, "y": 0, "xanchor": "right", "yanchor": "top"}
    words: dict[str, Any] = {"text": "n", "showarrow": False, "yshift": look.px(-6)}
    return {**place_, **words, "font": {"size": look.px(13), "color": look["text-3"]}}


def _sizes_told(frame: Frame) -> list[int]:
    """Return round sizes inside the frame, far enough from one another and from its end to be read."""
    told: list[int] = []
    for n in NICE:
        across = (log10(n) - log10(frame.low)) / (log10(frame.high) - log10(frame.low))
        if 0.02 <= across <= 0.95 and (not told or log10(n / told[-1]) / log10(frame.high / frame.low) > 0.1):
            told.append(n)
    return told
