"""The briefing of a view, and its files: written anew for whoever asks, in the audit log before it leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, request

from dashboard import moment, place
from dashboard.hot_words import sentence
from dashboard.refusal import status
from dashboard.session import door, scope
from dashboard.text import voice
from dashboard.view import link
from data.briefing.forms import FORMS
from data.briefing.model import Briefing
from data.briefing.notes import may_write, remarks
from data.briefing.numbers import Numbers, Question
from data.briefing.provenance import provenance
from data.briefing.write import SHEET, numbers_of, write
from data.errors import NotAllowed, Problem
from data.jobs import DONE, Jobs

KINDS = ("brief", "monthly", "meeting")
ATLAS = "atlas"
FOLDER = "briefings"

View = dict[str, Any]

briefing = Blueprint("briefing", __name__, url_prefix="/briefing")


def question(view: View | None) -> Question:
    """Return what a view asks for; the kind is one of KINDS."""
    view = view or {}
    kind = view.get("report") if view.get("report") in KINDS else KINDS[0]
    period = view.get("period") or moment.PERIOD
    return Question(str(kind), place.area(view), str(period), moment.now(view), voice().language)


def numbers(view: View | None) -> Numbers:
    """Return the numbers behind the briefing of a view."""
    return numbers_of(door(), scope(), question(view))


def made(view: View | None, at: datetime | None = None) -> Briefing:
    """Return the briefing of a view; `at` (naive UTC) and the account stand in its last line once it is taken away."""
    if not may_write(scope()):
        raise NotAllowed("not_allowed", account=scope().account, detail="briefing")
    about = numbers(view)
    told = write(door(), scope(), about.question, remarks(about), sentence)
    return replace(told, provenance=provenance(about, told.title, at, scope().account))


def atlas_provenance(view: View | None) -> str:
    """Return the last line of an atlas of a view, made now."""
    about = numbers(view)
    return provenance(about, about.words.t(f"kind.{SHEET}"), datetime.now(UTC).replace(tzinfo=None), scope().account)


def address(form: str, view: View | None, **more: str) -> str:
    """Return the address of a file of the briefing of a view."""
    view = view or {}
    asked = {key: view.get(key) for key in ("day", "t", "period", "report")}
    return link(f"/briefing/file.{form}", area=place.area(view), **asked, **more)


@briefing.get("/file.<form>")
def file(form: str) -> Response:
    """Send the briefing of an address as one file; html opens in the browser to be printed unless it is to be saved."""
    if form not in FORMS:
        abort(404)
    at = datetime.now(UTC).replace(tzinfo=None)
    told = made(request.args.to_dict(), at)
    facts = {"subjects": told.area, "period": told.span, "kind": told.kind, "form": form, "version": door().version()}
    door().audit.record(scope(), "export briefing", **facts)
    body = FORMS[form].make(told, door().config.briefing)
    kept = form != "html" or bool(request.args.get("save"))
    return _sent(body, FORMS[form].mimetype, f"{told.place}{told.title} {told.span}.{form}", kept)


@briefing.get("/atlas/<int:number>")
def fetched(number: int) -> Response:
    """Send the atlas a job of this account has made."""
    job = Jobs(door().operations).get(number)
    if job.kind != ATLAS or job.account != scope().account or job.state != DONE or not may_write(scope()):
        abort(404)
    name = PurePath(str((job.result or {}).get("name", ""))).name
    path = door().config.home / FOLDER / name
    if not path.is_file():
        raise Problem("atlas_gone", detail=number)
    door().audit.record(scope(), "export atlas", subjects=job.arguments["area"], period=job.arguments["period"])
    form = path.suffix.removeprefix(".")
    return _sent(path.read_bytes(), FORMS[form].mimetype, name, True)


@briefing.errorhandler(Problem)
def refused(problem: Problem) -> tuple[str, int]:
    """Say what is wrong in the language of the request; not allowed is 403."""
    return problem.sentence(voice().language), status(problem)


@briefing.errorhandler(ValueError)
def malformed(_: ValueError) -> tuple[str, int]:
    """An address nobody made by clicking."""
    return "bad request", 400


def _sent(body: bytes, mimetype: str, name: str, kept: bool) -> Response:
    answer = Response(body, mimetype=mimetype)
    way = "attachment" if kept else "inline"
    told = f"{way}; filename=briefing{PurePath(name).suffix}; filename*=UTF-8''{quote(name)}"
    answer.headers["Content-Disposition"] = told
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
