"""The leaks: disputes that left the level they should have been settled at, newest first."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import place, plus
from dashboard.panels.dispute_rates import way
from dashboard.parts import Children, empty, panel
from dashboard.text import DASH, duration, number, stamp, t
from dashboard.view import VIEW

BODY, TOTAL = "dispute-leaks-body", "dispute-leaks-total"
COLUMNS = ("dispute", "area", "size", "settled", "way", "outcome", "ended", "took")
MOST = 200
ABOVE = "above"


def layout() -> Component:
    """Return the empty list."""
    return panel("dispute-leaks", t("disputes.leaks"), html.Div(id=BODY), t("disputes.leaks_note"), html.Span(id=TOTAL))


@callback(Output(BODY, "children"), Output(TOTAL, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Children, str]:
    """Show the leaks of the view's area in its period."""
    plus.only(view, "disputes")
    waiting = plus.absent("dispute")
    if waiting:
        return waiting, ""
    rows = plus.rows("dispute_leaks", most=MOST, **plus.asked(view))
    leaked = sum(row["leaked"] for row in plus.rows("dispute_containment", **plus.asked(view)))
    if not rows:
        return empty(t("disputes.no_leaks", area=place.title(view))), t("disputes.leaked", n=number(0))
    heads = [t(f"disputes.column_{name}") for name in COLUMNS]
    cut = len(rows) == MOST
    total = t("disputes.leaked", n=number(leaked if cut else len(rows)))
    told = f"{total} · {t('cases.cut', n=number(MOST))}" if cut else total
    return plus.table(heads, [_line(row) for row in rows]), told


def settled(level: str | None) -> str:
    """Return where a dispute was settled in words."""
    if level == ABOVE:
        return t("disputes.above")
    return place.level_name(level) if level else t("plus.unsaid")


def _line(row: dict[str, Any]) -> Component:
    name: Any = row["dispute_id"]
    if row["incident_id"]:
        name = plus.way_to("/case", row["dispute_id"], incident=row["incident_id"])
    size = t(f"disputes.size_{row['size']}") if row["size"] else DASH
    people = t("disputes.people", n=number(row["people"])) if row["people"] is not None else None
    took = (row["ended_at"] - row["screened_at"]).total_seconds()
    cells = [
        name,
        row["area_name"],
        [size, html.Small(people)] if people else size,
        settled(row["settled_level"]),
        way(row["mode"]),
        t(f"disputes.{row['outcome']}") if row["outcome"] else DASH,
        stamp(row["ended_at"]),
        duration(took),
    ]
    return html.Tr([html.Td(cell) for cell in cells])
