"""Services asked for and done, by kind: how many came over which channel, how many are done, how long they took."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import place, plus
from dashboard.parts import Children, empty, panel
from dashboard.text import duration, number, percent, t
from dashboard.view import VIEW

BODY, TOTAL = "service-items-body", "service-items-total"
CHANNELS = ("online", "window", "home")


def layout() -> Component:
    """Return the empty table."""
    note = t("service.items_note")
    return panel("service-items", t("service.items"), html.Div(id=BODY), note, html.Span(id=TOTAL))


@callback(Output(BODY, "children"), Output(TOTAL, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Children, str]:
    """Show the services of the view's area and period, the most asked for first."""
    plus.only(view, "service")
    waiting = plus.absent("service_item")
    if waiting:
        return waiting, ""
    rows = plus.rows("service_items", **plus.asked(view))
    if not rows:
        return empty(t("service.no_items", area=place.title(view))), ""
    kinds: dict[str | None, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        kinds[row["kind"]][row["channel"]] = row
    ordered = sorted(kinds.items(), key=lambda one: -sum(row["n"] for row in one[1].values()))
    heads = [t("service.kind"), t("service.asked"), *(t(f"service.{c}") for c in CHANNELS)]
    heads += [t("service.done"), *(t(f"service.took_{c}") for c in CHANNELS[:2])]
    return plus.table(heads, [_line(kind, found) for kind, found in ordered]), _total(rows)


def _line(kind: str | None, found: dict[str, dict[str, Any]]) -> Component:
    asked, done = (sum(row[key] for row in found.values()) for key in ("n", "done"))
    counts = [number(found[c]["n"] if c in found else 0) for c in CHANNELS]
    took = [duration(found[c]["median_s"] if c in found else None) for c in CHANNELS[:2]]
    share = [html.B(percent(done / asked)), html.Small(f"{number(done)}/{number(asked)}")]
    cells: list[Children] = [kind or t("plus.unsaid"), number(asked), *counts, share, *took]
    return html.Tr([html.Td(cell) for cell in cells])


def _total(rows: list[dict[str, Any]]) -> str:
    asked, done = (sum(row[key] for row in rows) for key in ("n", "done"))
    return t("service.items_total", n=number(asked), done=number(done))
