"""A new task: title, owner, place, due day; the evidence comes with the address it was begun from."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import moment, tasks
from dashboard.parts import empty, panel
from dashboard.seat_forms import button, form
from dashboard.session import door, scope
from dashboard.text import t
from dashboard.view import address

WEEK = timedelta(days=7)
DAY = r"\d{4}-\d{2}-\d{2}"


def layout(title: str, about: str) -> Component:
    """Return the form of a new task; who gives none sees who does."""
    if not scope().gives_tasks:
        return panel("task-form", t("tasks.new"), empty(t("tasks.leaders_give")))
    chosen = address().get("area") or scope().area_id
    places = [html.Option(name, value=area, selected=area == chosen) for area, name in tasks.names().items()]
    owners = [html.Option(name, value=name) for name in door().assignments.owners(scope())]
    due = moment.today({}) + WEEK
    body = html.Div(
        [
            _field("title_label", dcc.Input(value=title, maxLength=120, name="title", type="text")),
            _field("area", html.Select(places, name="area")),
            _field("owner", html.Select(owners, name="owner")),
            _field("due", dcc.Input(value=due.isoformat(), name="due", type="text", pattern=DAY, maxLength=10)),
            _evidence(about),
            button("give", t("tasks.give"), "primary", store=tasks.STORE, about=about or "/tasks"),
        ],
        **form("task"),
    )
    return panel("task-form", t("tasks.new"), body)


def _field(name: str, field: Component) -> Component:
    return html.Label([html.Span(t(f"tasks.{name}")), field])


def _evidence(about: str) -> Any:
    if not about.startswith("/"):
        return None
    return html.P(
        [html.Span(t("tasks.evidence")), dcc.Link(t("tasks.open_evidence"), href=about)], className="evidence"
    )
