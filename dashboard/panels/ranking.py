"""The areas below the view's, by their in-grid rate, each with its interval against the neutral line.

Nobody is marked against a line nobody set as a target; under n = 30 there is no place in the order.
"""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import figures, moment, place
from dashboard.charts import graph
from dashboard.intervals import Rate, ranking
from dashboard.look import look
from dashboard.parts import panel
from dashboard.session import door
from dashboard.text import named, t
from dashboard.view import VIEW

CHART = "ranking-chart"
NOTE = "ranking-note"
METRIC = "in_grid_on_time"
ROWS = 14


def layout() -> Component:
    """Return the empty ranking."""
    return panel("ranking", t("ranking.title"), graph(CHART), html.Span(id=NOTE), t("ranking.columns"))


@callback(Output(CHART, "figure"), Output(NOTE, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[dict[str, Any], str]:
    """Show the ranking of the last thirty days."""
    rows = figures.below(METRIC, view, moment.period({**(view or {}), "period": "30d"}))
    chart = ranking(shortened(ordered(rows)), look(view), door().config.incidents.reference_rate)
    return chart, t("ranking.note", level=place.level_name(place.below(view)))


def ordered(rows: list[dict[str, Any]]) -> list[Rate]:
    """Return the areas by rate, the unranked last; what is in no area below is no area and not shown."""
    rates = [
        Rate(named(row), row["value"], row["low"], row["high"], row["n"]) for row in rows if row["level"] != "unlocated"
    ]
    return sorted(rates, key=lambda rate: (not rate.ranked, -(rate.value or 0), -rate.n, rate.name))


def shortened(rates: list[Rate], most: int = ROWS) -> list[Rate]:
    """Return both ends of a ranking too long for its panel; the row between says how many are left out."""
    if len(rates) <= most:
        return rates
    half = (most - 1) // 2
    left_out = len(rates) - 2 * half
    return [*rates[:half], Rate(t("ranking.between", n=left_out), None, None, None, 0), *rates[-half:]]
