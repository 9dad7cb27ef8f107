"""Two small maps beside the large one: the emerging class of every unit, and what changed against the step before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import hot, hot_fills, moment, place
from dashboard.look import look
from dashboard.panels.hot_map import NOTHING, swatch
from dashboard.parts import panel
from dashboard.session import door, scope
from dashboard.text import number, t, voice
from dashboard.view import VIEW

if TYPE_CHECKING:
    from data.analysis.hot_spots import HotSpots

KINDS = ("emerging", "difference")
WIDE, HIGH = 320, 156  # design pixels of the picture

View = dict[str, Any]


def layout() -> list[Component]:
    """Return the two empty maps."""
    notes = [html.Span(id="hot-emerging-note"), html.Span(t("hotspots.difference_note"))]
    return [
        panel(f"hot-small {of}", t(f"hotspots.{of}"), html.Div(id=f"hot-{of}-body"), note)
        for of, note in zip(KINDS, notes, strict=True)
    ]


@callback(
    Output("hot-emerging-body", "children"),
    Output("hot-emerging-note", "children"),
    Output("hot-difference-body", "children"),
    VIEW,
)
def show(view: View | None) -> tuple[Any, str, Any]:
    """Show both maps of the view's question."""
    spots, view = hot.found(view), view or {}
    emerging, difference = (_small(of, spots, view) for of in KINDS)
    return emerging, t("hotspots.emerging_note", n=number(spots.method["steps"])), difference


def _small(of: str, spots: HotSpots, view: View) -> list[Component]:
    """Return a picture that makes the large map show the same, and its classes; what is empty says so."""
    shown = hot_fills.shown(of, spots)
    facts: Any = {"data-choose": "show", "data-to": of, "title": t("hotspots.enlarge")}
    picture = html.Img(src=_address(of, view), alt=t(f"hotspots.{of}"))
    button = html.Button(picture, type="button", className="small-map", **facts)
    entries = [html.Span([swatch(one.token), one.words, html.B(number(one.n))]) for one in shown.classes]
    return [button, html.P(entries or t(f"hotspots.{NOTHING[of]}"), className="small-legend")]


def _address(of: str, view: View) -> str:
    style = look(view)
    about = {"theme": style.theme, "lang": voice().language, "scope": scope().area_id}
    where = {"area": place.area(view), "day": moment.today(view)}
    size = {"w": round(style.px(WIDE)), "h": round(style.px(HIGH))}
    return f"/api/map/{door().version()}/hot/small/{of}.svg?{urlencode({**hot.asked(view), **about, **where, **size})}"
