"""What counted against the chosen subject in the chosen metric, case by case, and why; each may be appealed against."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import figures, judged, moment, place
from dashboard.loaded import missing
from dashboard.panels.rate_head import metric_name
from dashboard.parts import empty, panel
from dashboard.session import door, scope
from dashboard.standing import FRONT, level
from dashboard.text import duration, named, number, percent, t
from dashboard.tree import tree
from dashboard.view import VIEW, link
from data.metrics import METRICS

TITLE, BODY, NOTE = "exceptions-title", "exceptions-body", "exceptions-note"
MOST = 200
# Metrics whose single cases can be shown; the front one has a list of its own (how high a case went).
CASED = (
    *(FRONT, "on_time_handling", "on_time_closing", "rework", "first_check", "reopen", "returned"),
    *("satisfaction", "valid_reports"),
)

Row = dict[str, Any]


@dataclass(frozen=True)
class Against:
    """Whose cases: an area (the view's own, or the one chosen), a department or a worker in it; and in which metric."""

    area: str
    name: str
    metric: str
    unit: str | None = None
    worker: str | None = None


def layout() -> Component:
    """Return the empty list."""
    return panel("exceptions", html.Span(id=TITLE), html.Div(id=BODY), html.Span(id=NOTE))


@callback(Output(TITLE, "children"), Output(BODY, "children"), Output(NOTE, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[str, list[Component], str]:
    """Show the cases of the chosen subject, or of the area while none is chosen."""
    about = against(view)
    title = (
        t("exceptions.title") if about.metric == FRONT else t("exceptions.against", metric=metric_name(about.metric))
    )
    if judged.withheld(view):
        return title, [empty(t("scorecard.reason"))], about.name
    if about.metric not in CASED:
        return title, [empty(t("exceptions.uncased", metric=metric_name(about.metric)))], about.name
    period, until = moment.period(view or {}), moment.now(view or {})
    rows = cases(about, period, min(period[1], until))
    if about.metric != FRONT or about.unit or about.worker:
        note = t("exceptions.counted", unit=about.name, n=number(len(rows)))
        none = t("exceptions.none_against", unit=about.name, metric=metric_name(about.metric))
    else:
        whole = figures.one(FRONT, {**(view or {}), "area": about.area}, period)["n"]
        note = t("exceptions.note", unit=about.name, n=number(len(rows)), whole=number(whole))
        none = t("exceptions.none" if whole else "exceptions.nothing", unit=about.name)
    return title, listed(rows, min(period[1], until)) if rows else [missing("incident") or empty(none)], note


def against(view: dict[str, Any] | None) -> Against:
    """Return whose cases a view asks for, in which metric."""
    asked, area = view or {}, subject(view)
    metric = asked.get("metric")
    metric = metric if metric in METRICS else judged.front(view)
    one = judged.chosen(view) if level(view) in (judged.UNIT, judged.WORKER) else None
    if one is None:
        return Against(area, place.title({**asked, "area": area}), metric)
    key = "unit" if level(view) == judged.UNIT else "worker"
    return Against(area, one.name, metric, **{key: one.subject_id})


def subject(view: dict[str, Any] | None) -> str:
    """Return the area chosen in the table while it lies in the view's area, else the area."""
    chosen, area = (view or {}).get("subject"), place.area(view)
    return chosen if chosen and area in tree(moment.today(view or {})).up(chosen) else area


def cases(about: Against, period: tuple[datetime, datetime], until: datetime) -> list[Row]:
    """Return what counted against somebody: the rows of `exceptions`, or of `counted_against`."""
    start, end = period
    facts: Row = {"area": about.area, "start": start, "end": end, "now": until}
    if about.metric == FRONT and not about.unit and not about.worker:
        return list(door().query("exceptions", scope(), **facts).to_pylist())
    facts |= {"metric": about.metric, "unit": about.unit, "worker": about.worker}
    return list(door().query("counted_against", scope(), **facts).to_pylist())


def listed(rows: list[Row], until: datetime) -> list[Component]:
    """Return the causes with their counts, then the cases, the newest first."""
    out = door().weighing.appeals.excluded()
    lines = [line(row, until, row["incident_id"] in out) for row in reversed(rows[-MOST:])]
    body = [_causes(rows), html.Div([_head(), *lines], className="rows")]
    return body + ([html.P(t("exceptions.cut", n=MOST), className="empty")] if len(rows) > MOST else [])


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
    return html.Div([*(html.Span(t(f"exceptions.column_{name}")) for name in names), html.Span()], className="row head")


def line(row: Row, until: datetime, out: bool = False) -> Component:
    """Return one case: its number leads to it, its button to an appeal; one left out by decision says so."""
    late = late_by(row, until)
    choose: Any = {"data-choose": "appealed", "data-to": row["incident_id"], "data-also": "why=appeals"}
    cells = [
        dcc.Link(row["incident_id"], href=link("/incidents", incident=row["incident_id"], state="all"), className="id"),
        html.Span(row["title"] or row["subkind"] or named(row, "kind")),
        html.Span(row["area_name"]),
        html.Span(why(row), title=why(row)),
        html.Span(late or t("exceptions.in_time"), className="late" if late else ""),
        html.Button(t("exceptions.out" if out else "exceptions.appeal"), type="button", className="link", **choose),
    ]
    return html.Div(cells, className="row")


def why(row: Row) -> str:
    """Return the cause; of one handled above the grid, how high it went."""
    if row["cause"] == "higher_level":
        return t("exceptions.handled_by", level=place.level_name(row["max_level"]))
    return t(f"exceptions.{row['cause']}")


def late_by(row: Row, until: datetime) -> str:
    """Return by how much a case missed its deadline: +3 时 05 分, nothing where it did not."""
    done = row.get("handled_at") or row["closed_at"]
    ended = min(done, until) if done else until
    late = (ended - row["deadline_at"]).total_seconds() if row["deadline_at"] else 0
    return f"+{duration(late)}" if late > 0 else ""
