"""One key area: what is required of it and how it stands, its visits week by week, and the cameras near it."""

from __future__ import annotations

from typing import Any

import numpy as np
from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import moment
from dashboard.key_areas import Row, chosen, kind_name, label, weeks
from dashboard.panels.key_area_list import against, due_words
from dashboard.parts import Children, empty, icon, panel
from dashboard.session import door, scope
from dashboard.text import DASH, day_short, distance, number, stamp, t
from dashboard.view import VIEW
from data.metric_crs import to_metres
from data.timetable import Timetable

BODY, TITLE, TOTAL = "key-facts-body", "key-facts-title", "key-facts-total"
WEEKS = 8
CAMERAS = 3


def layout() -> Component:
    """Return the empty card."""
    return panel("key-facts", html.Span(id=TITLE), html.Div(id=BODY), None, html.Span(id=TOTAL))


@callback(Output(BODY, "children"), Output(TITLE, "children"), Output(TOTAL, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Children, Children, Children]:
    """Show the key area the view speaks of."""
    row = chosen(view)
    if row is None:
        return empty(t("key_areas.choose")), t("key_areas.one"), None
    grade = t("key_areas.grade", n=row["grade"]) if row["grade"] else None
    about = " · ".join(filter(None, (kind_name(row["kind"]), grade, row["parent_name"], row["area_name"])))
    title = [html.B(row["name"]), html.Small(about)]
    return [_figures(row), _strip(view, row), *_cameras(row)], title, due_words(row, moment.today(view or {}))


def _figures(row: Row) -> Component:
    counted = t("key_areas.counted_at", time=stamp(row["counted_at"])) if row["counted_at"] else None
    facts = [
        ("last", html.B(stamp(row["last_at"]) if row["last_at"] else DASH), None),
        ("people", against(row["people"], row["people_limit"]), counted),
        ("incidents", against(row["incidents"], row["incident_limit"]), t("key_areas.in_days", n=row["incident_days"])),
        ("hours", html.Span(hours(row["hours"]) or t("key_areas.always")), None),
    ]
    return html.Dl(
        [
            html.Div([html.Dt(t(f"key_areas.fact_{name}")), html.Dd(value), html.Small(note, className="note")])
            for name, value, note in facts
        ]
    )


def hours(table: Timetable) -> str:
    """Return a timetable in words: days with the same spans together, neighbours among them as a range."""
    names = t("format.weekdays").split()
    by_spans: dict[str, list[int]] = {}
    for weekday in sorted(table.weekdays):
        spans = [f"{a // 60:02d}:{a % 60:02d}–{b // 60:02d}:{b % 60:02d}" for w, a, b in table.spans if w == weekday]
        by_spans.setdefault(t("key_areas.comma").join(spans), []).append(weekday)
    return t("key_areas.semicolon").join(f"{_days(days, names)} {spans}" for spans, days in by_spans.items())


def _days(days: list[int], names: list[str]) -> str:
    if len(days) == len(names):
        return t("key_areas.daily")
    if len(days) > 1 and days[-1] - days[0] == len(days) - 1:
        return f"{names[days[0]]}–{names[days[-1]]}"
    return t("key_areas.comma").join(names[day] for day in days)


def _strip(view: dict[str, Any] | None, row: Row) -> Component:
    """Return the last weeks, each with its visits against what the week requires."""
    required = row["visits_per_week"] or 0
    cells = [_week(week, required) for week in weeks(view, row, WEEKS)]
    words = t("key_areas.weekly", n=number(required)) if required else t("key_areas.weekly_none")
    return html.Div([html.P(words), html.Div(cells, className="weeks")])


def _week(week: Row, required: int) -> Component:
    made = week["visits"]
    share = min(1.0, made / required) if made is not None and required else 0.0
    open_ = week["running"] or week["part"]  # not over, or not tracked from its Monday: not judged
    kind = "unknown" if made is None else "running" if open_ else "met" if made >= required else "short"
    fill: Any = {"--share": f"{share:.3f}"}
    told = [html.B(number(made)), html.Small(f"/{number(required)}")] if required else [html.B(number(made))]
    return html.Div(
        [
            html.Span(html.I(style=fill), className="bar"),
            html.Span(told if made is not None else DASH),
            html.Small(t("key_areas.this_week") if week["running"] else day_short(week["monday"]), className="note"),
        ],
        className=f"week {kind if required or made is None else 'free'}",
        title=t(f"key_areas.week_{'part' if week['part'] else kind}"),
    )


def _cameras(row: Row) -> list[Component]:
    """Return the nearest cameras and how far they are."""
    rows, config = door().query("cameras", scope()).to_pylist(), door().config
    if not rows:
        return []
    here = label(row)
    lon, lat = (np.array([here[k], *(r[key] for r in rows)], float) for k, key in enumerate(("lon", "lat")))
    x, y = to_metres(lon, lat, config.city.crs_metric)
    away = np.hypot(x[1:] - x[0], y[1:] - y[0])
    near = [int(n) for n in np.argsort(away, kind="stable") if away[n] <= config.key_areas.near_m]
    words = t("key_areas.cameras", n=number(len(near)), metres=number(config.key_areas.near_m))
    listed = [_camera(rows[n], float(away[n])) for n in near[:CAMERAS]]
    return [html.Div([html.Span([icon("camera"), words]), *listed], className="near")]


def _camera(row: Row, away: float) -> Component:
    off = row["state"] == "offline"
    words: list[Children] = [row["name"] or row["camera_id"], " ", html.Small(distance(away), className="note")]
    return html.Span([*words, html.Small(t("key_areas.offline"), className="off")] if off else words)
