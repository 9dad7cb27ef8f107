"""The scorecard: units of one level among their peers, by the front rate with interval, other metrics beside it.

Nobody is marked against a line nobody set as a target; peers are of one urban class; no rank under n = 30, nor in a
group of fewer than five, where the distance to the neutral line stands instead. No person is ever ranked.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback, html
from dash.development.base_component import Component

from dashboard import place
from dashboard.figures import NOTHING
from dashboard.grid import Column, column, grid, number_column
from dashboard.intervals import scale, ticks
from dashboard.panels.rate_head import metric_name
from dashboard.parts import panel
from dashboard.peers import FEWEST_PEERS, Place, places
from dashboard.session import door
from dashboard.standing import BESIDE, FRONT, Row, Unit, level, spelled, units
from dashboard.text import DASH, number, percent, points, t
from dashboard.tree import CLASSES
from dashboard.view import VIEW, control
from data.metrics import METRICS

GRID, NOTE = "scorecard-grid", "scorecard-note"
Ends = tuple[float, float]


def layout(chosen: str | None = None) -> Component:
    """Return the empty table."""
    groups: Any = {"function": "isGroup(params)"}
    heights: Any = {"function": "rowHeight(params)"}
    options = {"isFullWidthRow": groups, "fullWidthCellRenderer": "Peers", "getRowHeight": heights}
    table = grid(GRID, columns((0.9, 1.0)), chosen, **options)
    return panel("scorecard", t("scorecard.title"), table, html.Span(id=NOTE), t("scorecard.marks"))


@callback(Output(GRID, "rowData"), Output(GRID, "columnDefs"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[list[Row], list[Column]]:
    """Show the units of the level, peers together."""
    found = units(view)
    ranked = [unit.rate for unit in found if unit.rate.ranked]
    ends = scale([r.low or 0 for r in ranked], [r.high or 0 for r in ranked], door().config.incidents.reference_rate)
    return rows(found, ends), columns(ends)


@callback(Output(NOTE, "children"), VIEW)
def explain(view: dict[str, Any] | None) -> str:
    """Say which units these are."""
    return t("scorecard.note", area=place.title(view), level=place.level_name(level(view)))


def columns(ends: Ends) -> list[Column]:
    """Return the columns; that of the intervals carries its scale from ends[0] to ends[1]."""
    line = door().config.incidents.reference_rate
    marks = [value for value in ticks(*ends) if not line or abs(value - line) > (ends[1] - ends[0]) * 0.12]
    told: list[Row] = [{"at": _at(value, ends), "words": f"{value * 100:g}", "line": False} for value in marks]
    if line:
        told.append({"at": _at(line, ends), "words": f"{line * 100:g}%", "line": True})
    ranged: Any = {"headerComponent": "Scale", "headerComponentParams": {"ticks": told}}
    first = [
        column("rank", t("scorecard.rank"), 92, "Rank"),
        column("name", t("scorecard.unit"), 156, "Named", minWidth=130),
        column("at", metric_name(FRONT), 290, "Interval", **ranged),
        number_column("value", "%", 68, cellClass="number strong"),
        number_column("n", "n", 62, cellClass="number muted"),
    ]
    wrapped: Any = {"wrapHeaderText": True, "cellRenderer": "Figure"}
    return first + [number_column(name, metric_name(name), 94, **wrapped) for name in BESIDE]


def rows(found: list[Unit], ends: Ends) -> list[Row]:
    """Return the rows of the table: a heading and its units for each peer group, and last what has no place."""
    classed = any(unit.group for unit in found)
    listed: list[Row] = []
    located = sorted((unit for unit in found if unit.located), key=lambda unit: _class_order(unit.group))
    for group, members in groupby(located, key=lambda unit: unit.group):
        listed += peers(group, list(members), classed, ends)
    apart = [unit for unit in found if not unit.located and unit.rate.n]
    if apart:
        about = t("scorecard.apart_note")
        listed.append({"id": "group:apart", "name": t("scorecard.apart"), "group": about})
        listed += [row(unit, None, "", ends) for unit in apart]
    return listed


def peers(group: str | None, members: list[Unit], classed: bool, ends: Ends) -> list[Row]:
    """Return one peer group: its heading, then its units, the first rank first."""
    comparable = not classed or group is not None
    found = places([unit.rate for unit in members]) if comparable else [None] * len(members)
    ranked = any(found)
    ordered = sorted(zip(members, found, strict=True), key=_order)
    name = t(f"scorecard.class_{group}") if group in CLASSES else group or t("scorecard.class_none")
    why = "" if ranked else t("scorecard.few", n=FEWEST_PEERS) if comparable else t("scorecard.unclassed")
    about = " · ".join(filter(None, [t("scorecard.units", n=number(len(members))), why]))
    if not classed:
        name = t("scorecard.together")
    return [
        {"id": f"group:{group}", "name": name, "group": about},
        *(row(unit, spot, distance(unit) if not ranked else "", ends) for unit, spot in ordered),
    ]


def _class_order(group: str | None) -> tuple[int, str]:
    known = group in CLASSES
    return (CLASSES.index(group) if known and group else len(CLASSES) + (group is None), group or "")


def _order(pair: tuple[Unit, Place | None]) -> tuple[int, float, str]:
    unit, spot = pair
    last = 10**6 if unit.rate.ranked else 10**7
    return (spot.rank if spot else last, -(unit.rate.value or 0), unit.rate.name)


def distance(unit: Unit) -> str:
    """Return how far a rate lies from the neutral line, where there is one and enough cases."""
    line = door().config.incidents.reference_rate
    return points(unit.rate.value - line) if line and unit.rate.ranked and unit.rate.value is not None else ""


def row(unit: Unit, spot: Place | None, note: str, ends: Ends) -> Row:
    """Return the row of one unit."""
    rate = unit.rate
    made: Row = {
        "id": unit.area_id,
        "rank": str(spot.rank) if spot else DASH,
        "rank_note": t("scorecard.shared") if spot and spot.shared else note,
        "name": rate.name if unit.located else t("scorecard.inside", name=rate.name),
        "value": percent(rate.value, unit=False),
        "n": number(rate.n),
        **_interval(unit, ends),
    }
    for name in BESIDE:
        other = unit.beside.get(name, NOTHING)
        made[name] = spelled(METRICS[name], other["value"])
        made[f"{name}_told"] = t("scorecard.n", n=number(other["n"]))
    return made


def _interval(unit: Unit, ends: Ends) -> Row:
    rate, line = unit.rate, door().config.incidents.reference_rate
    if not rate.ranked:
        return {"why": t("chart.unranked", n=number(rate.n)) if rate.n else t("scorecard.nothing")}
    low, high = rate.low or 0.0, rate.high or 0.0
    facts = {"low": percent(low, False), "high": percent(high), "value": percent(rate.value), "n": number(rate.n)}
    return {
        "at": _at(rate.value or 0.0, ends),
        "low": _at(low, ends),
        "high": _at(high, ends),
        "line": _at(line, ends) if line else None,
        "mark": "near" if not line or low <= line <= high else "apart",
        "spelled": t("chart.rate", name=rate.name, **facts),
    }


def _at(value: float, ends: Ends) -> float:
    return round((value - ends[0]) / (ends[1] - ends[0]), 4)


clientside_callback(
    ClientsideFunction("pages", "picked"),
    Output(control("subject"), "value"),
    Input(GRID, "selectedRows"),
    prevent_initial_call=True,
)
