"""What can be asked: the tables the account may see, their columns and how many rows each holds."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import console
from dashboard.parts import panel
from dashboard.text import number, t
from dashboard.view import VIEW

BODY = "sql-tables-body"


def layout() -> Component:
    """Return the empty list."""
    return panel("sql-tables", t("sql.tables"), html.Div(id=BODY), t("sql.tables_note"))


@callback(Output(BODY, "children"), VIEW)
def show(view: dict[str, Any] | None) -> list[Component]:
    """Show every table with its columns."""
    return [_table(name, rows) for name, rows in console.tables(view).items()]


def _table(name: str, rows: pa.Table) -> Component:
    columns = [html.Li([html.Code(one.name), html.Small(_kind(one.type))]) for one in rows.schema]
    head = html.Summary([html.Code(name), html.Small(t("sql.rows", n=number(rows.num_rows)))])
    return html.Details([head, html.P(t(f"sql.table_{name}")), html.Ul(columns)], open=name == "incident")


def _kind(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return t("sql.kind_time")
    if pa.types.is_date(kind):
        return t("sql.kind_day")
    return t("sql.kind_number") if pa.types.is_integer(kind) or pa.types.is_floating(kind) else t("sql.kind_text")
