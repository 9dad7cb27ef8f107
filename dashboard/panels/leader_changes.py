"""What changed since yesterday, since last week, or since the period before: only what chance does not explain."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import leader, moment
from dashboard.panels.leader_figures import spelled
from dashboard.panels.rate_head import metric_name
from dashboard.panels.segments import segments
from dashboard.parts import empty, panel, status
from dashboard.text import number, t
from dashboard.view import VIEW
from data.analysis.changes import Change
from data.analysis.periods import Period, parse
from data.metrics import METRICS

BODY, NOTE = "leader-changes-body", "leader-changes-note"
SINCE = ("period", "week", "day")
MOST = 12
Row = dict[str, Any]


def layout() -> Component:
    """Return the empty digest and the choice of what is compared."""
    choice = segments("since", [(name, t(f"leader.since_{name}")) for name in SINCE], None)
    return panel("leader-changes", t("leader.changes"), html.Div(id=BODY), html.Span(id=NOTE), choice)


@callback(Output(BODY, "children"), Output(NOTE, "children"), VIEW)
def show(view: Row | None) -> tuple[Any, str]:
    """Show what changed, the surest first."""
    period = compared(view)
    found = leader.changed(view, period)
    note = t("leader.changes_note", n=number(len(found)))
    if not found:
        return empty(t("leader.nothing_changed")), note
    return html.Ul([html.Li(_line(change, period)) for change in found[:MOST]]), note


def compared(view: Row | None) -> Period:
    """Return the period held against the one before it: the view's, the last seven days, or the last whole day."""
    since, today = (view or {}).get("since"), moment.today(view or {})
    if since == "week":
        return parse("7d", today)
    return parse(f"d:{today}", today) if since == "day" else moment.span(view or {})


def sentence(change: Change, days: tuple[int, int]) -> str:
    """Return one change in words: where, what, from how much to how much."""
    facts = {"area": change.name, "metric": metric_name(change.metric)}
    before, now = (spelled(change.metric, row) for row in (change.before, change.now))
    if METRICS[change.metric].kind == "count":
        return t("leader.change_count", before=before, now=now, **facts)
    return t("leader.change_share", before=before, now=now, n=number(change.now["n"]), **facts)


def _line(change: Change, period: Period) -> Component:
    better = METRICS[change.metric].better
    good = change.rises == (better == "higher")
    kind = "neutral" if better == "none" else "ok" if good else "warn"
    words = html.Span(sentence(change, (period.days, period.days)))
    choose: Any = {"data-choose": "area", "data-to": change.area_id}
    go = html.Button(t("leader.go"), type="button", className="link", **choose)
    return html.Span([status(kind, words), go])
