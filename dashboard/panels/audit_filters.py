"""The choices of the audit page: days, account, action, subject."""

from __future__ import annotations

from collections.abc import Mapping

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import trail
from dashboard.text import t, voice, words
from dashboard.view import control


def layout(asked: Mapping[str, str]) -> Component:
    """Return the bar of controls, set as the address says."""
    question = trail.asked(dict(asked))
    days = [_date(name, day.isoformat()) for name, day in (("from", question.first), ("until", question.last))]
    return html.Div(
        [*days, _text("account", question.account), _action(question.action), _text("subject", question.subject)],
        className="filters",
    )


def _date(name: str, day: str) -> Component:
    return _labelled(name, dcc.Input(id=control(name), type="date", value=day, debounce=True))  # type: ignore[arg-type]


def _text(name: str, value: str | None) -> Component:
    told = t(f"audit.any_{name}")
    field = dcc.Input(
        id=control(name), type="text", value=value, debounce=True, maxLength=trail.LONGEST, placeholder=told
    )
    return _labelled(name, field)


def _action(value: str | None) -> Component:
    known = words(voice().language)["audit"]["actions"]
    options = [{"value": key, "label": told} for key, told in known.items()]
    drop = dcc.Dropdown(options, value, id=control("action"), placeholder=t("audit.any_action"))
    return _labelled("action", drop)


def _labelled(name: str, field: Component) -> Component:
    return html.Div([html.Span(t(f"audit.{name}")), field], className="control")
