"""A choice among a few: segments of one control, the chosen one filled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.text import t
from dashboard.view import control
from data.analysis.periods import parse
from data.errors import Problem

PERIODS = ("7d", "30d", "90d")


def segments(name: str, options: Sequence[tuple[str, str]], asked: str | None, title: str = "") -> Component:
    """Return the control of the choice `name`: options (value, words), the first chosen unless another was asked."""
    values = [value for value, _ in options]
    chosen = asked if asked in values else values[0]
    radios = dcc.RadioItems(
        id=control(name),
        options=[{"value": value, "label": words} for value, words in options],
        value=chosen,
        inline=True,
        className="segments",
    )
    return html.Div([html.Span(title), radios] if title else radios, className="control")


def periods(asked: str | None, default: str = "30d") -> Component:
    """Return the control of the period: that many whole local days, the last one the view's day.

    A period of the calendar (a week, a month ...) comes by the address, and stands beside them then.
    """
    known = [*PERIODS, asked] if asked and asked not in PERIODS and is_period(asked) else [*PERIODS]
    options = [(key, period_words(key)) for key in known]
    return segments("period", options, asked if asked in known else default, t("segments.period"))


def is_period(key: str) -> bool:
    """Say whether a text is the key of a period."""
    try:
        parse(key, date.max)
    except Problem:
        return False
    return True


def period_words(key: str) -> str:
    """Return what a period is called: the last 30 days, November 2026, week 47 of 2026."""
    kind, _, rest = key.partition(":")
    if not rest:
        return t("segments.days", n=key.partition("@")[0].removesuffix("d"))
    year, _, part = rest.partition("-")
    words = {"d": rest, "y": t("segments.year", year=year)}
    named = {"w": "week", "m": "month", "q": "quarter"}
    return words.get(kind) or t(f"segments.{named[kind]}", year=year, n=int(part.lstrip("WQ")))
