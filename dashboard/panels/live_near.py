"""Who is near the point clicked on the map now, ranked; or who was near it in an hour of the past, with a reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import deeds, moment, near, near_cards
from dashboard.panels.segments import segments
from dashboard.parts import empty, panel
from dashboard.session import door
from dashboard.text import clock, day_short, distance, t
from dashboard.view import CASES, control
from data.days import midnight
from data.errors import Problem

BODY, NOTE = "live-near-body", "live-near-note"
HOURS = 24

Row = dict[str, Any]


def layout(near_at: str = "", near_day: str = "", near_hour: str = "", **_: str) -> Component:
    """Return the empty list, now or then, with the day and hour of then."""
    when = segments("near_at", [("", t("near.now")), ("then", t("near.then"))], near_at)
    chosen = near_day or str(moment.today({}))
    day = dcc.Input(chosen, id=control("near_day"), type="text", pattern=r"\d{4}-\d{2}-\d{2}", debounce=True, size="10")
    hours = [{"value": str(hour), "label": f"{hour:02}:00–{hour + 1:02}:00"} for hour in range(HOURS)]
    hour = dcc.Dropdown(hours, near_hour or "9", id=control("near_hour"), clearable=False, searchable=False)
    unpoint: Any = {"data-live-unpoint": ""}
    away = html.Button(t("live.unpoint"), className="quiet", **unpoint)
    form = html.Div([when, html.Div([day, hour], className="hour control"), away], className="when")
    body = [form, html.Div(id=BODY, className="people")]
    return panel("live-near", t("live.near"), body, html.Span(id=NOTE))


@callback(Output(BODY, "children"), Output(NOTE, "children"), CASES)
def show(view: Row | None) -> tuple[Any, Any]:
    """Show who is or was near the view's point."""
    view = view or {}
    at = _point(view.get("point"))
    if at is None:
        return empty(t("live.no_point")), None
    try:
        return _then(view, at) if view.get("near_at") == "then" else _now(at)
    except Problem as problem:
        return empty(deeds.why(problem)), None


def _now(at: tuple[float, float]) -> tuple[Any, Any]:
    radius = distance(door().config.dispatch.radius_m)
    offer = near.offer_at(*at)
    people = [near_cards.person(place, one) for place, one in enumerate(offer.candidates, 1)]
    nobody = [] if people else [empty(t("near.nobody", radius=radius))]
    return [*people, *nobody, near_cards.left_out(offer)], t("near.within", radius=radius, n=offer.within)


def _then(view: Row, at: tuple[float, float]) -> tuple[Any, Any]:
    hour = _hour(view)
    if hour is None:
        return empty(t("live.no_day")), None
    found = near.then_at(*at, hour, hour + timedelta(hours=1))
    said = {"day": day_short(date.fromisoformat(view["near_day"])), "start": clock(hour)}
    note = t("live.around", end=clock(hour + timedelta(hours=1)), radius=distance(near.RADIUS_M), **said)
    if not found:
        return empty(t("near.nobody_then")), note
    people = [near_cards.was(place, one) for place, one in enumerate(found, 1)]
    return [*people, html.P(t("people.logged"), className="left-out")], note


def _point(said: Any) -> tuple[float, float] | None:
    try:
        lon, lat = (float(axis) for axis in str(said or "").split(","))
    except ValueError:
        return None
    return lon, lat


def _hour(view: Row) -> datetime | None:
    """Return the start (naive UTC) of the hour asked about; None for what is no day."""
    try:
        day = date.fromisoformat(str(view.get("near_day") or ""))
        hour = int(view.get("near_hour") or 0)
    except ValueError:
        return None
    return midnight(day, door().config.zone).replace(tzinfo=None) + timedelta(hours=hour)
