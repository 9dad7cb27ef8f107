"""The briefing as it will be printed, and the ways to take it away."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard.briefing import address, made
from dashboard.parts import icon, panel
from dashboard.session import door
from dashboard.text import t
from dashboard.view import VIEW
from data.briefing.browser import find
from data.briefing.page import page

FRAME, STAMP, LINKS = "briefing-frame", "briefing-stamp", "briefing-links"
FORMS = ("html", "pdf", "docx")


def layout() -> Component:
    """Return the frame of the pages; nothing in it can run."""
    frame: Any = html.Iframe(id=FRAME, sandbox="", title=t("briefing.preview"), srcDoc="")
    return panel("briefing-preview", t("briefing.preview"), frame, html.Span(id=STAMP))


def takeaway() -> Component:
    """Return the links to the files."""
    return panel("briefing-forms", t("briefing.take"), html.Div(id=LINKS, className="line"))


@callback(Output(FRAME, "srcDoc"), Output(STAMP, "children"), Output(LINKS, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[str, str, list[Component]]:
    """Show the briefing of the view."""
    told = made(view)
    return page(told), f"{told.place} · {told.span} · {told.labels['as_of']}", _links(view)


def _links(view: dict[str, Any] | None) -> list[Component]:
    prints = find(door().config.briefing) is not None
    links = [_link(form, view) for form in FORMS if prints or form != "pdf"]
    return links if prints else [*links, html.P(t("briefing.no_browser"), className="muted")]


def _link(form: str, view: dict[str, Any] | None) -> Component:
    inside = [icon("export"), html.Span(t(f"briefing.form_{form}"))]
    kind = "button primary" if form == "pdf" else "button"
    return html.A(inside, href=address(form, view), target="_blank", className=kind, title=t(f"briefing.for_{form}"))
