"""What was corrected in a closed month: figure, area, before and after, the difference, and why."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import closing
from dashboard.grid import column, grid, number_column
from dashboard.panels.rate_head import metric_name
from dashboard.parts import panel
from dashboard.text import DASH, named, number, stamp, t
from dashboard.view import VIEW

GRID, NOTE = "corrections-grid", "corrections-note"


def layout() -> Component:
    """Return the empty list."""
    columns = [
        column("metric", t("closing.metric"), 170),
        column("area", t("closing.area"), 120),
        column("before", t("closing.before"), 110, cellClass="number"),
        column("after", t("closing.after"), 110, cellClass="number"),
        number_column("moved", t("closing.moved"), 70),
        column("reason", t("closing.reason"), 200),
        column("who", t("closing.who"), 150),
    ]
    return panel("closing-corrections", t("closing.corrections_title"), grid(GRID, columns), html.Span(id=NOTE))


@callback(Output(GRID, "rowData"), Output(NOTE, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[list[dict[str, Any]], str]:
    """Show the corrections of the chosen month."""
    month = closing.chosen(view)
    rows = closing.corrections(month)
    return [row(one) for one in rows], t("closing.of", month=month, n=number(len(rows)))


def row(one: dict[str, Any]) -> dict[str, Any]:
    """Return one correction as the list shows it."""
    before, after = one["part_before"] or 0.0, one["part_after"] or 0.0
    return {
        "id": one["correction_id"],
        "metric": metric_name(one["metric"]),
        "area": named(one),
        "before": spelled(one["part_before"], one["whole_before"]),
        "after": spelled(one["part_after"], one["whole_after"]),
        "moved": f"{after - before:+,.6g}",
        "reason": one["reason"],
        "who": f"{one['account']} · {stamp(one['corrected_at'])}",
    }


def spelled(part: float | None, whole: float | None) -> str:
    """Return a figure as part / whole, or the part alone where nothing is divided."""
    if part is None:
        return DASH
    return f"{part:,.6g}" if whole is None else f"{part:,.6g} / {whole:,.6g}"
