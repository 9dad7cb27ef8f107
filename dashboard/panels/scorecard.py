"""The scorecard: subjects of one level among their peers, each by its score with interval and its main parts.

Nobody is marked against a line nobody set as a target; peers are of one urban class; no rank under n = 30, nor in a
group of fewer than five, where the distance to the target stands instead. Persons are never shown on a wall.
"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, html
from dash.development.base_component import Component

from dashboard import aims, judged, place, reason_form
from dashboard.grid import Column, column, grid, number_column
from dashboard.intervals import ticks
from dashboard.panels.rate_head import metric_name
from dashboard.parts import Children, icon, panel
from dashboard.score_rows import Ends, Scales, at, rows, scales
from dashboard.session import door
from dashboard.standing import FRONT, UNLOCATED, Row, level, rates
from dashboard.takeaway import export_menu
from dashboard.text import DASH, named, number, percent, t
from dashboard.view import VIEW, control

GRID, NOTE, ASK = "scorecard-grid", "scorecard-note", "scorecard-ask"
MOST = {True: 4, False: 6}  # columns of parts: fewer where the front rate draws its interval
PLAIN = Scales((0.0, 1.0), (0.0, 1.0), aims.Aims())


def layout(chosen: str | None = None) -> Component:
    """Return the empty table, and the form that asks why somebody looks at persons."""
    groups: Any = {"function": "isGroup(params)"}
    heights: Any = {"function": "rowHeight(params)"}
    options = {"isFullWidthRow": groups, "fullWidthCellRenderer": "Peers", "getRowHeight": heights}
    table = grid(GRID, columns([], PLAIN), chosen, **options)
    words = html.P([icon("lock"), t("scorecard.reason")])
    line = html.Div(reason_form.fields("scorecard"), className="line")
    form = html.Div([words, line], className="form")
    asked = html.Div(form, id=ASK, className="because", hidden=True)
    return panel(
        "scorecard",
        t("scorecard.title"),
        [table, asked],
        html.Span(id=NOTE),
        [t("scorecard.marks"), export_menu("scorecard")],
    )


reason_form.keep("scorecard")


@callback(Output(GRID, "rowData"), Output(GRID, "columnDefs"), Output(ASK, "hidden"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[list[Row], list[Column], bool]:
    """Show the subjects of the level, peers together."""
    if judged.withheld(view):
        return [], columns([], PLAIN), False
    card = judged.card(view)
    fronted = any(one.part(FRONT) for one in card.rows)
    shown = [part.metric for part in judged.parts(card) if part.metric != FRONT][: MOST[fronted]]
    drawn = scales(card, aims.aims(view))
    return [*rows(card.rows, shown, drawn), *apart(view)], columns(shown, drawn, fronted), True


@callback(Output(NOTE, "children"), VIEW)
def explain(view: dict[str, Any] | None) -> Children:
    """Say which subjects these are."""
    return t("scorecard.note", area=place.title(view), level=judged.level_title(view))


def columns(shown: list[str], drawn: Scales, fronted: bool = True) -> list[Column]:
    """Return the columns; those of intervals carry their scale."""
    wide: Any = {"function": "params.data.why ? 3 : 1"}
    scored: Any = {
        "headerComponent": "Scale",
        "headerComponentParams": {"ticks": _ticks(drawn.score, 0.0), "beside": True},
    }
    first = [
        column("rank", t("scorecard.rank"), 132, "Rank", minWidth=130),
        column("name", t("scorecard.unit"), 130, "Named", minWidth=110),
        column("score", t("scorecard.score"), 240, "Score", minWidth=190, colSpan=wide, **scored),
    ]
    if fronted:
        line = door().config.incidents.reference_rate
        ranged: Any = {"headerComponent": "Scale", "headerComponentParams": {"ticks": _ticks(drawn.rate, line)}}
        first += [
            column("rate", metric_name(FRONT), 240, "Interval", **ranged),
            number_column("value", "%", 74, cellClass="number strong"),
        ]
    wrapped: Any = {"wrapHeaderText": True, "cellRenderer": "Figure"}
    return [
        *first,
        number_column("n", "n", 64, cellClass="number muted"),
        *(number_column(name, metric_name(name), 92, **wrapped) for name in shown),
        number_column("change", t("scorecard.change"), 84, cellClass="number muted"),
    ]


def _ticks(ends: Ends, line: float) -> list[Row]:
    every = ticks(*ends)
    spread = every if line or len(every) < 5 else every[::2]
    marks = [value for value in spread if not line or abs(value - line) > (ends[1] - ends[0]) * 0.14]
    told: list[Row] = [{"at": at(value, ends), "words": f"{value * 100:g}", "line": False} for value in marks]
    return told + ([{"at": at(line, ends), "words": f"{line * 100:g}%", "line": True}] if line else [])


def apart(view: dict[str, Any] | None) -> list[Row]:
    """Return what is known only to lie above the level: counted there, never ranked."""
    if level(view) in (judged.UNIT, judged.WORKER):
        return []
    found = [row for row in rates(FRONT, view) if row["level"] == UNLOCATED and row["n"]]
    head = {"id": "group:apart", "name": t("scorecard.apart"), "group": t("scorecard.apart_note")}
    return [head, *map(_apart, found)] if found else []


def _apart(row: Row) -> Row:
    named_ = t("scorecard.inside", name=named(row))
    told = {"why": t("scorecard.why_apart"), "value": percent(row["value"], unit=False), "n": number(row["n"])}
    return {"id": row["area_id"], "rank": DASH, "rank_note": "", "name": named_, "change": DASH, **told}


clientside_callback(
    ClientsideFunction("pages", "picked"),
    Output(control("subject"), "value"),
    Input(GRID, "selectedRows"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("pages", "followed"),
    Output(GRID, "selectedRows"),
    VIEW,
    State(GRID, "selectedRows"),
    prevent_initial_call=True,
)
