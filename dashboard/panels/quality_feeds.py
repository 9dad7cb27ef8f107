"""What came from each feed in the period and what became of it: rows in, loaded, refused, twice, and how late."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import quality
from dashboard.charts import spark
from dashboard.parts import empty, panel, status
from dashboard.session import door, scope
from dashboard.takeaway import export_menu
from dashboard.text import duration, number, stamp, t
from dashboard.view import VIEW
from data.feeds import feeds

BODY, NOTE = "feeds-body", "feeds-note"
COUNTED = ("name", "files", "rows_in", "loaded", "rejected", "share", "days", "duplicate")
COLUMNS = (*COUNTED, "lag", "slow", "last", "load")
SUMS = ("files", "refused", "rows_in", "loaded", "rejected", "duplicate")

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty table."""
    total = [t("feeds.balance"), export_menu("feeds")]
    return panel("feeds", t("feeds.title"), html.Div(id=BODY), html.Span(id=NOTE), total)


@callback(Output(BODY, "children"), Output(NOTE, "children"), VIEW)
def show(view: Row | None) -> tuple[Any, str]:
    """Show a line per feed and one for all; a click chooses whom the charts beside speak of."""
    quality.only(view, "figures")
    start, end = quality.period(view)
    rows = door().query("quality_feeds", scope(), start=start, end=end).to_pylist()
    if not rows:
        return empty(t("feeds.none")), ""
    order = [*feeds(), ""]
    rows.sort(key=lambda row: order.index(row["feed"]) if row["feed"] in order else len(order))
    whole = {"feed": None, **{key: sum(row[key] for row in rows) for key in SUMS}}
    whole |= {"lag_p50_s": None, "lag_p95_s": None, "last_at": None, "loaded_at": max(r["loaded_at"] for r in rows)}
    shapes, chosen = refused_by_day(view), (view or {}).get("feed") or None
    head = html.Tr([html.Th(t(f"feeds.{name}"), title=t(f"feeds.{name}_told")) for name in COLUMNS])
    lines = [line(row, chosen, spark(shapes[row["feed"]])) for row in [whole, *rows]]
    return html.Table([html.Thead(head), html.Tbody(lines)]), quality.days_of(start, end)


def refused_by_day(view: Row | None) -> dict[str | None, list[float | None]]:
    """Return for each feed (None: all) the share refused on each day something came."""
    start, end = quality.period(view)
    zone = door().config.city.zone
    rows = door().query("quality_days", scope(), start=start, end=end, feed="", zone=zone).to_pylist()
    shapes: dict[str | None, list[float | None]] = defaultdict(list)
    for row in rows:
        shapes[row["feed"]].append(row["rejected"] / row["rows_in"] if row["rows_in"] else None)
    for day in sorted({row["day"] for row in rows}):
        mine = [row for row in rows if row["day"] == day]
        whole = sum(row["rows_in"] for row in mine)
        shapes[None].append(sum(row["rejected"] for row in mine) / whole if whole else None)
    return shapes


def line(row: Row, chosen: str | None, shape: str) -> Component:
    """Return the line of a feed, or of all together."""
    feed = row["feed"]
    name = t("feeds.all") if feed is None else quality.feed_name(feed)
    facts: Any = {"data-choose": "feed", "data-to": feed or ""}
    button = html.Button(name, type="button", className="link", **facts)
    refused = row["refused"] and status("crit", t("feeds.refused", n=number(row["refused"])))
    cells = [
        html.Div([button, refused or None]),
        number(row["files"]),
        number(row["rows_in"]),
        number(row["loaded"]),
        html.B(number(row["rejected"])) if row["rejected"] else number(0),
        quality.portion(row["rejected"], row["rows_in"]),
        html.I(className="spark", style={"--shape": shape}) if shape else None,
        number(row["duplicate"]),
        duration(row["lag_p50_s"]),
        duration(row["lag_p95_s"]),
        stamp(row["last_at"]),
        stamp(row["loaded_at"]),
    ]
    off = row["rows_in"] - row["loaded"] - row["rejected"] - row["duplicate"]
    if off:
        cells[2] = status("crit", t("feeds.off", n=number(off)))
    mark: Any = {"aria-selected": "true"} if feed == chosen else {}
    return html.Tr([html.Td(cell) for cell in cells], className="all" if feed is None else "", **mark)
