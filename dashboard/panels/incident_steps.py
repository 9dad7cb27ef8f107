"""The course of the selected incident: every step with its time, who acted, and how long it took."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import moment, place
from dashboard.around import around
from dashboard.cases import Row, cases
from dashboard.loaded import missing
from dashboard.panels.incident_table import where
from dashboard.parts import empty, panel, severity
from dashboard.session import door, scope
from dashboard.text import duration, named, number, stamp, t
from dashboard.tree import Tree, tree
from dashboard.view import VIEW

BODY, TOTAL = "steps-body", "steps-total"


def layout() -> Component:
    """Return the empty list."""
    return panel("steps", t("steps.title"), html.Div(id=BODY), total=html.Span(id=TOTAL))


@callback(Output(BODY, "children"), Output(TOTAL, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Any, Any]:
    """Show the steps of the view's incident."""
    incident = (view or {}).get("incident")
    if not incident:
        return missing("incident") or empty(t("steps.choose")), None
    rows = told_once(door().query("incident_steps", scope(), incident_id=incident).to_pylist())
    case = cases(view).find(incident)
    if not rows and case is None:
        return empty(t("steps.none", incident=incident)), None
    return [*_head(case, tree(moment.today(view or {}))), html.Ol(_course(case, rows))], t(
        "steps.total", n=number(len(rows))
    )


def told_once(rows: list[Row]) -> list[Row]:
    """Return the steps without those another source told again: same state, same second."""
    pairs = zip(rows, [None, *rows], strict=False)
    return [row for row, last in pairs if last is None or _moment(row) != _moment(last)]


def _moment(row: Row) -> tuple[str, Any]:
    return row["to_state"], row["stepped_at"]


def _head(case: Row | None, known: Tree) -> list[Component]:
    if case is None:
        return []
    name = html.Div([severity(case["severity"]), html.B(case["title"] or case["subkind"] or named(case, "kind"))])
    spot = html.Div(f"{case['incident_id']} · {where(case, known)}", className="note")
    return [html.Div([name, spot, *around(case)], className="head")]


def _course(case: Row | None, rows: list[Row]) -> list[Component]:
    lines: list[Component] = []
    before = case["reported_at"] if case else None
    if case and not any(row["to_state"] == "S10" for row in rows):
        lines.append(_line(t("step.S10"), stamp(before), "", []))
    for row in rows:
        took = (row["stepped_at"] - before).total_seconds() if before else None
        before = row["stepped_at"]
        spent = "" if took is None else f"+{duration(took)}"
        lines.append(_line(t(f"step.{row['to_state']}"), stamp(row["stepped_at"]), spent, _facts(row)))
    return lines


def _line(name: str, at: str, spent: str, facts: list[str]) -> Component:
    top = html.Div([html.B(name), html.Span(at), html.Small(spent)])
    return html.Li([top, html.Div(" · ".join(facts), className="note")] if facts else [top])


def _facts(row: Row) -> list[str]:
    level = place.level_name(row["level"]) if row["level"] else None
    due = t("steps.due", at=stamp(row["deadline_at"])) if row["deadline_at"] else None
    return [words for words in (row["unit_name"] or level, row["reason"], due) if words]
