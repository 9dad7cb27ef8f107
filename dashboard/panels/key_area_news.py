"""What happened at the key area: times its limits were exceeded, and the incidents within its reach."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard.key_areas import Exceeding, Row, chosen, exceedings, incidents
from dashboard.loaded import loaded
from dashboard.parts import Children, empty, panel, severity, status
from dashboard.text import duration, named, number, stamp, t
from dashboard.view import VIEW, link

OVER, OVER_TOTAL = "key-over-body", "key-over-total"
CASES = "key-cases-body"
MOST, MOST_OVER = 12, 5


def layout() -> Component:
    """Return the empty lists."""
    body = [html.Div(id=OVER), html.Div(id=CASES)]
    return panel("key-news", t("key_areas.news"), body, t("key_areas.news_note"), html.Span(id=OVER_TOTAL))


@callback(Output(OVER, "children"), Output(OVER_TOTAL, "children"), VIEW)
def show_exceedings(view: dict[str, Any] | None) -> tuple[Children, str]:
    """Show when limits were exceeded."""
    row = chosen(view)
    if row is None:
        return empty(t("key_areas.choose")), ""
    title = html.H3(t("key_areas.exceeded"))
    if not row["people_limit"] and not row["incident_limit"]:
        return [title, empty(t("key_areas.no_limits"))], ""
    found = exceedings(view, row)
    if not found:
        return [title, empty(t("key_areas.never_over"))], t("key_areas.times", n=0)
    return [title, *map(_over, found[:MOST_OVER])], t("key_areas.times", n=number(len(found)))


@callback(Output(CASES, "children"), VIEW)
def show_cases(view: dict[str, Any] | None) -> Children:
    """Show the incidents within reach, latest first."""
    row = chosen(view)
    if row is None:
        return " "
    title = html.H3([t("key_areas.cases", n=row["incident_days"])])
    if "incident" not in loaded():
        return [title, empty(t("state.needs_feed", feed=t("feed.incident")))]
    found = incidents(view, row)
    if not found:
        return [title, empty(t("key_areas.no_cases", n=row["incident_days"]))]
    title.children.append(html.Small(f" {number(len(found))}", className="note"))
    more = [empty(t("cases.cut", n=number(MOST)))] if len(found) > MOST else []
    return [title, *map(_case, found[:MOST]), *more]


def _over(one: Exceeding) -> Component:
    crossing = one.crossing
    last = crossing.ended_at
    span = duration((last - crossing.began_at).total_seconds()) if last else t("key_areas.going_on")
    words = t(f"key_areas.over_{one.what}", peak=number(crossing.peak), limit=number(one.limit))
    kind = "neutral" if last else "crit"
    return html.Div([status(kind, stamp(crossing.began_at)), html.Span(words), html.Span(span)], className="row")


def _case(row: Row) -> Component:
    name = row["title"] or row["subkind"] or named(row, "kind")
    address = link("/incidents", incident=row["incident_id"], state="all")
    when = html.Span([severity(row["severity"]), stamp(row["reported_at"])], className="status")
    return html.Div([when, dcc.Link(name, href=address), html.Span(t(f"step.{row['state']}"))], className="row")
