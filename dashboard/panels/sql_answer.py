"""The answer: a table, how many rows it has, or what is wrong with the question."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import console
from dashboard.grid import Column, column, grid, number_column
from dashboard.parts import panel
from dashboard.takeaway import export_menu
from dashboard.text import number, t, voice
from dashboard.view import VIEW
from data.errors import Problem

GRID, NOTE, FAULT = "sql-grid", "sql-note", "sql-fault"
Row = dict[str, Any]


def layout() -> Component:
    """Return the empty answer."""
    return panel(
        "sql-answer",
        t("sql.answer"),
        [html.Pre(id=FAULT, className="fault"), grid(GRID, [])],
        html.Span(id=NOTE),
        export_menu("sql"),
    )


SHOWN = (Output(GRID, "columnDefs"), Output(GRID, "rowData"), Output(NOTE, "children"), Output(FAULT, "children"))


@callback(*SHOWN, VIEW)
def show(view: dict[str, Any] | None) -> tuple[list[Column], list[Row], str, str]:
    """Show the answer of the view's question, or what is wrong with it."""
    if not console.question(view):
        return [], [], t("sql.nothing_asked"), ""
    try:
        found = console.answer(view)
    except Problem as problem:
        return [], [], "", problem.sentence(voice().language)
    note = t("sql.cut" if found.more else "sql.rows", n=number(found.rows.num_rows))
    return columns(found.rows.schema), rows(found.rows), note, ""


def columns(schema: pa.Schema) -> list[Column]:
    """Return a column for each of the answer's, numbers to the right."""
    return [_column(f"c{at}", one) for at, one in enumerate(schema)]


def rows(table: pa.Table) -> list[Row]:
    """Return the rows of an answer as a table shows them; two columns may have one name."""
    values = [column.to_pylist() for column in table.columns]
    return [
        {"id": str(at), **{f"c{n}": plain(column[at]) for n, column in enumerate(values)}}
        for at in range(table.num_rows)
    ]


def plain(value: object) -> str | int | float | None:
    """Return a value as a cell holds it: numbers as numbers, everything else as text."""
    if value is None or isinstance(value, (int, float, str)):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def _column(field: str, one: pa.Field) -> Column:
    numeric = pa.types.is_integer(one.type) or pa.types.is_floating(one.type) or pa.types.is_decimal(one.type)
    return (number_column if numeric else column)(field, one.name, 140, sortable=True)
