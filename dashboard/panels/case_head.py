"""The head of a case: how urgent, what, whose number, how long is left of what is due; then its facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import alike, case, deeds
from dashboard.around import around
from dashboard.panels import case_acts
from dashboard.parts import chip, empty, severity, shape
from dashboard.photos import links as photo_links
from dashboard.place import level_name
from dashboard.queues import now
from dashboard.session import door
from dashboard.text import DASH, clock, deadline, local, stamp, t
from dashboard.view import CASES, link

HEAD, FACTS = "case-head", "case-facts"
SHOWN = 3  # duplicates offered before the rest is a number

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty head and facts."""
    body = html.Div([html.Div(id=HEAD), html.Dl(id=FACTS)], className="body")
    return html.Section(body, className="panel case-top")


@callback(Output(HEAD, "children"), Output(HEAD, "className"), Output(FACTS, "children"), CASES)
def show(view: dict[str, Any] | None) -> tuple[Any, str, Any]:
    """Show the head and the facts of the view's case."""
    row = case.chosen(view)
    if row is None:
        return _absent((view or {}).get("incident")), "head", None
    grade = chip(t(f"severity.s{row['severity']}"), f"s{row['severity']}")
    marks = [chip(t(f"case.{word}"), "warn") for word in ("supervised", "unlisted") if row[word]]
    name = html.H2([severity(row["severity"]), html.Span(case.title(row)), grade, *marks])
    line = html.Div([name, html.Span(row["incident_id"], className="number"), *around(row)], className="line")
    time, tone = _time(row)
    return [line, time], f"head {tone}".strip(), facts(row)


def _absent(incident: Any) -> list[Component]:
    if not incident:
        return [empty([t("case.choose"), " ", dcc.Link(t("case.to_board"), href=link("/board"))])]
    there = dcc.Link(t("case.to_incidents"), href=link("/incidents", incident=incident, state="all"))
    return [empty([t("case.absent", incident=incident), " ", there])]


def _time(row: Row) -> tuple[Component, str]:
    """Return how long is left of the running step, ticking, and what is due by when."""
    end = (
        row["review_at"]
        if row["state"] == "X3"
        else row["due_at"] or (None if row["closed_at"] else row["deadline_at"])
    )
    step = "review" if row["state"] == "X3" else row["due_step"] or "handle"
    if row["closed_at"] is not None:
        words = [
            html.B(t(f"step.{row['state']}"), className="calm"),
            html.Div(t("case.closed", at=stamp(row["closed_at"]))),
        ]
        return html.Div(words, className="due"), ""
    if end is None:
        return html.Div(
            [html.B(t(f"step.{row['state']}"), className="calm"), html.Div(t("case.no_limit"))], className="due"
        ), ""
    seconds, soon = (end - now()).total_seconds(), door().config.incidents.due_soon_s
    tone = "over" if seconds < 0 else "soon" if seconds < soon else ""
    ticking: Any = {"data-due": case.ms(end), "data-soon": f"{soon:g}"}
    late = t("case.due_over" if seconds < 0 else "case.due", step=t(f"due.{step}"), at=_at(end))
    told: list[Any] = [html.Div(late)]
    if row["deadline_at"] and step != "handle":
        told.append(html.Div(t("case.whole", at=_at(row["deadline_at"]), left=_left(row))))
    return html.Div([html.B(deadline(seconds), className="live", **ticking), html.Div(told)], className="due"), tone


def _at(at: datetime) -> str:
    """Return the time of day, with the day where it is not today."""
    return clock(at) if local(at).date() == local(now()).date() else stamp(at)


def _left(row: Row) -> str:
    return deadline((row["deadline_at"] - now()).total_seconds())


def facts(row: Row) -> list[Any]:
    """Return the facts of a case: place, source, content, unit, history of the place, likely duplicates."""
    known = {
        "place": _place(row),
        "source": _source(row),
        "detail": row["detail"] or DASH,
        "unit": _unit(row),
        "history": _history(row),
        "alike": _alike(row),
        "merged_into": _into(row),
        "photos": photo_links(row["incident_id"]),
    }
    return [part for name, words in known.items() if words for part in (html.Dt(t(f"case.{name}")), html.Dd(words))]


def _place(row: Row) -> list[Any]:
    rough = [] if row["located"] == "point" else [html.Small(t(f"cases.at_{row['located']}", level=_level(row)))]
    return [case.spot(row), " ", *rough]


def _level(row: Row) -> str:
    return level_name(door().places.level(row["area_id"]) or "")


def _source(row: Row) -> list[Any]:
    n = len(alike.merged(row))
    return [case.source(row), " ", *([html.Small(t("case.with_merged", n=n))] if n else []),
            " ", html.Small(t("case.reported", at=stamp(row["reported_at"])))]  # fmt: skip


def _unit(row: Row) -> list[Any] | None:
    if not row["unit_id"] and not row["worker_id"]:
        return None
    words: list[Any] = [case.unit_name(row["unit_id"])]
    return [*words, " · ", t("case.to_worker")] if row["worker_id"] else words


def _history(row: Row) -> list[Any] | None:
    times = alike.times_here(row)
    if times is None:
        return None
    words: list[Any] = [t("case.times", n=times, days=door().config.loop.repeat_days)]
    return [*words, " ", shape("warn"), html.Span(t("case.again"), className="again")] if times > 1 else words


def _alike(row: Row) -> list[Any] | None:
    """Return the likely duplicates, each with a button that begins to merge this case into it."""
    found = alike.alike(row) if row["merged_into"] is None else []
    may = "merge" in deeds.possible(row)
    out = []
    for one in found[:SHOWN]:
        there = dcc.Link(one["incident_id"], href=link("/case", incident=one["incident_id"]))
        act = [case_acts.button(row, "merge", into=one["incident_id"])] if may else []
        out.append(html.Div([there, html.Small(t("case.away", m=round(one["metres"]))), *act], className="alike"))
    return out or None


def _into(row: Row) -> Any:
    into = row["merged_into"]
    return dcc.Link(into, href=link("/case", incident=into)) if into else None
