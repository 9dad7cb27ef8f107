"""Charts on paper: a line with its band, columns, bars, and pairs; direct labels, no legend, one grid direction."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from data.briefing.svg import (
    ACCENT,
    BAND,
    FAINT,
    HAIR,
    INK,
    PAPER,
    SIZE,
    SOFT,
    Point,
    dot,
    line,
    path,
    rect,
    text,
    width_of,
)

WIDE = 680
ROW = 22.0
STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
MOST_TICKS = 5


@dataclass(frozen=True)
class Step:
    """One point of a course: its label, a value, and its interval where it has one; None where nothing is known."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Bar:
    """One row: name, value now, value before, and what is written at its end."""

    name: str
    value: float
    before: float | None
    told: str
    low: float | None = None
    high: float | None = None


def course(steps: Sequence[Step], mark: tuple[float, str] | None, high: int = 210) -> list[str]:
    """Return a share's line with its band over equal steps; `mark` is the neutral line and its label."""
    box = (48.0, 14.0, WIDE - 62.0, high - 30.0)
    known = [(at, step) for at, step in enumerate(steps) if step.value is not None]
    low, top = ends([s.low or 0 for _, s in known], [s.high or 0 for _, s in known], mark[0] if mark else None)

    def place(at: float, value: float) -> Point:
        x = box[0] + (box[2] - box[0]) * (at + 0.5) / len(steps)
        return x, box[3] - (box[3] - box[1]) * (value - low) / (top - low)

    out = [_level(box, place(0, v)[1], f"{v * 100:g}%") for v in ticks(low, top)]
    runs = _runs(known)
    out += [_band([(at, s) for at, s in run], place) for run in runs if len(run) > 1]
    if mark:
        seen = [place(at, s.value or 0) for at, s in known]
        out += _mark_line(box, place(0, mark[0])[1], mark[1], seen)
    out += [path([place(at, s.value or 0) for at, s in run], ACCENT, width=2) for run in runs if len(run) > 1]
    out += [dot(place(at, s.value or 0), 2.6, PAPER, ACCENT) for at, s in known]
    if known:
        at, last = known[-1]
        x, y = place(at, last.value or 0)
        out.append(text((x + 8, y + 4), f"{(last.value or 0) * 100:.1f}%", fill=INK, font_weight=600))
    return out + _below(steps, [place(at, low)[0] for at in range(len(steps))], high)


def columns(steps: Sequence[Step], high: int = 190) -> list[str]:
    """Return columns from zero over equal steps, the last one dark with its value."""
    box = (48.0, 16.0, WIDE - 62.0, high - 30.0)
    top = _round_up(max((s.value or 0 for s in steps), default=0))
    each = (box[2] - box[0]) / max(len(steps), 1)
    middles = [box[0] + each * (at + 0.5) for at in range(len(steps))]
    out = [_level(box, box[3] - (box[3] - box[1]) * v / top, f"{v:,g}") for v in (0, top / 2, top)]
    for at, step in enumerate(steps):
        if step.value is None:
            continue
        tall = (box[3] - box[1]) * step.value / top
        last = at == len(steps) - 1
        out.append(rect((middles[at] - each * 0.3, box[3] - tall), each * 0.6, tall, ACCENT if last else BAND))
        if last:
            out.append(text((middles[at], box[3] - tall - 5), f"{step.value:,.1f}", "middle", font_weight=600))
    return out + _below(steps, middles, high)


def bars(rows: Sequence[Bar]) -> list[str]:
    """Return one bar a row from zero; a tick marks the value before."""
    left = max((width_of(row.name) for row in rows), default=0) + 14
    right = WIDE - max((width_of(row.told) for row in rows), default=0) - 16
    most = max((max(row.value, row.before or 0) for row in rows), default=0) or 1
    out = []
    for at, row in enumerate(rows):
        y = ROW * at + 4
        long = (right - left) * row.value / most
        out += [text((left - 10, y + 12), row.name, "end", SOFT), rect((left, y + 2), long, 12, BAND)]
        if row.before is not None:
            x = left + (right - left) * row.before / most
            out.append(line((x, y), (x, y + 16), INK, 1.6))
        out.append(text((max(left + long, left + (right - left) * (row.before or 0) / most) + 8, y + 12), row.told))
    return out


def pairs(rows: Sequence[Bar], mark: tuple[float, str] | None) -> list[str]:
    """Return shares before (ring) and now (dot) with the interval of now, one row each, on a cut axis."""
    left = max((width_of(row.name) for row in rows), default=0) + 20
    box = (left, 8.0, WIDE - 74.0, ROW * len(rows) + 12)
    lows = [min(row.low or row.value, row.before or row.value) for row in rows]
    low, top = ends(lows, [max(row.high or row.value, row.before or 0) for row in rows], mark[0] if mark else None)

    def across(value: float) -> float:
        return box[0] + (box[2] - box[0]) * (value - low) / (top - low)

    out = []
    for v in ticks(low, top):
        out += [line((across(v), box[1]), (across(v), box[3])), _tick(across(v), box[3] + 15, v)]
    if mark:
        out.append(line((across(mark[0]), box[1]), (across(mark[0]), box[3]), INK, 1.2))
    for at, row in enumerate(rows):
        y = ROW * at + 20
        out += [text((left - 12, y + 4), row.name, "end", SOFT), *_pair(row, across, y)]
        out.append(text((WIDE - 8, y + 4), row.told, "end", font_weight=600))
    return out


def ends(lows: Sequence[float], highs: Sequence[float], mark: float | None) -> tuple[float, float]:
    """Return round ends (shares) of a cut axis holding all intervals and the neutral line."""
    low = min([*lows, *([mark] if mark else [])], default=0.0)
    high = max([*highs, *([mark] if mark else [])], default=1.0)
    step = next((s for s in STEPS if high - low <= MOST_TICKS * s), STEPS[-1])
    floor = max(math.floor(low / step + 1e-9) * step, 0.0)
    top = max(math.ceil(high / step - 1e-9) * step, floor + step)
    return round(floor, 4), round(min(top, 1.0) if top > floor else floor + step, 4)


def ticks(low: float, top: float) -> list[float]:
    """Return at most six round values from low to top."""
    step = next((s for s in STEPS if (top - low) / s <= MOST_TICKS + 0.01), STEPS[-1])
    return [round(low + at * step, 4) for at in range(int((top - low) / step + 1.001))]


def _pair(row: Bar, at: Callable[[float], float], y: float) -> list[str]:
    out = []
    if row.low is not None and row.high is not None:
        out.append(line((at(row.low), y), (at(row.high), y), BAND, 5))
    if row.before is not None:
        out += [line((at(row.before), y), (at(row.value), y), FAINT), dot((at(row.before), y), 4, PAPER, FAINT)]
    return [*out, dot((at(row.value), y), 4, ACCENT, ACCENT)]


def _level(box: tuple[float, float, float, float], y: float, told: str) -> str:
    return line((box[0], y), (box[2], y), HAIR) + text((box[0] - 8, y + 4), told, "end", FAINT, font_size=11)


def _mark_line(box: tuple[float, float, float, float], y: float, told: str, seen: Sequence[Point]) -> list[str]:
    """Return the neutral line, its label where it is farthest from the points of the course."""
    wide = width_of(told, 11)
    spots = [(x, y + down) for x in (box[0] + 4, box[2] - wide - 4) for down in (-5.0, 14.0)]

    def room(at: Point) -> float:
        near = [abs(py - at[1] + 4) for px, py in seen if at[0] - 20 <= px <= at[0] + wide + 20]
        return min(near, default=999.0)

    return [line((box[0], y), (box[2], y), INK, 1.2), text(max(spots, key=room), told, fill=SOFT, font_size=11)]


def _tick(x: float, y: float, value: float) -> str:
    return text((x, y), f"{value * 100:g}%", "middle", FAINT, font_size=11)


def _band(run: Sequence[tuple[int, Step]], at: Callable[[float, float], Point]) -> str:
    upper = [at(n, step.high or 0) for n, step in run]
    lower = [at(n, step.low or 0) for n, step in reversed(run)]
    return path([*upper, *lower], fill=BAND).replace("<path", '<path fill-opacity=".55"')


def _runs(known: Sequence[tuple[int, Step]]) -> list[list[tuple[int, Step]]]:
    """Return steps that follow each other without a hole, together: nothing is joined across what is not known."""
    runs: list[list[tuple[int, Step]]] = []
    for at, step in known:
        if runs and runs[-1][-1][0] == at - 1:
            runs[-1].append((at, step))
        else:
            runs.append([(at, step)])
    return runs


def _below(steps: Sequence[Step], places: Sequence[float], high: float) -> list[str]:
    """Return the labels of the steps, as many as fit, the last always."""
    wide = max((width_of(step.label, 11) for step in steps), default=0) + 10
    room = (places[1] - places[0]) if len(places) > 1 else WIDE
    every = max(math.ceil(wide / room), 1)
    shown = [at for at in range(len(steps)) if (len(steps) - 1 - at) % every == 0]
    return [text((places[at], high - SIZE + 2), steps[at].label, "middle", FAINT, font_size=11) for at in shown]


def _round_up(value: float) -> float:
    if value <= 0:
        return 1.0
    step = 10.0 ** math.floor(math.log10(value))
    return next(step * n for n in (1, 2, 4, 5, 8, 10) if step * n >= value)
