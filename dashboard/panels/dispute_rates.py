"""Whether disputes stay where they should be settled: both containment rates, success, and people's mediation."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import place, plus
from dashboard.parts import Children, empty, panel
from dashboard.text import number, t
from dashboard.view import VIEW

BODY, NOTE, WAYS_BODY, WAYS_NOTE = "dispute-rates-body", "dispute-rates-note", "dispute-ways-body", "dispute-ways-note"
RATES = ("small_contained", "large_contained", "dispute_success", "people_mediation")
SIZES = ("small", "large", None)
WAYS = ("people", "police", "judicial", "administrative", "court")


def layout() -> Component:
    """Return the empty figures."""
    return panel("dispute-rates", t("disputes.rates"), html.Div(id=BODY), html.Span(id=NOTE))


@callback(Output(BODY, "children"), Output(NOTE, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Children, str]:
    """Show the rates of the view's area over its period, what they leave out, and the ways disputes were settled."""
    plus.only(view, "disputes")
    waiting = plus.absent("dispute")
    note = t("disputes.ended_note", about=plus.note(view))
    if waiting:
        return waiting, note
    figures = html.Div([plus.figure(name, view) for name in RATES], className="plus-figures")
    sizes = {row["size"]: row for row in plus.rows("dispute_containment", **plus.asked(view))}
    names = ("ended", "contained", "leaked", "unknown", "failed")
    for row in sizes.values():  # what neither stayed nor leaked: not settled, at no level
        row["failed"] = row["ended"] - row["contained"] - row["leaked"] - row["unknown"]
    heads = [t("disputes.size"), *(t(f"disputes.head_{name}") for name in names)]
    lines = [
        html.Tr([html.Td(_size(size)), *(html.Td(number(sizes[size][name])) for name in names)])
        for size in SIZES
        if size in sizes
    ]
    return [figures, plus.table(heads, lines)], note


def ways() -> Component:
    """Return the empty table of ways."""
    return panel("dispute-ways", t("disputes.ways"), html.Div(id=WAYS_BODY), html.Span(id=WAYS_NOTE))


@callback(Output(WAYS_BODY, "children"), Output(WAYS_NOTE, "children"), VIEW)
def show_ways(view: dict[str, Any] | None) -> tuple[Children, str]:
    """Show how the disputes that ended in the period were dealt with, the commonest way first."""
    plus.only(view, "disputes")
    note = t("disputes.ended_note", about=plus.note(view))
    rows = plus.rows("dispute_modes", **plus.asked(view))
    waiting = plus.absent("dispute")
    if waiting or not rows:
        return waiting or empty(t("disputes.none_ended", area=place.title(view))), note
    heads = [t("disputes.way"), t("disputes.head_ended"), t("disputes.success")]
    lines = [html.Tr([html.Td(way(r["mode"])), html.Td(number(r["n"])), html.Td(number(r["success"]))]) for r in rows]
    return plus.table(heads, lines), note


def way(mode: str | None) -> str:
    """Return the name of a way to settle a dispute; a site's own is shown as it is."""
    return t(f"disputes.way_{mode}") if mode in WAYS else mode or t("plus.unsaid")


def _size(size: str | None) -> str:
    return t(f"disputes.size_{size}") if size else t("plus.unsaid")
