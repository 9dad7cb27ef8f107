"""The way to a new task (交办) from wherever there is something to decide: it takes the evidence along."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.session import scope
from dashboard.text import t
from dashboard.view import link


def assign_link(about: str, area: str, title: str) -> Component:
    """Return the link that opens a new task about an area; nothing for who gives none.

    about: address of the page the task is given from ('/hotspots?...'), title: what it is about.
    """
    if not scope().gives_tasks:
        return html.Span(hidden=True)
    return dcc.Link(t("tasks.give"), href=link("/tasks", new=1, about=about, area=area, title=title))
