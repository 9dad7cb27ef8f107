"""Opening a camera: who may, why, and only then its address; a line of the audit log is written before it leaves.

Nothing passes through here but the address: the browser plays it from the site's gateway.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from dashboard import watching
from dashboard.refusal import status
from dashboard.session import door, gateways, scope
from dashboard.text import voice
from data.errors import NotAllowed, Problem
from data.gateways import may_watch

LONGEST = 80  # characters of an id that reach the log

video = Blueprint("video", __name__)


@video.post("/video/open")
def open_camera() -> Response:
    """Return {address} of one camera; raises Problem where it may not be opened or has no address."""
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        raise ValueError("no JSON object")
    camera_id, incident = (str(asked.get(key) or "")[:LONGEST] for key in ("camera_id", "incident"))
    return jsonify(address=address(camera_id, incident))


def address(camera_id: str, incident: str) -> str:
    """Return where a camera of the account's area is played, once the opening is in the log.

    Raises Problem: not_watched, needs_watch_reason, unknown_camera, no_gateway, no_audit.
    """
    who = scope()
    if not may_watch(who):
        raise NotAllowed("not_watched", account=who.account)
    words = watching.reason(incident)
    if not words:
        raise Problem("needs_watch_reason")
    row = next((row for row in watching.registered() if row["camera_id"] == camera_id), None)
    if row is None:
        raise Problem("unknown_camera", detail=camera_id)
    found = gateways().address(row)
    if found is None:
        raise Problem("no_gateway", detail=row["gateway"] or "url")
    told: dict[str, Any] = {"incident": incident} if incident else {}
    door().audit.record(who.because(words), "video", subjects=[camera_id], gateway=row["gateway"], **told)
    return found


@video.errorhandler(Problem)
def refuse(problem: Problem) -> tuple[Response, int]:
    """Say in the screen's language why there is no picture; not allowed is 403."""
    sentence = problem.sentence(voice().language)
    return jsonify(sentence=sentence), status(problem)
