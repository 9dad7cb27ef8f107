"""The performance page: subjects among their peers, size and result, doubts, what weights do, and what counted."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard import judged, session
from dashboard.panels import (
    breadcrumb,
    drill,
    flags,
    funnel,
    judge_said,
    metric_definition,
    rate_head,
    scorecard,
    weights,
)
from dashboard.panels.period_choice import period_choice
from dashboard.panels.segments import segments
from dashboard.text import t
from dashboard.view import hidden

ROLES = ("kiosk", "operator", "leader", "analyst", "steward", "auditor")
dash.register_page(__name__, path="/performance", order=4, roles=ROLES)  # type: ignore[no-untyped-call]


def layout(level: str = "", period: str = "", subject: str = "", metric: str = "", **asked: str) -> Component:
    """Lay out the page with the choices of its address; a wall gets no weights, no appeals and nobody's name."""
    levels = segments("level", judged.levels(), level, t("scorecard.level"))
    choices = [breadcrumb.layout(), levels, period_choice(period), hidden("subject", subject)]
    if session.is_kiosk() or asked.get("kiosk") == "1":
        return _page(choices, _wall(subject, metric), "performance-page on-wall")
    filters = [*choices, hidden("reason"), judge_said.layout()]
    return _page(filters, _desk(subject, asked.get("why", ""), metric), "performance-page")


def _page(filters: list[Component], columns: list[Component], kind: str) -> Component:
    return html.Main([html.Div(filters, className="filters"), *columns], className=f"page desk {kind}")


def _desk(subject: str, why: str, metric: str) -> list[Component]:
    beneath = html.Div([funnel.layout(), flags.layout()], className="doubts")
    return [
        html.Div([scorecard.layout(subject), beneath], className="judged"),
        html.Div([weights.layout(), drill.layout(why, metric)], className="why"),
    ]


def _wall(subject: str, metric: str) -> list[Component]:
    return [
        html.Div([rate_head.layout(), scorecard.layout(subject)], className="judged"),
        html.Div([funnel.layout(), metric_definition.layout(metric)], className="why"),
    ]
