"""The lines of the audit log, the newest first."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import trail
from dashboard.grid import column, grid, number_column
from dashboard.parts import panel
from dashboard.takeaway import export_menu
from dashboard.text import number, t
from dashboard.view import VIEW

GRID, NOTE = "audit-lines-grid", "audit-lines-note"


def layout() -> Component:
    """Return the empty table."""
    columns = [
        number_column("number", t("audit.head_number"), 70),
        column("at", t("audit.head_at"), 150),
        column("account", t("audit.head_account"), 110),
        column("action", t("audit.head_action"), 120, tooltipField="code"),
        column("subjects", t("audit.head_subjects"), 170, tooltipField="subjects"),
        column("period", t("audit.head_period"), 170, tooltipField="period"),
        column("reason", t("audit.head_reason"), 180, tooltipField="reason"),
        number_column("rows", t("audit.head_rows"), 70),
        column("place", t("audit.head_place"), 100),
    ]
    return panel("audit-lines", t("audit.lines"), grid(GRID, columns), html.Span(id=NOTE), export_menu("audit"))


@callback(Output(GRID, "rowData"), Output(NOTE, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[list[trail.Row], str]:
    """Show the newest lines of the choices."""
    found = trail.found(view)
    shown = found.lines.num_rows
    note = t("audit.cut", n=number(shown), total=number(found.total)) if shown < found.total else ""
    return [_line(at, row) for at, row in enumerate(found.lines.to_pylist())], note


def _line(at: int, row: trail.Row) -> trail.Row:
    return {
        **{name: row[name] for name in ("number", "reason", "place")},
        "id": f"{row['number']}-{at}",
        "at": trail.second(row["at"]),
        "account": row["account"] or t("audit.stranger"),
        "code": row["action"],
        "action": trail.action(row["action"]),
        "subjects": trail.subjects(row["subjects"]),
        "period": trail.period(row["period"]),
        "rows": trail.count(row["rows"]),
    }
