"""The data of the map: Flask routes under /api, behind the guard, all asked with the account's own scope.

Addresses carry what an answer depends on (version of the warehouse, theme, bounds), so that the browser may keep it;
what concerns persons is never kept (`no-store`). Answers over one kilobyte are compressed.
"""

from __future__ import annotations

import gzip
from functools import cache
from importlib.metadata import version
from importlib.resources import files

from flask import Blueprint, Response, abort, request

from dashboard.alarms import sounds
from dashboard.director import routes as walls
from dashboard.grounds import grounds
from dashboard.hot_maps import hot_maps
from dashboard.inside import inside_shapes
from dashboard.live import live
from dashboard.marks import marks
from dashboard.overlays import overlays
from dashboard.photos import photos
from dashboard.plus_marks import plus_marks
from dashboard.refusal import status
from dashboard.replay import replay
from dashboard.saved import saved
from dashboard.still import still
from dashboard.uploads import uploads
from dashboard.video import video
from data.errors import Problem

api = Blueprint("api", __name__, url_prefix="/api")
PARTS = (
    *(grounds, hot_maps, inside_shapes, live, overlays, photos, plus_marks, marks, replay, saved, sounds, still),
    *(uploads, video, walls),
)
for part in PARTS:
    api.register_blueprint(part)
BUNDLE = f"/api/vendor/deck-{version('pydeck')}.js"


@api.get("/vendor/deck-<release>.js")
def bundle(release: str) -> Response:
    """Return the deck.gl bundle inside the installed pydeck wheel."""
    if release != version("pydeck"):
        abort(404)
    answer = Response(_bundle(), mimetype="text/javascript")
    answer.headers.update({"Content-Encoding": "gzip", "Cache-Control": "private, max-age=31536000, immutable"})
    return answer


@api.errorhandler(Problem)
def unanswered(problem: Problem) -> tuple[str, int]:
    """Say what is wrong; not allowed is 403."""
    return str(problem), status(problem)


@api.errorhandler(ValueError)
@api.errorhandler(ArithmeticError)
def malformed(_: Exception) -> tuple[str, int]:
    """An address nobody made by clicking."""
    return "bad request", 400


@api.after_request
def compress(answer: Response) -> Response:
    """Compress what is worth it."""
    if answer.direct_passthrough or "Content-Encoding" in answer.headers or answer.mimetype == "image/png":
        return answer
    body = answer.get_data()
    if len(body) > 1024 and "gzip" in request.headers.get("Accept-Encoding", ""):
        answer.set_data(gzip.compress(body, 5))
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Vary"] = "Accept-Encoding"
    return answer


@cache
def _bundle() -> bytes:
    return gzip.compress(files("pydeck").joinpath("nbextension/static/index.js").read_bytes(), 6)
