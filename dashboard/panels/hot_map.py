"""The map of hot spots: units in classes, numbered rings, and a town view that goes where a hot spot is chosen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import extent, hot, hot_fills, hot_marks, moment, place
from dashboard.api import BUNDLE
from dashboard.deck import HATCH_PX, Map
from dashboard.look import look
from dashboard.panels.map import box, render
from dashboard.panels.segments import segments
from dashboard.parts import panel
from dashboard.session import door
from dashboard.takeaway import export_menu
from dashboard.text import days, distance, number, t
from dashboard.view import VIEW
from data.days import local_day

if TYPE_CHECKING:
    from data.analysis.hot_spots import HotSpots

SPEC, CANVAS, NOTE, LEGEND = "hot-map-spec", "hot-map", "hot-map-note", "hot-map-legend"
LABEL_PX, DISC_PX = 13, 13
# What is said of a fill in which no unit has a colour.
NOTHING = {"significance": "neither_any", "rate": "no_rate", "emerging": "no_class", "difference": "nothing_holds"}

View = dict[str, Any]


def layout(show: str = "") -> Component:
    """Return the empty map with the choice of what fills it, and its legend."""
    shows = segments("show", [(value, t(f"hotspots.show_{value}")) for value in hot.SHOWS], show)
    body = [dcc.Store(id=SPEC), box(CANVAS), html.Div(id=LEGEND, className="legend hot")]
    total = html.Div([shows, export_menu("hot_units", "place")], className="tools")
    return panel("hot-map map", t("hotspots.map"), body, html.Span(id=NOTE), total)


render(SPEC, CANVAS)


@callback(Output(SPEC, "data"), Output(NOTE, "children"), Output(LEGEND, "children"), VIEW)
def describe(view: View | None) -> tuple[dict[str, Any], str, list[Any]]:
    """Describe the map of the view's question, its period and its legend."""
    view, spots = view or {}, hot.found(view)
    drawn, of, style = HotMap(view), hot.show(view), look(view)
    drawn.units(spots, of)
    if of == "density":
        drawn.density()
    font = door().config.screen.font
    drawn.names(font, style.px(LABEL_PX))
    rings = {scale: hot_marks.rings(spots, at, style.theme, hot.chosen(view)) for scale, at in drawn.bounds.items()}
    drawn.draw("hot_spots", lambda scale: rings[scale], font=font, size=style.px(DISC_PX))
    near = {str(spot.number): hot_marks.look_at(spot) for spot in spots.spots}
    spec = drawn.spec(bundle=BUNDLE, chooseSpot="spot", near=near)
    return spec, f"{hot.kind_name(view)} · {period(spots)}", legend(spots, of)


def legend(spots: HotSpots, of: str) -> list[Any]:
    """Return what the fill means: classes with their number of units, the method, and what is left out."""
    unrated = sum(not unit.rated for unit in spots.units)
    classes: list[Component] = []
    if of == "density":
        told = t("hotspots.method_density", bandwidth=distance(spots.method["bandwidth_m"]))
        classes.append(html.Div(className="ramp heat"))
    else:
        shown = hot_fills.shown(of, spots)
        told = shown.method
        classes += [_entry(one) for one in shown.classes]
        classes += [] if shown.tokens else [html.Span(t(f"hotspots.{NOTHING[of]}"), className="note")]
    return [
        html.Div(classes, className="classes"),
        html.P([told, " · ", about(spots)], className="note"),
        html.P(" · ".join(apart(spots, unrated)), className="note"),
    ]


def about(spots: HotSpots) -> str:
    """Return how many units and incidents a map is about, in which steps, on which base."""
    facts = {"units": number(len(spots.units)), "n": number(spots.n), "weeks": spots.method["weeks"]}
    return f"{t('hotspots.n', **facts)} · {t('hotspots.base_said', base=t(f'hotspots.base_{spots.base}'))}"


def apart(spots: HotSpots, unrated: int) -> list[str]:
    """Return what to be careful of: sparse counts, units of too small a base, incidents known only by a larger area."""
    out = [t("hotspots.sparse")] if spots.method.get("sparse") else []
    out += [t("hotspots.unrated", n=number(unrated))] if unrated else []
    return [*out, t("hotspots.left_out", n=number(spots.left_out))] if spots.left_out else out


def _entry(one: hot_fills.Class) -> Component:
    parts = [swatch(one.token), html.Span(one.words), html.Span(number(one.n), className="n")]
    return html.Span(parts, className="entry")


def swatch(token: str) -> Component:
    """Return a patch in the colour of a token; the ground is an empty frame."""
    style: Any = {"--swatch": f"var(--{token})"} if token else {}
    return html.I(className="swatch" if token else "swatch ground", style=style)


def period(spots: HotSpots) -> str:
    """Return the days of the step that is shown."""
    zone = door().config.zone
    start, end = spots.method["start"], spots.method["end"]
    return days(local_day(start, zone), local_day(end - timedelta(microseconds=1), zone))


class HotMap(Map):
    """A map whose addresses carry the question of the page."""

    def __init__(self, view: View) -> None:
        super().__init__(place.area(view), look(view).theme, moment.today(view))
        self.asked = {key: value for key, value in hot.asked(view).items() if key not in ("area", "day")}

    def address(self, path: str, **query: object) -> str:
        """Return the address of a map's data with everything the question depends on."""
        return super().address(path, **{**self.asked, **query})

    def units(self, spots: HotSpots, of: str) -> None:
        """Add the ground with the units filled: grids under roads and borders, cells over them; unrated hatched."""
        cells = bool(spots.method.get("cells"))
        own = of != "density"
        self.ground(filled=own and not cells, fill=f"hot/fill/{of}")
        if cells and own:
            url = {"@@function": "filled", "url": self.address("hot/cells"), "fill": self.address(f"hot/fill/{of}")}
            self.draw("areas", {"cells": url})
        if own and not cells and not all(unit.rated for unit in spots.units):
            self.draw("areas", lambda scale: {"hatch": self._unrated(scale)})

    def density(self) -> None:
        """Add the density of the step's incidents."""

        def source(scale: str) -> str:
            return self.address("hot/density.png", view=scale, bounds=extent.joined(self.whole))

        self.draw("heat", source, bounds=list(self.whole))

    def names(self, font: str, size: float) -> None:
        """Add names that give way to the numbered rings."""
        deepest = {"city": 1, "town": 2}

        def source(scale: str) -> dict[str, Any]:
            where = {"bounds": extent.joined(self.bounds[scale]), "em": size, "deepest": deepest[scale]}
            return {"@@function": "sized", "url": self.address("hot/labels", **where), "view": scale}

        self.draw("labels", source, font=font, size=size)

    def _unrated(self, scale: str) -> dict[str, Any]:
        gap = f"{HATCH_PX * 2 * self._half_pixel(scale):.6f}"
        return {"@@function": "binary", "url": self.address("hot/hatch", gap=gap)}
