"""Which briefing: its kind, and its period: so many days until now, a month, a quarter or a year."""

from __future__ import annotations

from datetime import date

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import moment
from dashboard.briefing import KINDS
from dashboard.panels.segments import PERIODS, is_period, period_words, segments
from dashboard.text import t
from dashboard.view import control
from data.analysis.periods import parse, previous

CALENDAR = {"m": 14, "q": 4, "y": 2}  # how many of each may be chosen, the present one first


def layout(report: str, period: str) -> list[Component]:
    """Return the two controls; a period of the address stands among those to choose from."""
    kinds = [(name, t(f"briefing.{name}")) for name in KINDS]
    known = periods(moment.today({}))
    if period not in known and is_period(period):
        known.append(period)
    options = [{"value": key, "label": period_words(key)} for key in known]
    chosen = period if period in known else moment.PERIOD
    drop = dcc.Dropdown(options, chosen, id=control("period"), clearable=False, searchable=False)
    return [segments("report", kinds, report), html.Div([html.Span(t("briefing.period")), drop], className="control")]


def periods(today: date) -> list[str]:
    """Return the keys of the periods one may choose: rolling ones, then months, quarters and years, latest first."""
    keys = [*PERIODS]
    present = {"m": f"m:{today:%Y-%m}", "q": f"q:{today.year}-Q{(today.month + 2) // 3}", "y": f"y:{today.year}"}
    for kind, many in CALENDAR.items():
        one = parse(present[kind], today)
        for _ in range(many):
            keys.append(one.key)
            one = previous(one)
    return keys
