"""The refused rows themselves: line, reason, and what stood in it; a steward corrects what is wrong in its cell.

The rows are read when something is chosen and not again, so that nothing typed is lost to a refresh.
"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import reason
from dashboard.grid import Column, column, grid, number_column
from dashboard.panels.repair import EDITS, NAME
from dashboard.parts import panel
from dashboard.refused import ASKED, MOST, Row, Source, columns, rows, sentence
from dashboard.session import door, scope
from dashboard.text import number, t
from dashboard.view import VIEW
from data.jobs import DONE

GRID, NOTE, TOTAL, EMPTY = "refused-grid", "refused-note", "refused-total", "refused-empty"
OWN = "held:"  # before a column of the row itself, which may be named like one of ours

# What a click in a cell needs of the table; a steward's own column may have a dot in its name.
EDITING = {
    "suppressCellFocus": False,
    "singleClickEdit": True,
    "stopEditingWhenCellsLoseFocus": True,
    "suppressFieldDotNotation": True,
    "suppressNoRowsOverlay": True,  # why there is no row is said in the page's own words
}
TOLD = Input(f"{NAME}-told", "data")


def layout() -> Component:
    """Return the empty table and the store of what it is about."""
    body = [dcc.Store(id=ASKED), html.P(id=EMPTY, className="empty"), grid(GRID, leading(False), **EDITING)]
    return panel("refused-rows", t("refused.title"), body, html.Span(id=NOTE), html.Span(id=TOTAL))


clientside_callback(ClientsideFunction("quality", "asked"), Output(ASKED, "data"), VIEW, State(ASKED, "data"))


@callback(Output(GRID, "rowData"), Output(GRID, "columnDefs"), Input(ASKED, "data"), TOLD)
def show(asked: Row | None, told: Row | None) -> tuple[list[Row], list[Column]]:
    """Show the chosen rows, and again what is left of them after they were loaded."""
    if not asked or (told and told["state"] != DONE):
        raise PreventUpdate
    if not reason.given() or not in_whole_city():
        return [], leading(False)
    source = Source.of(asked.get("refused"))
    found = rows(source)
    lines = [line(row) for row in found]
    at_fault = {row["bad"].removeprefix(OWN) for row in lines}
    names = sorted(columns(found), key=lambda name: name not in at_fault) if source.feed or source.path else []
    return lines, [*leading(not names), *own(names, source)]


@callback(
    Output(NOTE, "children"),
    Output(TOTAL, "children"),
    Output(EMPTY, "children"),
    Input(GRID, "rowData"),
    State(ASKED, "data"),
)
def explain(listed: list[Row] | None, asked: Row | None) -> tuple[str, str, str]:
    """Say how to correct, how many rows there are, and in an empty table what is missing to see them."""
    if not in_whole_city():
        return t("refused.whole_city"), "", t("refused.whole_city")
    if not reason.given():
        return t("refused.needed"), "", t("refused.needed")
    n = len(listed or [])
    source = Source.of((asked or {}).get("refused"))
    note = t("refused.edit" if source.is_file else "refused.choose") if scope().tends_data else ""
    total = t("refused.cut", n=number(n)) if n == MOST else t("refused.total", n=number(n))
    return note, total, "" if n else t("grid.none")


@callback(Output(EDITS, "data"), Input(GRID, "cellValueChanged"), Input(GRID, "rowData"), State(EDITS, "data"))
def remember(changed: list[Row] | None, _: list[Row] | None, known: Row | None) -> Row:
    """Collect what was typed: {line: {column: value}}; rows read anew begin with nothing."""
    if any(one["prop_id"].endswith(".rowData") for one in ctx.triggered):
        return {}
    edits: Row = dict(known or {})
    for one in changed or []:
        name, line_number = str(one["colId"]).removeprefix(OWN), str(one["data"]["row"])
        mine = {**edits.get(line_number, {}), name: str(one["value"] if one["value"] is not None else "")}
        edits[line_number] = {k: v for k, v in mine.items() if v != one["data"]["was"].get(f"{OWN}{k}")}
    return {line_number: mine for line_number, mine in edits.items() if mine}


def in_whole_city() -> bool:
    """Say whether the account has the whole city: a refused row stands in no part of it."""
    return scope().area_id == door().config.city.area_id


def leading(with_content: bool) -> list[Column]:
    """Return the columns every refused row has; `with_content` adds all it held as one text."""
    first = [
        {**fixed(number_column("row", t("refused.row"), 76), 76), "pinned": "left"},
        column("sentence", t("refused.sentence"), 400, cellClass="why-refused", minWidth=360, tooltipField="sentence"),
    ]
    if with_content:
        content = column("content", t("refused.content"), 700, tooltipField="content")
        first += [column("file", t("refused.file"), 150), content]
    return first


def own(names: list[str], source: Source) -> list[Column]:
    """Return a column for each thing the rows held; a steward may change it while one file is chosen."""
    may: Any = (
        {"function": "params.data.was[params.colDef.field] != null"} if source.is_file and scope().tends_data else False
    )
    marks = {
        "wrong": "params.data.bad == params.colDef.field",
        "edited": "params.data.was[params.colDef.field] != params.value",
    }
    # text, whatever it looks like: a table that takes a column for dates would show a wrong one as nothing
    told: Any = {"editable": may, "cellClassRules": marks, "cellDataType": "text"}
    return [fixed(column(f"{OWN}{name}", name, 150, **told), 150) for name in names]


def fixed(made: Column, width: int) -> Column:
    """Return a column that stays so many pixels wide however many there are."""
    return {**{key: value for key, value in made.items() if key != "flex"}, "width": width}


def line(row: Row) -> Row:
    """Return a row of the table; `was` is what it held before anybody typed, `bad` the column at fault."""
    held = {f"{OWN}{name}": value for name, value in (row["held"] or {}).items()}
    at_fault, sign, _ = (row["detail"] or "").partition("=")
    bad = f"{OWN}{at_fault if sign else row['detail'] or ''}"
    text = " · ".join(f"{name}={value}" for name, value in (row["held"] or {}).items() if value)
    return {
        "id": "~".join((row["run_id"], row["path"], str(row["row"]), row["reason"])),
        "row": row["row"],
        "sentence": sentence(row),
        "file": row["path"].rsplit("/", 1)[-1],
        "content": text or t("refused.not_kept"),
        "bad": bad if bad in held else at_fault_by_value(row, held),
        "was": held,
        **held,
    }


def at_fault_by_value(row: Row, held: dict[str, str]) -> str:
    """Return the column that holds the very value the reason names, where there is exactly one."""
    same = [name for name, value in held.items() if value and value == row["detail"]]
    return same[0] if len(same) == 1 else ""
