"""Every area right below the view's per 1,000 households: the step before and the one now, beside the whole."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import hot, moment, place
from dashboard.charts import EMPTY, graph
from dashboard.dumbbell import Pair, dumbbell
from dashboard.look import look
from dashboard.parts import panel
from dashboard.text import named, number, t
from dashboard.tree import Tree, tree
from dashboard.view import VIEW

if TYPE_CHECKING:
    from data.analysis.hot_spots import HotSpots

CHART, TITLE, WHY = "hot-streets-chart", "hot-streets-title", "hot-streets-why"
PER = 1000
SURE = 1.96  # of a difference of two counts, in standard deviations

View = dict[str, Any]


def layout() -> Component:
    """Return the empty chart."""
    body = [graph(CHART), html.Span(id=WHY, className="why")]
    return panel("hot-streets", html.Span(id=TITLE), body, t("hotspots.streets_note"), t("hotspots.streets_unit"))


@callback(Output(CHART, "figure"), Output(TITLE, "children"), Output(WHY, "children"), VIEW)
def show(view: View | None) -> tuple[dict[str, Any], str, Any]:
    """Show the areas right below the view's, the highest rate first."""
    view = view or {}
    spots = hot.found({**view, "shape": "areas"})
    title = t("hotspots.streets", level=place.level_name(place.below(view)).lower())
    known = tree(moment.today(view))
    rows = rates(spots, known, place.area(view))
    homes = known.households(place.area(view))
    if not rows or not homes:
        return EMPTY, title, html.P(t("hotspots.no_households"), className="empty")
    whole = sum(unit.n for unit in spots.units) / homes * PER
    return dumbbell(rows, look(view), whole, t("hotspots.streets_city", rate=number(whole, 1))), title, None


def rates(spots: HotSpots, known: Tree, area: str) -> list[Pair]:
    """Return the pair of every area right below `area` whose households are known."""
    now: Counter[str] = Counter()
    before: Counter[str] = Counter()
    for unit in spots.units:
        child = known.child_of(unit.area_id, area)
        if child:
            now[child] += unit.n
            before[child] += unit.before
    homes = {child: known.households(child) for child in known.children.get(area, [])}
    pairs = [
        Pair(
            named(known.rows[child]),
            before[child] / households * PER,
            now[child] / households * PER,
            abs(now[child] - before[child]) > SURE * math.sqrt(now[child] + before[child]),
        )
        for child, households in homes.items()
        if households
    ]
    return sorted(pairs, key=lambda pair: -pair.now)
