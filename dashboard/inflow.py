"""A day of incidents in bins over what is usual: the trend panel and the strip of the wide wall.

The future shows the band only.
"""

from __future__ import annotations

from typing import Any

from dashboard.charts import Figure, figure
from dashboard.look import Look
from dashboard.text import t
from dashboard.usual import Day

NICE = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000)


def trend(day: Day, look: Look) -> Figure:
    """Return the line of the day so far over its usual band."""
    top = _top(day)
    shown = list(day.counts[: day.finished] or day.counts)
    x = day.middle(len(shown))
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": shown,
        "hoverinfo": "skip",
        "line": {"color": look["text-1"], "width": look.px(1.8)},
    }
    high = [at for at in day.unusual() if at < len(x)]
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": [x[at] for at in high],
        "y": [shown[at] for at in high],
        "hoverinfo": "skip",
        "marker": {"color": look["warn"], "size": look.px(6)},
    }
    notes = [*_now_note(day, look), *_band_note(day, top, look)]
    margin = {"l": look.px(40), "r": look.px(26), "t": look.px(4), "b": look.px(24)}
    return _framed([*_band(day, look), line, dots], day, look, top=top, hours=6, margin=margin, annotations=notes)


def strip(day: Day, look: Look) -> Figure:
    """Return the bars of the day so far over its usual band, for a strip as wide as the wall."""
    high = set(day.unusual())
    shades = [look["warn"] if at in high else look["text-3"] for at in range(len(day.counts))]
    bars = {
        "type": "bar",
        "x": day.middle(len(day.counts)),
        "y": list(day.counts),
        "hoverinfo": "skip",
        "width": 0.72 * day.seconds / 3600,
        "marker": {"color": shades, "line": {"width": 0}},
    }
    top = _top(day)
    margin = {"l": look.px(44), "r": look.px(24), "t": look.px(4), "b": look.px(26)}
    notes = [*_now_note(day, look), *_band_note(day, top, look)]
    return _framed([*_band(day, look), bars], day, look, top=top, hours=2, margin=margin, annotations=notes)


def _framed(data: list[Figure], day: Day, look: Look, *, top: float, hours: int, **layout: Any) -> Figure:
    marks = [float(at) for at in range(0, int(day.hours) + 1, hours)]
    words = [f"{int(at) % 25:02d}:00" for at in marks]
    step = next((n for n in NICE if top / n <= 4), NICE[-1])
    x = {"range": [0, day.hours], "tickvals": marks, "ticktext": words, "showgrid": False}
    y = {"range": [0, top], "tickvals": [step * at for at in range(1, int(top // step) + 1)]}
    stroke = {"color": look["text-2"], "width": 1}
    now = {"type": "line", "x0": day.hour, "x1": day.hour, "y0": 0, "y1": 1, "yref": "paper", "line": stroke}
    return figure(look, data, xaxis=x, yaxis=y, shapes=[now], **layout)


def _top(day: Day) -> float:
    highest = max([*day.counts, *(day.usual.high if day.usual else [])], default=1)
    return float(max(highest * 1.25, 3))


def _band(day: Day, look: Look) -> list[Figure]:
    if day.usual is None:
        return []
    x = day.middle(len(day.usual.high))
    line = {"type": "scatter", "mode": "lines", "hoverinfo": "skip"}
    area = {
        **line,
        "x": x + x[::-1],
        "y": [*day.usual.high, *day.usual.low[::-1]],
        "fill": "toself",
        "fillcolor": look.faint("accent", 0.13),
        "line": {"width": 0},
    }
    middle = {
        **line,
        "x": x,
        "y": list(day.usual.middle),
        "line": {"color": look.faint("accent", 0.6), "width": 1, "dash": "3px,3px"},
    }
    return [area, middle]


def _now_note(day: Day, look: Look) -> list[Figure]:
    minutes = round(day.hour * 60)
    words = f"{minutes // 60:02d}:{minutes % 60:02d}"
    left = day.hour > day.hours * 0.85
    return [
        {
            "x": day.hour,
            "y": 1,
            "yref": "paper",
            "text": words,
            "showarrow": False,
            "yanchor": "top",
            "xanchor": "right" if left else "left",
            "xshift": look.px(-3 if left else 3),
            "font": {"color": look["text-2"]},
        }
    ]


def _band_note(day: Day, top: float, look: Look) -> list[Figure]:
    """Name the band beside its later peak, and the unusual bins beside the highest of them."""
    if day.usual is None:
        return []
    usually = day.usual.high
    later = max(range(len(usually) // 2, len(usually)), key=lambda at: float(usually[at]))
    place = {"showarrow": False, "yanchor": "bottom"}
    notes = [
        {
            **place,
            "x": (later + 0.5) * day.seconds / 3600,
            "y": float(usually[later]),
            "text": t("chart.usual"),
            "font": {"color": look["accent"]},
            "yshift": look.px(2),
        }
    ]
    high = day.unusual()
    if high:
        first = max(high, key=lambda at: day.counts[at])
        notes.append(
            {
                **place,
                "x": (first + 0.5) * day.seconds / 3600,
                "y": min(day.counts[first], top * 0.9),
                "xanchor": "right",
                "xshift": look.px(-6),
                "text": t("chart.unusual"),
                "font": {"color": look["warn"]},
            }
        )
    return notes
