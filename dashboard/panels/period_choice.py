"""The choice of a period: rolling days, or a calendar month, quarter or year, the running one up to the view's day."""

from __future__ import annotations

from datetime import date, timedelta

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import moment
from dashboard.text import days, t
from dashboard.view import address, control
from data.analysis.periods import parse

ROLLING = ("7d", "30d", "90d", "365d")
MONTHS, QUARTERS = 6, 3


def period_choice(asked: str | None, default: str = "30d") -> Component:
    """Return the control of the period, set as asked; a period not offered is offered besides."""
    known = options(moment.today(dict(address())))
    if asked and asked not in {value for value, _ in known}:
        known.append((asked, told(asked, moment.today(dict(address())))))
    listed = [{"value": value, "label": words} for value, words in known]
    drop = dcc.Dropdown(
        listed, asked or default, id=control("period"), clearable=False, searchable=False, className="period"
    )
    return html.Div([html.Span(t("scorecard.period")), drop], className="control")


def options(today: date) -> list[tuple[str, str]]:
    """Return the periods offered on a day: key and words, the running month, quarter and year said to be running."""
    rolling = [(key, t("segments.days", n=key.removesuffix("d"))) for key in ROLLING]
    firsts = _months(today)
    months = [(f"m:{first:%Y-%m}", _running(_month(first), at == 0, today)) for at, first in enumerate(firsts)]
    quarters = []
    for at in range(QUARTERS):
        year, quarter = divmod(today.year * 4 + (today.month - 1) // 3 - at, 4)
        words = t("period.quarter", year=year, n=quarter + 1)
        quarters.append((f"q:{year}-Q{quarter + 1}", _running(words, at == 0, today)))
    years = [
        (f"y:{today.year - at}", _running(t("period.year", year=today.year - at), at == 0, today)) for at in (0, 1)
    ]
    return [*rolling, *months, *quarters, *years]


def told(key: str, today: date) -> str:
    """Return the days of a period's key: 10月22日–11月20日."""
    span = parse(key, today)
    return days(span.first, span.last)


def _months(today: date) -> list[date]:
    firsts = [today.replace(day=1)]
    while len(firsts) < MONTHS:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    return firsts


def _month(first: date) -> str:
    return t("period.month", year=first.year, month=t("format.months").split()[first.month - 1])


def _running(words: str, running: bool, today: date) -> str:
    month = t("format.months").split()[today.month - 1]
    return t("period.running", period=words, day=today.day, month=month) if running else words
