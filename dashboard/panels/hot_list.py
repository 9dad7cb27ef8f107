"""The hot spots by number: class, course, one sentence with its numbers, and what to do about each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import hot, hot_words, moment, place
from dashboard.assign import assign_link
from dashboard.charts import spark
from dashboard.parts import Children, chip, empty, panel
from dashboard.takeaway import export_menu
from dashboard.text import number, t
from dashboard.tree import Tree, tree
from dashboard.view import VIEW, link

if TYPE_CHECKING:
    from data.analysis.hot_spots import HotSpots, Spot

BODY, TITLE, TOTAL = "hot-list-body", "hot-list-title", "hot-list-total"
# The periods of the incidents page that hold a step of so many weeks.
PERIODS = {1: "7d", 2: "30d", 4: "30d"}
COLD_CLASSES = ("diminishing", "historical")

View = dict[str, Any]


def layout() -> Component:
    """Return the empty list."""
    total = [html.Span(id=TOTAL), export_menu("hot_spots", "place")]
    return panel("hot-list", html.Span(id=TITLE), html.Div(id=BODY), t("hotspots.list_note"), total)


@callback(Output(BODY, "children"), Output(TITLE, "children"), Output(TOTAL, "children"), VIEW)
def show(view: View | None) -> tuple[Children, str, str]:
    """List the hot spots of the view's question, the strongest first."""
    spots, view = hot.found(view), view or {}
    if not spots.spots:
        return empty(why_none(spots, view)), t("hotspots.list_none"), ""
    known = tree(moment.today(view))
    items = [_item(spot, spots, view, known) for spot in spots.spots]
    steps = t("hotspots.list_trend", n=number(len(spots.spots[0].trend)))
    return html.Ol(items), t("hotspots.list", n=number(len(items))), steps


def why_none(spots: HotSpots, view: View) -> str:
    """Say why there is no hot spot: no incidents, no base to rate them by, too few units, or nothing stands out."""
    facts = {"area": place.title(view), "weeks": spots.method["weeks"], "kind": hot.kind_name(view)}
    rated = sum(unit.rated for unit in spots.units)
    if not spots.n:
        return t("hotspots.no_incidents", **facts)
    if not any(unit.base for unit in spots.units):
        return t("hotspots.no_base", base=t(f"hotspots.base_{spots.base}"))
    if rated < hot.FEWEST_UNITS:
        return t("hotspots.too_few", area=facts["area"], n=number(rated))
    return t("hotspots.none", n=number(spots.n), **facts)


def emphasised(sentence: str, figures: list[str]) -> list[Any]:
    """Return a sentence with these figures, in their order, made strong."""
    out: list[Any] = []
    for figure in figures:
        before, found, rest = sentence.partition(figure)
        if found:
            out += [before, html.B(found)]
            sentence = rest
    return [*out, sentence]


def _item(spot: Spot, spots: HotSpots, view: View, known: Tree) -> Component:
    mine = hot.chosen(view) == spot.number
    facts: Any = {"data-choose": "spot", "data-to": "" if mine else str(spot.number)}
    facts["aria-pressed"] = "true" if mine else "false"
    kind = "cooling" if spot.emerging in COLD_CLASSES else "plain" if spot.emerging is None else "warm"
    head = [html.I(number(spot.number), className="disc"), html.B(spot.name), _class(spot, kind)]
    figures = [number(spot.n), number(spot.rate, 1), number(spot.ratio, 1)]
    under = " · ".join(filter(None, [hot_words.kinds(spot), hot_words.statistics(spot)]))
    parts = [
        html.Button([*head, _trend(spot)], type="button", className="spot-head", **facts),
        html.P(emphasised(hot_words.sentence(spot, spots), figures), className="said"),
        html.P(under, className="note"),
        html.Div(_acts(spot, spots, view, known), className="acts"),
    ]
    return html.Li(parts, className="spot picked" if mine else "spot")


def _class(spot: Spot, kind: str) -> Component:
    return chip(hot_words.class_name(spot.emerging), f"class {kind} em-{spot.emerging}")


def _trend(spot: Spot) -> Component:
    shape: Any = {"--shape": spark([float(n) for n in spot.trend])}
    told = " ".join(number(n) for n in spot.trend)
    return html.I(className="spark", style=shape, title=told)


def _acts(spot: Spot, spots: HotSpots, view: View, known: Tree) -> list[Component]:
    """Return the ways on: its cases, a task about it, a place in the briefing."""
    area, kind = common(spot, known, place.area(view)), hot.kind(view)
    kept = {"kind": "" if kind == hot.EVERY else kind, "period": PERIODS[spots.method["weeks"]], "area": area}
    here = link("/hotspots", **hot.asked(view), spot=spot.number)
    title = t("hotspots.assign_about", name=spot.name, kind=hot.kind_name(view))
    return [
        dcc.Link(t("hotspots.cases"), href=link("/incidents", state="all", **kept)),
        assign_link(here, area, title),
        dcc.Link(t("hotspots.briefing"), href=link("/briefing", chapter="hot", area=area, day=view.get("day"))),
    ]


def common(spot: Spot, known: Tree, top: str) -> str:
    """Return the smallest area that holds all units of a hot spot; the view's own where they are cells."""
    ways = [list(known.up(area)) for area in spot.area_ids]
    if not ways or not all(ways):
        return top
    return next((area for area in ways[0] if all(area in way for way in ways)), top)
