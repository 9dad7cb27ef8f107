"""Track replay: whom, the map at one moment, the course of the day, and the clock with its strip."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard import subject
from dashboard.panels import course, people, strip, tracks_map

ROLES = ("operator", "leader", "auditor")
dash.register_page(__name__, path="/tracks", order=2, roles=ROLES)  # type: ignore[no-untyped-call]


def layout(**asked: str) -> Component:
    """Lay out the replay; the address says day, workers, moment, speed, range, colours and whom to follow."""
    return html.Main(
        [
            *subject.parts(asked),
            people.layout(asked.get("incident", "")),
            tracks_map.layout(),
            course.layout(),
            strip.layout(),
        ],
        className="page tracks",
    )
