"""The page of workers and departments: plain HTML for a telephone, no map engine, nothing but what was given to them.

Every form carries the id of its command and the version of the case it shows: a second tap does nothing twice, and a
case somebody changed meanwhile is shown anew with a sentence about who was faster.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from importlib.resources import files
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, abort, redirect, render_template, request, session
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as BaseResponse

from dashboard import deeds, text
from dashboard import field_cards as cards
from dashboard.session import door, scope
from dashboard.text import t
from data.days import local_day
from data.errors import Problem
from data.loop.command import Command, Report
from data.loop.photos import Photos
from data.loop.sos import Call

SAID = "field_said"
BODY = 16 * 1024 * 1024  # of a photo as a telephone sends it
LONGEST = 500

field = Blueprint("field", __name__, url_prefix="/field", template_folder="templates")


@field.before_request
def allow_photo() -> None:
    """Let the body be as large as a photo."""
    request.max_content_length = BODY


@field.get("")
def page() -> str:
    """Show the account's cases, its reports and, to a worker, the own day."""
    who = scope()
    own = _day() if who.worker_id else None
    shown = cards.cases()
    return render_template(
        "field.html",
        t=t,
        language=text.voice().language,
        theme=door().config.screen.theme,
        city=door().config.city,
        chinese=text.is_chinese(),
        who=who,
        cases=[case for case in shown if not case["handed"]],
        calls=cards.calls(),
        handed=[case for case in shown if case["handed"]],
        help=_may_call_for_help(),
        own=cards.own_day(own) if own else None,
        label=text.day_long(own),
        day=own,
        earlier=own - timedelta(days=1) if own else None,
        size=(cards.WIDE, cards.HIGH),
        kinds=door().query("kinds", who).to_pylist(),
        report=uuid4().hex,
        said=session.pop(SAID, ""),
        token=generate_csrf(),
    )


@field.post("/act")
def act() -> BaseResponse:
    """Do one act on one case, with its photo if there is one, and show the page again."""
    form = request.form
    command = Command(
        form["command"],
        scope(),
        form["incident"],
        form["act"],
        version=int(form["version"]),
        reason=form.get("reason", "").strip()[:LONGEST] or None,
    )
    return _say(lambda: _done(command))


@field.post("/report")
def report() -> BaseResponse:
    """Open a case at the worker's own last position, or in the own grid where that is old or unknown."""
    form, who = request.form, scope()
    severity = {row["kind"]: row["severity"] for row in door().query("kinds", who).to_pylist()}
    sent = Report(
        kind=form["kind"],
        severity=severity.get(form["kind"], 4),
        title=form.get("title", "").strip()[:LONGEST],
        source="worker" if who.worker_id else "department",
        reporter_id=who.worker_id or None,
        discovered_level=door().config.leaf if who.worker_id else None,
        **_here(),
    )

    def send() -> str:
        row = door().desk.report(form["command"], who, sent)
        _keep_photo(row["incident_id"], row["state"])
        return t("field.reported", incident=row["incident_id"])

    return _say(send)


@field.post("/call")
def call() -> BaseResponse:
    """Answer a street's whistle: confirm, arrive or report, in the name of the account's unit."""
    form, who = request.form, scope()
    whistles, about = door().whistles, (form["whistle"], who.unit_id)

    def send() -> str:
        if form["step"] == "report":
            whistles.report(form["command"], who, about, form.get("reason", "")[:LONGEST])
        else:
            answer = whistles.confirm if form["step"] == "confirm" else whistles.arrive
            answer(form["command"], who, *about)
        return t(f"field.call_{form['step']}_done")

    return _say(send)


@field.post("/sos")
def sos() -> BaseResponse:
    """Call for help where the worker was last seen; however often within a minute, it is one call."""
    who, last = scope(), _last()
    if not _may_call_for_help():
        abort(404)
    lon, lat = (last["lon"], last["lat"]) if last else (None, None)

    def send() -> str:
        at = cards.now().replace(second=0, microsecond=0)
        row = door().alarms.raise_sos(Call(who.worker_id, at, lon, lat, who.area_id))
        told = text.clock(row["began_at"] if row else at)
        return t("field.sos_sent", at=told, seen=text.clock(last["fixed_at"])) if last else t("field.sos_area", at=told)

    return _say(send)


@field.get("/style.css")
def style() -> Response:
    """The tokens of the design system and the page's own rules."""
    here = files("dashboard")
    sheets = (here.joinpath("assets", "10-tokens.css"), here.joinpath("templates", "field.css"))
    return Response("\n".join(s.read_text(encoding="utf-8") for s in sheets), mimetype="text/css")


def _done(command: Command) -> str:
    row = door().desk.act(command)
    _keep_photo(row["incident_id"], row["state"])
    return t("field.done", act=t(f"act.{command.act}"), incident=row["incident_id"])


def _keep_photo(incident_id: str, state: str) -> None:
    sent = request.files.get("photo")
    if sent and sent.filename:
        Photos(door().operations, door().config.home).add(incident_id, state, scope().account, sent.read())


def _say(do: Callable[[], str]) -> BaseResponse:
    try:
        session[SAID] = do()
    except Problem as problem:
        session[SAID] = deeds.why(problem)
    return redirect("/field")


def _here() -> dict[str, Any]:
    """Return area and point of the worker's last position, or the own area alone where it is too old."""
    who, last = scope(), _last()
    fresh = timedelta(seconds=door().config.dispatch.stale_s)
    if last and cards.now() - last["fixed_at"] <= fresh:
        lon, lat = last["lon"], last["lat"]
        area = door().places.at(lon, lat)
        if area and door().places.inside(area, who.area_id):
            return {"area_id": area, "located": "point", "lon": lon, "lat": lat}
    return {"area_id": who.area_id, "located": "area"}


def _last() -> dict[str, Any] | None:
    """Return the worker's own last position of today, on duty: fixed_at, lon, lat."""
    who = scope()
    rows = door().query("positions", who).to_pylist() if who.worker_id else []
    return next((row for row in rows if row["worker_id"] == who.worker_id and row["lon"] is not None), None)


def _may_call_for_help() -> bool:
    return bool(scope().worker_id) and door().alarms.takes_sos


def _day() -> date:
    """Return the day asked for, or the city's today."""
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return local_day(cards.now(), door().config.zone)
