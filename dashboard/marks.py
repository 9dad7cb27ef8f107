"""Pictures of marks, and where workers are now."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from flask import Blueprint, Response, abort, request

from dashboard import answers, markers, wire
from dashboard.session import door, scope
from dashboard.theme import map_theme

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


@marks.get("/positions")
def positions() -> Response:
    """Return the last positions when any moved since `since`, else nothing (204).

    Columns: position (float64 lon, lat), fill (uint8 rgba, transparent when older than `stale_s`). No ids leave here.
    """
    clock = door().clock("position")
    if clock <= int(request.args.get("since", 0)) and request.args.get("stale") == "0":
        return Response(status=204)
    rows = door().query("positions", scope(), since=0)
    lon, lat = (rows[key].to_numpy(zero_copy_only=False).astype(float) for key in ("lon", "lat"))
    seen = np.isfinite(lon) & np.isfinite(lat)
    now = np.datetime64(datetime.fromisoformat(request.args["now"]), "us")
    age = (now - rows["fixed_at"].to_numpy().astype("datetime64[us]")).astype(np.int64) / 1e6
    fresh = age <= door().config.screen.stale_s
    colour = np.array(map_theme(answers.theme())["worker"], np.uint8)
    fill = np.tile(colour, (len(lon), 1))
    fill[~fresh, 3] = 0
    columns: wire.Columns = {
        "getPosition": (np.column_stack([lon, lat])[seen].ravel(), 2),
        "getFillColor": (fill[seen].ravel(), 4),
    }
    body = wire.pack(int(seen.sum()), columns, clock=clock, fresh=int(fresh.sum()))
    return answers.octets(body, answers.NEVER)
