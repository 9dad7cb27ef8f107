"""The views an account saved, in the frame's header: open one, save this one, copy its link, forget one.

A view is an address: whoever opens it, by a link or from the list, sees what their own account may see.
"""

from __future__ import annotations

import json
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component
from flask import Blueprint, Response, abort, request

from dashboard.session import door, is_kiosk, scope
from dashboard.text import t, voice
from dashboard.view import link
from data.errors import NotAllowed, Problem
from data.saved_views import LONGEST, SavedView, SavedViews

saved = Blueprint("saved", __name__)


def menu() -> Component | None:
    """Return the menu of saved views, filled by 82-saved.js when it is opened; None on a wall."""
    if is_kiosk():
        return None
    field = dcc.Input(
        id="saved-name", type="text", maxLength=LONGEST, placeholder=t("saved.name"), autoComplete="off", value=""
    )
    keep = html.Button(t("saved.keep"), id="saved-keep", type="button", className="button")
    copy = html.Button(t("saved.copy"), id="saved-copy", type="button", className="button")
    listed = html.Div(id="saved-list")
    acts = html.Div([html.Div([field, keep], className="line"), copy, html.Small(t("saved.note"))], className="acts")
    about: Any = {"aria-label": t("saved.title")}
    choices = html.Div([html.B(t("saved.title")), listed, acts], className="take-choices saved-choices")
    return html.Details([html.Summary(t("saved.menu"), title=t("saved.title"), **about), choices], className="saved")


@saved.get("/saved")
def listed() -> Response:
    """Return the views of the account: id, name, the address to open."""
    return _json([_told(one) for one in SavedViews(door().operations).list(scope())])


@saved.post("/saved")
def save() -> Response:
    """Save the view in the body: {name, path, view}."""
    asked = request.get_json(silent=True) or {}
    if not isinstance(asked.get("view"), dict):
        abort(400)
    views = SavedViews(door().operations)
    return _json(_told(views.save(scope(), str(asked.get("name", "")), str(asked.get("path", "")), asked["view"])))


@saved.delete("/saved/<view_id>")
def remove(view_id: str) -> Response:
    """Forget a view of the account."""
    if not SavedViews(door().operations).remove(scope(), view_id):
        abort(404)
    return Response(status=204)


@saved.errorhandler(Problem)
def refused(problem: Problem) -> tuple[str, int, dict[str, str]]:
    """Say in the reader's language what is wrong."""
    status = 403 if isinstance(problem, NotAllowed) else 400
    return problem.sentence(voice().language), status, {"Content-Type": "text/plain; charset=utf-8"}


def _told(one: SavedView) -> dict[str, str]:
    return {"id": one.view_id, "name": one.name, "href": link(one.path, **one.view)}


def _json(value: Any) -> Response:
    answer = Response(json.dumps(value, ensure_ascii=False), mimetype="text/json")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
