"""What counted against the chosen unit's rate, and why: handled above the grid, late, overdue, closed by order."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import figures, moment, place
from dashboard.loaded import missing
from dashboard.parts import empty, panel
from dashboard.session import door, scope
from dashboard.standing import FRONT
from dashboard.text import duration, named, number, percent, t
from dashboard.tree import tree
from dashboard.view import VIEW

BODY, NOTE = "exceptions-body", "exceptions-note"
MOST = 200

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty list."""
    return panel("exceptions", t("exceptions.title"), html.Div(id=BODY), html.Span(id=NOTE))


@callback(Output(BODY, "children"), Output(NOTE, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[list[Component], str]:
    """Show the exceptions of the chosen unit, or of the area while none is chosen."""
    asked = {**(view or {}), "area": subject(view)}
    start, end = moment.period(asked)
    until = min(end, moment.now(asked))
    rows = door().query("exceptions", scope(), area=asked["area"], start=start, end=end, now=until).to_pylist()
    whole = figures.one(FRONT, asked, (start, end))["n"]
    note = t("exceptions.note", unit=place.title(asked), n=number(len(rows)), whole=number(whole))
    if not rows:
        return [
            missing("incident")
            or empty(t("exceptions.none" if whole else "exceptions.nothing", unit=place.title(asked)))
        ], note
    body = [
        _causes(rows),
        html.Div([_head(), *(_line(row, until) for row in reversed(rows[-MOST:]))], className="rows"),
    ]
    return body + ([html.P(t("exceptions.cut", n=MOST), className="empty")] if len(rows) > MOST else []), note


def subject(view: dict[str, Any] | None) -> str:
    """Return the unit chosen in the table while it lies in the view's area, else the area."""
    chosen, area = (view or {}).get("subject"), place.area(view)
    return chosen if chosen and area in tree(moment.today(view or {})).up(chosen) else area


def _causes(rows: list[Row]) -> Component:
    counts = Counter(row["cause"] for row in rows).most_common()
    top = counts[0][1]
    lines = []
    for cause, n in counts:
        bar = html.I(html.I(style={"--share": f"{n / top:.4f}"}), className="bar")
        told = html.Span([html.B(number(n)), f" {percent(n / len(rows))}"])
        lines.append(html.Div([html.Span(t(f"exceptions.{cause}")), bar, told]))
    return html.Div(lines, className="causes")


def _head() -> Component:
    names = ("incident", "kind", "where", "cause", "late")
    return html.Div([html.Span(t(f"exceptions.column_{name}")) for name in names], className="row head")


def _line(row: Row, now: Any) -> Component:
    ended = min(row["closed_at"], now) if row["closed_at"] else now
    late = (ended - row["deadline_at"]).total_seconds() if row["deadline_at"] else 0
    cells = [
        html.Span(row["incident_id"], className="id"),
        html.Span(row["title"] or row["subkind"] or named(row, "kind")),
        html.Span(row["area_name"]),
        html.Span(_cause(row), title=_cause(row)),
        html.Span(f"+{duration(late)}" if late > 0 else t("exceptions.in_time"), className="late" if late > 0 else ""),
    ]
    return html.Div(cells, className="row")


def _cause(row: Row) -> str:
    """Return the cause; of one handled above the grid, how high it went."""
    if row["cause"] == "higher_level":
        return t("exceptions.handled_by", level=place.level_name(row["max_level"]))
    return t(f"exceptions.{row['cause']}")
