"""The worker chosen: what is known of them now, their last hour on the map, and ways on to replay and cases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback, dcc, html
from dash.development.base_component import Component

from dashboard import live, place, reason
from dashboard.deeds import why
from dashboard.parts import empty, icon, panel, severity
from dashboard.session import door, scope
from dashboard.text import DASH, age, clock, percent, t
from dashboard.view import CASES, link
from data.days import local_day, midnight
from data.errors import Problem
from data.loop.nearest import ORDERED

BODY, WAY, NOTE = "live-worker-body", "live-worker-way", "live-worker-note"
HOUR = timedelta(hours=1)
SPEED = 60  # a replay of the last hour lasts a minute

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty card and the store of the last hour."""
    body = [dcc.Store(id=WAY), html.Div(id=BODY, className="worker-card")]
    return panel("live-worker", t("live.worker"), body, html.Span(id=NOTE))


clientside_callback(ClientsideFunction("live", "way"), Output(WAY, "clear_data"), Input(WAY, "data"))


@callback(Output(BODY, "children"), Output(WAY, "data"), Output(NOTE, "children"), CASES)
def show(view: Row | None) -> tuple[Any, list[Row] | None, Any]:
    """Show the view's worker; nothing of a person is told without a reason."""
    token = str((view or {}).get("worker") or "")
    if not token:
        return empty(t("live.choose")), None, None
    row = live.source().worker(scope(), token)
    if row is None:
        return empty(t("live.left")), None, None
    if not reason.given():
        return empty(t("live.needs_reason")), None, None
    moment = door().present.moment()
    try:
        way = _way(row["worker_id"], moment, str(place.area(view)))
        called = next(r["said"] for r in live.called(live.asked_of(place.area(view))) if r["token"] == token)
    except Problem as problem:
        return empty(why(problem)), None, None
    except StopIteration:
        return empty(t("live.left")), None, None
    return [_head(row, called, moment), _cases(row["worker_id"]), _links(row["worker_id"], moment)], way, t("live.hour")


def _head(row: Row, called: list[Any], moment: datetime) -> Component:
    seen = row["fixed_at"]
    facts = [
        (t("live.fix"), age((moment - seen).total_seconds()) if seen else t("live.no_fix")),
        (t("live.battery"), percent(row["battery"]).split(".")[0] + "%" if row["battery"] is not None else DASH),
        (t("live.grid"), t(f"live.own_{row['own']}")),
        (t("live.still"), clock(row["still_at"]) if row["still_at"] else DASH),
    ]
    figures = [html.Div([html.Span(name), html.B(value)]) for name, value in facts]
    who = html.Div([html.B(called[0]), html.Span(f"{live.role(row['role'])} · {called[1]}")], className="who")
    return html.Div([who, html.Div(figures, className="figures")])


def _cases(worker: str) -> Component:
    """Return the cases the worker has open, each a way to it."""
    rows = door().query("board", scope(), since=door().present.moment()).to_pylist()
    mine = [row for row in rows if row["worker_id"] == worker and row["state"] in ORDERED]
    lines = [
        dcc.Link([severity(row["severity"]), html.Span(row["title"] or row["incident_id"])],
                 href=link("/case", incident=row["incident_id"]))
        for row in mine
    ]  # fmt: skip
    return html.Div(lines or html.Span(t("live.no_case"), className="note"), className="cases")


def _links(worker: str, moment: datetime) -> Component:
    zone = door().config.zone
    day = local_day(moment, zone)
    end = int((moment - midnight(day, zone).replace(tzinfo=None)).total_seconds())
    start = max(0, end - int(HOUR.total_seconds()))
    to = link("/tracks", day=day, workers=worker, t=start, a=start, b=end, speed=SPEED)
    return dcc.Link([icon("route"), t("live.replay")], href=to, className="button")


def _way(worker: str, moment: datetime, area: str) -> list[Row]:
    """Return the paths of the last hour as published, one for each stretch without a gap: rows with `path`."""
    days = {local_day(at, door().config.zone) for at in (moment - HOUR, moment)}
    rows = [
        row
        for day in sorted(days)
        for row in door().query("tracks", reason.who(), area=area, day=day, workers=[worker]).to_pylist()
        if row["fixed_at"] >= moment - HOUR
    ]
    paths: dict[tuple[Any, Any], list[list[float]]] = {}
    for row in rows:
        stretch = (local_day(row["fixed_at"], door().config.zone), row["seg"])
        paths.setdefault(stretch, []).append([row["lon"], row["lat"]])
    return [{"path": path} for path in paths.values() if len(path) > 1]
