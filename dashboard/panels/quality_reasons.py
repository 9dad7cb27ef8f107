"""Why rows were refused in the period, most rows first; a reason whose rows were kept leads to them."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import quality
from dashboard.parts import empty, panel
from dashboard.refused import Source
from dashboard.session import door, scope
from dashboard.takeaway import export_menu
from dashboard.text import number, t
from dashboard.view import VIEW, link
from data.errors import is_kept, reasons

BODY, NOTE = "reasons-body", "reasons-note"

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty list."""
    return panel("reasons", t("reasons.title"), html.Div(id=BODY), html.Span(id=NOTE), export_menu("reasons"))


@callback(Output(BODY, "children"), Output(NOTE, "children"), VIEW)
def show(view: Row | None) -> tuple[Any, str]:
    """Show the reasons of the chosen feed, or of all."""
    quality.only(view, "figures")
    start, end = quality.period(view)
    feed = (view or {}).get("feed") or ""
    facts = {"start": start, "end": end, "feed": feed, "zone": door().config.city.zone}
    rows = door().query("quality_reasons", scope(), **facts).to_pylist()
    note = quality.feed_name(feed) if feed else t("feeds.all")
    if not rows:
        return empty(t("reasons.none", days=quality.days_of(start, end))), note
    counts: Counter[tuple[str, bool]] = Counter()
    met: dict[tuple[str, bool], set[str]] = defaultdict(set)
    for row in rows:
        counts[(row["reason"], row["whole_file"])] += row["n"]
        met[(row["reason"], row["whole_file"])].add(quality.feed_name(row["feed"]))
    whole = sum(n for (_, files), n in counts.items() if not files)
    found = [_line(key, n, whole, met[key], feed) for key, n in counts.most_common()]
    return html.Div(found, className="reason-list"), note


def _line(key: tuple[str, bool], n: int, whole: int, names: set[str], feed: str) -> Component:
    reason, whole_file = key
    kept = reason in reasons() and is_kept(reason) and not whole_file
    tag = t("reasons.file") if whole_file else None if kept else t("reasons.counted")
    words: Any = quality.why(reason)
    if kept and scope().sees_rejects:
        words = html.A(words, href=link("/quality", show="rejects", refused=Source("", feed, reason, "").spelled()))
    share = n / whole if whole and not whole_file else None
    bar = html.I() if share is None else html.I(html.I(style={"--share": f"{share:.4f}"}), className="bar")
    told = [html.B(number(n)), html.Small(t("reasons.files") if share is None else quality.portion(n, whole))]
    about = html.Small([" · ".join(sorted(names)), html.I(tag, className="tag") if tag else None])
    return html.Div([html.Div([html.Span(words), about]), bar, html.Div(told, className="n")])
