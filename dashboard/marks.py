"""Pictures of marks."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from dashboard import markers

marks = Blueprint("marks", __name__)


@marks.get("/icon/<theme>/<name>.svg")
def icon(theme: str, name: str) -> Response:
    """Return the picture of a mark."""
    try:
        answer = Response(markers.picture(name, theme), mimetype="image/svg+xml")
    except KeyError:
        abort(404)
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer
