"""The months that are over: open or closed, by whom, on which version, with how many corrections."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback
from dash.development.base_component import Component

from dashboard import closing
from dashboard.grid import column, grid, number_column
from dashboard.parts import panel
from dashboard.session import door
from dashboard.takeaway import export_menu
from dashboard.text import DASH, number, t
from dashboard.view import VIEW, control
from data.corrections import Corrections

GRID = "closing-grid"


def layout(asked: str) -> Component:
    """Return the empty list."""
    columns = [
        column("month", t("closing.month"), 90),
        column("state", t("closing.state"), 90),
        column("at", t("closing.at"), 130),
        column("account", t("closing.account"), 100),
        number_column("figures", t("closing.figures"), 90),
        number_column("corrected", t("closing.corrections"), 80),
        column("note", t("closing.note"), 160),
    ]
    return panel(
        "closing-months",
        t("closing.months"),
        grid(GRID, columns, asked or None),
        t("closing.about"),
        export_menu("closing"),
    )


@callback(Output(GRID, "rowData"), VIEW)
def show(view: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Show the months, the newest first."""
    kept = Corrections(door().operations)
    return [row(month, len(kept.of(month))) for month in closing.months(view)]


def row(month: str, corrected: int) -> dict[str, Any]:
    """Return one month as the list shows it."""
    found = closing.closed(month)
    told = {"id": month, "month": month, "state": t("closing.closed" if found else "closing.open")}
    if found is None:
        return told | {"at": DASH, "account": DASH, "figures": DASH, "corrected": DASH, "note": ""}
    at = found.closed_at.replace("T", " ")[:16]
    return told | {
        "at": at,
        "account": found.account,
        "figures": number(found.rows),
        "corrected": number(corrected),
        "note": found.note,
    }


clientside_callback(
    ClientsideFunction("pages", "picked"),
    Output(control("month"), "value"),
    Input(GRID, "selectedRows"),
    prevent_initial_call=True,
)
