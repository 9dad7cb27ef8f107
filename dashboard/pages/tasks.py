"""The task page (交办): what leaders gave to whom, what is late, and what the place looked like before and after."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard.panels import task_form, task_list, task_said

ROLES = ("leader", "operator", "analyst", "steward")
dash.register_page(__name__, path="/tasks", order=4.2, roles=ROLES)  # type: ignore[no-untyped-call]


def layout(title: str = "", about: str = "", **_: str) -> Component:
    """Lay out the page; `title` and `about` of the address begin a new task."""
    return html.Main(
        [task_list.layout(), html.Div([task_form.layout(title, about), task_said.layout()], className="new")],
        className="page desk tasks-page",
    )
