"""A choice among a few: segments of one control, the chosen one filled."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.text import t
from dashboard.view import control

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
    """Return the control of the period: that many whole local days, the last one the view's day."""
    days = [(value, t("segments.days", n=value.removesuffix("d"))) for value in PERIODS]
    return segments("period", days, asked if asked in PERIODS else default, t("segments.period"))
