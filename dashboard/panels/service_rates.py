"""What is done for people, as rates: visits, online service, who answers call-backs, who is satisfied, who reports."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import plus
from dashboard.loaded import loaded
from dashboard.parts import Children, panel
from dashboard.text import number, t
from dashboard.view import VIEW

BODY, NOTE = "service-rates-body", "service-rates-note"
# Satisfaction never stands alone: how many answered at all is the figure before it.
RATES = ("visits_per_100", "online_service", "call_back_response", "satisfaction", "public_share")
FEEDS = ("visit", "service_item", "call_back", "incident")


def layout() -> Component:
    """Return the empty figures."""
    return panel("service-rates", t("service.rates"), html.Div(id=BODY), html.Span(id=NOTE))


@callback(Output(BODY, "children"), Output(NOTE, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Children, str]:
    """Show the rates of the view's area and period, and the call-backs they were counted from."""
    plus.only(view, "service")
    figures = html.Div([plus.figure(name, view) for name in RATES], className="plus-figures")
    waiting = [plus.absent(feed) for feed in FEEDS if feed not in loaded()]
    return [figures, _calls(view), *filter(None, waiting)], plus.note(view)


def _calls(view: dict[str, Any] | None) -> Component:
    """Return the call-backs by what they were about, in one sentence each."""
    rows = plus.rows("call_backs", **plus.asked(view))
    names = ("called", "reached", "answered", "satisfied", "resolved_told", "resolved")
    told = [t(f"service.calls_{row['about']}", **{name: number(row[name]) for name in names}) for row in rows]
    return html.Div([html.P(words, className="note") for words in told])
